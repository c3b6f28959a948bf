/** A call that Parley has made, to somebody who is played, on a clock of its own: what is told of who answers, and what the bot says. */
import { AsyncQueue } from '../../base/async.ts';
import { silentLog } from '../../base/log.ts';
import type { ManualClock } from '../../base/manual-clock.ts';
import { silence } from '../../audio/pcm.ts';
import { profileSchemaFor } from '../../config/bot-profile.ts';
import type { BotProfile } from '../../config/bot-profile.ts';
import type { AnswererEvent, Reason } from '../../outbound/answerer/answerer-judge.ts';
import type { AnswererWatch } from '../../outbound/answerer/answerer-watch.ts';
import type { Answerer } from '../../outbound/call-out.ts';
import type { RecognitionEvent } from '../../speech/recognition/recognizer.ts';
import { ScriptedSynthesizer } from '../../speech/synthesis/testing/scripted-synthesizer.ts';
import type { HearingListener, Line } from '../../telephony/line.ts';
import type { TimelineEntry } from '../../timeline/timeline.ts';
import type { CallKit } from '../call-kit.ts';
import { PhraseBook } from '../speaking/phrase-book.ts';
import { ScriptedPlayer } from '../speaking/testing/scripted-player.ts';
import { willingLine } from './willing-line.ts';

const RATE_HZ = 8000;
/** How long the speech provider takes to its first sound, ms: without a head start whoever is called would wait for that. */
export const FIRST_AUDIO_MS = 700;

export const GREETING = 'Анна, ваш заказ готов.';
export const MESSAGE = 'Анна, это магазин. Перезвоните нам.';

/** The far end of a call, as a test plays it. */
export class Callee {
  listener: HearingListener | undefined;
  /** What is understood of whatever is said next, at once. */
  words = '';
  readonly end = new AbortController();
  readonly watch: AnswererWatch;
  /** What the bot has told the watch. */
  readonly wordsTold: string[] = [];
  isWatched = true;
  readonly #clock: ManualClock;
  #told: (event: AnswererEvent) => void = () => undefined;

  constructor(clock: ManualClock) {
    this.#clock = clock;
    this.watch = {
      listen: (listener) => void (this.#told = listener),
      words: (text) => void this.wordsTold.push(text),
      speechStarted: () => undefined,
      speechStopped: () => undefined,
      close: () => void (this.isWatched = false),
    };
  }

  /** It is told who answers. */
  is(by: Answerer, reason: Reason): void {
    this.#told({ kind: 'decided', by, reason, atMs: this.#clock.nowMs() });
  }

  records(after: 'beep' | 'silence'): void {
    this.#told({ kind: 'recording', after, atMs: this.#clock.nowMs() });
  }

  /** Speaks for so long; the end is told as late as a line tells it. */
  async says(words: string, forMs: number): Promise<void> {
    this.words = words;
    const startedAtMs = this.#clock.nowMs();
    this.listener?.speechStarted(startedAtMs);
    await this.#clock.advance(forMs + DETECTION_MS);
    this.listener?.speechStopped(startedAtMs, startedAtMs + forMs);
  }
}

const DETECTION_MS = 160;

export interface PlacedCallParts {
  readonly callee: Callee;
  readonly line: Line;
  readonly profile: BotProfile;
  readonly book: PhraseBook;
  readonly kit: CallKit;
  readonly synthesizer: ScriptedSynthesizer;
}

/** What a Call is made of. `outbound`: of the profile, beside the greeting, which names the callee and is made for this call; `further`: of the whole profile. */
export async function placedCallParts(
  clock: ManualClock,
  outbound?: object,
  further: object = {},
): Promise<PlacedCallParts> {
  const callee = new Callee(clock);
  const raw = {
    prompt: 'Ты бот.',
    greeting: 'Добрый день.',
    fillers: { enabled: false },
    ...(outbound && { outbound }),
    ...further,
  };
  const parsed = { name: 'shop', ...profileSchemaFor(raw).parse(raw) };
  const book = new PhraseBook({
    profile: parsed,
    speak: async () => silence(300, RATE_HZ),
    shipped: () => [],
    sampleRateHz: RATE_HZ,
    log: silentLog,
  });
  await book.prepare(new AbortController().signal);
  const words = new Map<AsyncIterable<Uint8Array>, () => string>();
  const line: Line = {
    id: 'out-1',
    party: { direction: 'outbound', number: '+1555', name: '', dialled: '+1555', bot: undefined },
    hearing: {
      detectionSilenceMs: DETECTION_MS,
      listen: (listener) => void (callee.listener = listener),
      capture: () => {
        const audio = new AsyncQueue<Uint8Array>();
        words.set(audio, () => callee.words);
        const end = () => audio.end();
        return { sampleRateHz: RATE_HZ, fromMs: clock.nowMs(), audio, finish: end, discard: end };
      },
    },
    player: new ScriptedPlayer(clock),
    ...willingLine(callee.end),
  };
  const recognizer = {
    name: 'scripted',
    async *recognize(audio: AsyncIterable<Uint8Array>): AsyncGenerator<RecognitionEvent> {
      const text = words.get(audio)?.() ?? callee.words;
      yield { kind: 'partial', text };
      for await (const _ of audio) continue;
      yield { kind: 'final', text };
    },
    close: async () => undefined,
  };
  const chat = {
    name: 'scripted',
    async *reply() {
      yield { kind: 'text', text: 'Да.|' } as const;
    },
  };
  const synthesizer = new ScriptedSynthesizer('scripted', clock, { firstAudioMs: FIRST_AUDIO_MS });
  const kit: CallKit = {
    ...{ clock, chat, recognizer, synthesizer, synthesisWindow: 3, log: silentLog, random: () => 0 },
    ...{ fallback: undefined, variables: { name: 'Анна' }, answerer: callee.watch },
  };
  return { callee, line, profile: { ...parsed, greeting: GREETING }, book, kit, synthesizer };
}

/** What the bot has begun to say, and when. */
export function saidIn(timeline: readonly TimelineEntry[]) {
  return timeline.flatMap((entry) =>
    entry.type === 'playback.started' ? [{ kind: entry.kind, text: entry.text, atMs: entry.atMs }] : [],
  );
}
