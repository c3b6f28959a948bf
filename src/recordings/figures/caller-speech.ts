/** What the caller of a recorded call said, and when: it does not depend on how the bot is set. */
import { isBackchannel } from '../../languages/backchannel.ts';
import type { Span } from '../../timeline/timeline-spans.ts';
import { entriesOf } from '../../timeline/timeline-entries.ts';
import type { RecordedCall } from '../bundle/recorded-call.ts';
import { spokenUtterances } from '../replay/recorded-speech.ts';
import type { SpokenUtterance } from '../replay/recorded-speech.ts';

/** From the caller's first loud frame to the last, ms on the tape. */
export interface CallerSpeech extends Span {
  /** false: a cough, noise, the bot's own echo, "mhm": nothing that a bot should fall silent for. */
  readonly isMeant: boolean;
}

/** A bot that went on told so within this of the sound's end, ms. */
const WENT_ON_WITHIN_MS = 2500;

/** In their order. What still lasted when the call ended, lasts until then. */
export function callerSpeech(call: RecordedCall): readonly CallerSpeech[] {
  const { hearing } = call.line;
  const utterances = spokenUtterances(call);
  const endMs = call.timeline.at(-1)?.atMs ?? Infinity;
  return hearing.flatMap((event, place) => {
    if (event.kind !== 'speechStarted') return [];
    const stop = hearing.slice(place).find(({ kind }) => kind === 'speechStopped');
    const toMs = stop?.kind === 'speechStopped' ? stop.endedAtMs : endMs;
    const fromMs = event.startedAtMs;
    return [{ fromMs, toMs, isMeant: isMeant(utterances, place) && !wasEcho(call, { fromMs, toMs }) }];
  });
}

function isMeant(utterances: readonly SpokenUtterance[], place: number): boolean {
  const said = utterances.findLast(
    ({ beganWith, heardByItsEnd }) => beganWith <= place && place < heardByItsEnd,
  );
  if (!said) return false;
  const { events, language } = said.utterance;
  const finals = events.flatMap(({ event }) => (event.kind === 'final' ? [event.text] : []));
  const partial = events.findLast(({ event }) => event.kind === 'partial')?.event;
  const text = finals.join(' ').trim() || (partial?.kind === 'partial' ? partial.text.trim() : '');
  return text !== '' && !isBackchannel(text, language);
}

/** What it was only the call itself can tell: it knows what the bot had said. */
function wasEcho({ timeline }: RecordedCall, { fromMs, toMs }: Span): boolean {
  return entriesOf(timeline, 'bargeIn.resumed').some(
    ({ atMs, because }) => because === 'ownEcho' && atMs > fromMs && atMs <= toMs + WENT_ON_WITHIN_MS,
  );
}
