/** Where the caller of a call that is over has paused, for whoever wants to learn how long to wait: see recorded-stops.ts. Pure. */
import { soundOfWords } from '../../endpointing/sound-of-words.ts';
import { UnderstoodWords } from '../../call/listening/understood-words.ts';
import { entriesOf } from '../../timeline/timeline-entries.ts';
import type { RecordedCall } from '../bundle/recorded-call.ts';
import { MOST_STOPS, MOST_TOLD, STOPS_FORMAT, STOPS_VERSION } from '../bundle/recorded-stops.ts';
import type { RecordedStop } from '../bundle/recorded-stops.ts';
import { LONGEST_STOP_MS, REACTS_AFTER_MS } from '../figures/call-figures.ts';
import { callerSpeech } from '../figures/caller-speech.ts';
import type { CallerSpeech } from '../figures/caller-speech.ts';
import { spokenUtterances } from '../replay/recorded-speech.ts';
import type { SpokenUtterance } from '../replay/recorded-speech.ts';

type Told = RecordedStop['told'][number];
type HearingEvent = RecordedCall['line']['hearing'][number];
type Started = Extract<HearingEvent, { readonly kind: 'speechStarted' }>;
type Stopped = Extract<HearingEvent, { readonly kind: 'speechStopped' }>;

/** To be made of the words as they were, before anything of them is masked: what they sounded like, a mask does not tell. */
export function stopsJson(call: RecordedCall): string {
  const stops = stopsOf(call).slice(0, MOST_STOPS);
  return `${JSON.stringify({ format: STOPS_FORMAT, version: STOPS_VERSION, stops })}\n`;
}

/** Of all that the caller has meant to say; not what answers a question of a script, which itself says how long is waited. */
export function stopsOf(call: RecordedCall): readonly RecordedStop[] {
  const { hearing } = call.line;
  const speech = callerSpeech(call);
  const started = hearing.flatMap(({ kind }, place) => (kind === 'speechStarted' ? [place] : []));
  return spokenUtterances(call).flatMap((spoken, utterance) => {
    const { beganWith, heardByItsEnd } = spoken;
    if (speech[started.indexOf(beganWith)]?.isMeant !== true) return [];
    return hearing.slice(0, heardByItsEnd).flatMap((event, place) => {
      if (place < beganWith || event.kind !== 'speechStopped' || isAsked(call, event)) return [];
      const next = hearing
        .slice(place, heardByItsEnd)
        .find((later): later is Started => later.kind === 'speechStarted');
      const told = toldOf(call, spoken, { stopped: event, untilMs: next?.atMs ?? Infinity });
      if (told.length === 0) return [];
      const wentOnAtMs = next?.startedAtMs ?? wentOnBehind(call, event, speech);
      const { endedAtMs } = event;
      return {
        ...{ utterance, endedAtMs: rounded(endedAtMs), told },
        ...(wentOnAtMs !== undefined && { wentOnAfterMs: Math.max(0, rounded(wentOnAtMs - endedAtMs)) }),
      };
    });
  });
}

/** The turn was over, and the caller was not: spoke on before anything of an answer could be heeded. */
function wentOnBehind(
  { timeline }: RecordedCall,
  { endedAtMs }: Stopped,
  speech: readonly CallerSpeech[],
): number | undefined {
  const next = speech.find(({ fromMs, isMeant }) => isMeant && fromMs > endedAtMs);
  if (!next || next.fromMs - endedAtMs > LONGEST_STOP_MS) return undefined;
  const heard = entriesOf(timeline, 'playback.started').find(({ atMs }) => atMs > endedAtMs);
  return next.fromMs < (heard?.atMs ?? Infinity) + REACTS_AFTER_MS ? next.fromMs : undefined;
}

/** Each change of what the words sounded like, from when the stop was told of on. */
function toldOf(
  call: RecordedCall,
  { utterance }: SpokenUtterance,
  { stopped, untilMs }: { readonly stopped: Stopped; readonly untilMs: number },
): readonly Told[] {
  const words = new UnderstoodWords();
  const lastSaid = lastSaidBefore(call, stopped.endedAtMs);
  // What a recognizer tells once it has all of the sound, nobody has waited by.
  const overAtMs = Math.min(untilMs, utterance.finishedAtMs ?? utterance.end.atMs);
  const told: Told[] = [];
  const note = (events: number, atMs: number) => {
    const { endOfUtterance, text } = words;
    const sounds = soundOfWords({ text, language: utterance.language, endOfUtterance, lastSaid });
    const before = told.at(-1);
    if (before?.sounds === sounds && (before.endOfUtterance === true) === endOfUtterance) return;
    told.push({ atMs: rounded(atMs), events, sounds, ...(endOfUtterance && { endOfUtterance }) });
  };
  const by = utterance.events.filter(({ atMs }) => atMs <= stopped.atMs);
  for (const { event } of by) words.take(event);
  if (words.isTyped) return [];
  note(by.length, stopped.atMs);
  for (const [place, { atMs, event }] of utterance.events.entries()) {
    if (place < by.length || atMs >= overAtMs) continue;
    words.take(event);
    note(place + 1, atMs);
  }
  return told.slice(-MOST_TOLD);
}

/** What the bot has said since the caller's last turn; not the small words of a wait, which ask nothing. */
function lastSaidBefore({ timeline }: RecordedCall, beforeMs: number): string | undefined {
  const turnEndedAtMs = entriesOf(timeline, 'turn.ended').findLast(({ atMs }) => atMs <= beforeMs)?.atMs ?? 0;
  const said = entriesOf(timeline, 'playback.started').filter(
    ({ atMs, kind }) => atMs >= turnEndedAtMs && atMs < beforeMs && kind !== 'filler' && kind !== 'hold',
  );
  return said.length === 0 ? undefined : said.map(({ text }) => text).join(' ');
}

/** A script has asked for something, and knows itself how much of it is still to come. */
function isAsked({ flow }: RecordedCall, { endedAtMs }: Stopped): boolean {
  const phase = flow?.steps.findLast(({ atMs }) => atMs <= endedAtMs)?.phase;
  return phase === 'asking' || phase === 'confirming';
}

/** A millisecond is finer than anybody waits. */
function rounded(ms: number): number {
  return Math.round(ms);
}
