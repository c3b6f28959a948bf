/**
 * Turns as they are spoken and recognised, on the virtual clock: when the bot would be heard, and how often its model is asked. The words, the
 * pauses and what the recognizer knows when are made up here; ear, end of turn and early answers are the bot's own.
 */
import { AsyncQueue } from '../../../src/base/async.ts';
import { silentLog } from '../../../src/base/log.ts';
import { ManualClock } from '../../../src/base/manual-clock.ts';
import { seededRandom } from '../../../src/base/seeded.ts';
import { silence } from '../../../src/audio/pcm.ts';
import { EarlyAnswers } from '../../../src/call/early-answers.ts';
import { History } from '../../../src/call/history.ts';
import { Ear } from '../../../src/call/listening/ear.ts';
import type { Utterance } from '../../../src/call/listening/ear.ts';
import { personaOf } from '../../../src/call/persona.ts';
import { Responder } from '../../../src/call/responder.ts';
import { PhraseBook } from '../../../src/call/speaking/phrase-book.ts';
import { profileSchemaFor } from '../../../src/config/bot-profile.ts';
import type { EndOfTurn } from '../../../src/endpointing/end-of-turn.ts';
import type { Chat } from '../../../src/llm/chat.ts';
import type { RecognitionEvent } from '../../../src/speech/recognition/recognizer.ts';
import { ScriptedSynthesizer } from '../../../src/speech/synthesis/testing/scripted-synthesizer.ts';
import { Timeline } from '../../../src/timeline/timeline.ts';
import type { Turn } from './turn-texts.ts';

/** When a recognizer knows what, ms. */
export interface RecognizerTimes {
  /** A word is told so long after its end… */
  readonly lagMs: number;
  /** …in partials so far apart. */
  readonly partialEveryMs: number;
  /** After so long a pause it takes the utterance for over. */
  readonly pauseMs: number;
}

/** What a streaming service does on a good day. */
const USUAL_RECOGNIZER: RecognizerTimes = { lagMs: 200, partialEveryMs: 200, pauseMs: 700 };

/** From the request to the first sound, ms: a first sentence and its audio. */
export const MODEL_MS = 600 + 150;

export interface SpokenTurn {
  /** The caller's last word to the bot's first sound, ms; undefined if the bot took a pause for the end. */
  readonly voiceToVoiceMs: number | undefined;
  /** How often the model was asked. */
  readonly requests: number;
}

export interface SpeakingOptions {
  readonly endOfTurn: EndOfTurn;
  readonly earlyAnswer: { readonly enabled: boolean; readonly afterMs: number };
  readonly recognizer?: RecognizerTimes;
  /** How long the pauses of people last is drawn from this, 0 to 1. */
  readonly random: () => number;
}

/** How long a word and a letter of it take, ms: 14 letters a second. */
const WORD_MS = 60;
const LETTER_MS = 60;
/** Of the pauses in a turn half are over after so long, as in policy-score.ts, ms; none is shorter than a breath. */
const HALF_OF_PAUSES_MS = 400;
const SHORTEST_PAUSE_MS = 100;
const DETECTION_MS = 160;
const ONSET_MS = 60;
const RATE_HZ = 8000;
const SEED = 7;
/** How finely the clock is asked whether a turn is over, ms. */
const LOOK_EVERY_MS = 50;
/** After its last word every turn is over by then, ms. */
const OVER_MS = 5000;

interface SpokenWord {
  readonly text: string;
  readonly endMs: number;
}

interface Piece {
  readonly startMs: number;
  readonly endMs: number;
}

/** Each turn by itself; the pauses are the same every time. */
export async function speakTurns(
  turns: readonly Turn[],
  options: Omit<SpeakingOptions, 'random'>,
): Promise<readonly SpokenTurn[]> {
  const random = seededRandom(SEED);
  const spokenTurns: SpokenTurn[] = [];
  for (const turn of turns) spokenTurns.push(await speakTurn(turn, { ...options, random }));
  return spokenTurns;
}

async function speakTurn(turn: Turn, options: SpeakingOptions): Promise<SpokenTurn> {
  const { endOfTurn, earlyAnswer, recognizer = USUAL_RECOGNIZER, random } = options;
  const clock = new ManualClock();
  const timeline = new Timeline(clock);
  const { words, pieces } = spoken(turn, random);
  const [lastMs, askedAtMs] = [words.at(-1)?.endMs ?? 0, [] as number[]];
  const early = earlyAnswers(clock, timeline, turn.language, earlyAnswer, () =>
    askedAtMs.push(clock.nowMs()),
  );
  const done: { overAtMs: number | undefined } = { overAtMs: undefined };
  const ended = async (utterance: Utterance) => {
    const text = await utterance.text;
    done.overAtMs = clock.nowMs();
    if (!early.take(text)) askedAtMs.push(clock.nowMs());
  };
  const recognising = recognised(clock, words, recognizer);
  const takings: Promise<void>[] = [];
  let endedAtMs: number | undefined;
  const ear = new Ear({
    clock,
    timeline,
    endOfTurn,
    hearing: {
      detectionSilenceMs: DETECTION_MS,
      listen: () => undefined,
      capture: (preRollMs) => ({
        sampleRateHz: RATE_HZ,
        fromMs: clock.nowMs() - preRollMs,
        audio: new AsyncQueue<Uint8Array>(),
        finish: () => recognising.finish(),
        discard: () => undefined,
      }),
    },
    language: () => turn.language,
    lastSaid: () => turn.asked,
    // What comes behind a turn that was taken for over is another story.
    recognize: () => (takings.length === 0 ? recognising.events : new AsyncQueue()),
    onWords: (soFar) => early.heard(soFar),
    onEnded: (utterance) => {
      if (takings.length > 0) return;
      endedAtMs = clock.nowMs();
      takings.push(ended(utterance));
    },
  });
  for (const { startMs, endMs } of pieces) {
    clock.after(startMs + ONSET_MS, () => ear.speechStarted(startMs));
    clock.after(endMs + DETECTION_MS, () => ear.speechStopped(startMs, endMs));
  }
  while (takings.length === 0 && clock.nowMs() < lastMs + OVER_MS) await clock.advance(LOOK_EVERY_MS);
  const wasCut = (endedAtMs ?? Infinity) < lastMs;
  await clock.advance(OVER_MS);
  await Promise.all(takings);
  early.drop();
  ear.close();
  const heardAtMs = Math.max(done.overAtMs ?? Infinity, (askedAtMs.at(-1) ?? Infinity) + MODEL_MS);
  return { voiceToVoiceMs: wasCut ? undefined : heardAtMs - lastMs, requests: askedAtMs.length };
}

/** When each word ends, and what of it is one piece of sound. */
function spoken(turn: Turn, random: () => number) {
  const words: SpokenWord[] = [];
  const pieces: Piece[] = [];
  const stops = new Map(turn.stops.map((stop) => [wordCount(stop.text), stop]));
  let [nowMs, sinceMs] = [0, 0];
  for (const text of turn.text.split(' ')) {
    nowMs += WORD_MS + text.length * LETTER_MS;
    words.push({ text, endMs: nowMs });
    const stop = stops.get(words.length);
    if (!stop) continue;
    const lastsMs = stop.lastsMs ?? SHORTEST_PAUSE_MS - HALF_OF_PAUSES_MS * Math.log2(1 - random());
    if (lastsMs > DETECTION_MS) {
      pieces.push({ startMs: sinceMs, endMs: nowMs });
      sinceMs = nowMs + lastsMs;
    }
    nowMs += lastsMs;
  }
  return { words, pieces: [...pieces, { startMs: sinceMs, endMs: nowMs }] };
}

const wordCount = (text: string) => text.split(' ').length;

/** What the recognizer tells, from the first sound on. */
function recognised(
  clock: ManualClock,
  words: readonly SpokenWord[],
  { lagMs, partialEveryMs, pauseMs }: RecognizerTimes,
) {
  const events = new AsyncQueue<RecognitionEvent>();
  let final = 0;
  let isOver = false;
  const told = (untilMs: number) => words.slice(final).filter(({ endMs }) => endMs <= untilMs);
  const textOf = (some: readonly SpokenWord[]) => some.map(({ text }) => text).join(' ');
  const settle = () => {
    const some = told(clock.nowMs());
    if (some.length === 0) return;
    final += some.length;
    events.push({ kind: 'final', text: textOf(some) });
    events.push({ kind: 'endOfUtterance' });
  };
  const listen = () => {
    if (isOver) return;
    clock.after(partialEveryMs, listen);
    const nowMs = clock.nowMs();
    const lastMs = told(nowMs).at(-1)?.endMs;
    const isSpeaking = words.some(
      ({ endMs, text }) => endMs > nowMs && endMs - WORD_MS - text.length * LETTER_MS < nowMs,
    );
    if (lastMs !== undefined && !isSpeaking && nowMs - lastMs >= pauseMs) return settle();
    const known = told(nowMs - lagMs);
    if (known.length > 0) events.push({ kind: 'partial', text: textOf(known) });
  };
  clock.after(partialEveryMs, listen);
  return {
    events,
    /** No more audio: what is left is known when the lag is over. */
    finish: () => {
      isOver = true;
      clock.after(lagMs, () => {
        settle();
        events.end();
      });
    },
  };
}

function earlyAnswers(
  clock: ManualClock,
  timeline: Timeline,
  language: string,
  settings: SpeakingOptions['earlyAnswer'],
  onAsked: () => void,
) {
  const profile = { name: 'turns', ...profileSchemaFor({}).parse({ prompt: 'Bot.', language: 'ru-RU' }) };
  const book = new PhraseBook({
    profile,
    speak: async () => silence(100, RATE_HZ),
    shipped: () => [],
    sampleRateHz: RATE_HZ,
    log: silentLog,
  });
  const persona = { ...personaOf(profile, book), language };
  const chat: Chat = {
    name: 'scripted',
    async *reply() {
      onAsked();
      yield { kind: 'text', text: 'Да.' };
    },
  };
  const synthesizer = new ScriptedSynthesizer('scripted', clock, { firstAudioMs: 0 });
  return new EarlyAnswers({
    clock,
    timeline,
    persona: () => persona,
    answering: () => persona,
    written: (text) => text,
    settings,
    responder: new Responder({
      history: new History(),
      ...{ clock, persona: () => persona, chat, synthesizer, llm: profile.llm },
      ...{ window: 3, sampleRateHz: () => RATE_HZ },
    }),
  });
}
