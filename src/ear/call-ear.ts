/**
 * The caller's ear in one call: hears both directions of the line as they go by, keeps when there was sound, and says at any time what
 * the call has been like. What the timeline says of the same is held against it.
 */
import type { FirstToSpeak } from '../timeline/kinds.ts';
import { firstEntryOf } from '../timeline/timeline-entries.ts';
import type { TimelineEntry } from '../timeline/timeline.ts';
import { dialogueOf } from './dialogue.ts';
import type { EarReport } from './ear-report.ts';
import { InsideView } from './inside-view.ts';
import { SideMeter } from './side-meter.ts';
import type { SideHeard } from './side-meter.ts';
import type { SoundSpan } from './sound-spans.ts';

/** A frame of the telephone. */
const FRAME_MS = 20;

export interface CallEarOptions {
  readonly callerRateHz: number;
  readonly botRateHz: number;
  readonly from: EarReport['from'];
}

/** What is known of a call beside its sound. */
export interface KnownOfCall {
  readonly timeline: readonly TimelineEntry[];
  readonly untilMs: number;
  /** What the line knows not to have come of the caller's sound; undefined where it cannot tell. */
  readonly lostMs?: number | undefined;
  /** The bot, if not given. */
  readonly first?: FirstToSpeak | undefined;
  /** While the caller had put the call on hold. */
  readonly holds?: readonly SoundSpan[] | undefined;
}

export class CallEar {
  readonly #from: EarReport['from'];
  readonly #caller: SideMeter;
  readonly #bot: SideMeter;

  constructor({ callerRateHz, botRateHz, from }: CallEarOptions) {
    this.#from = from;
    this.#caller = new SideMeter({ sampleRateHz: callerRateHz, background: 'line' });
    this.#bot = new SideMeter({ sampleRateHz: botRateHz, background: 'clean' });
  }

  /** PCM at the line's rates, on the line's clock, each side in its order. */
  readonly caller = (pcm: Uint8Array, atMs: number): void => this.#caller.hear(pcm, atMs);
  readonly bot = (pcm: Uint8Array, atMs: number): void => this.#bot.hear(pcm, atMs);

  /** When there was sound since then, on the line's clock. */
  soundsSince(sinceMs: number): {
    readonly caller: readonly SoundSpan[];
    readonly bot: readonly SoundSpan[];
  } {
    const onTheClock = (side: SideMeter) =>
      side
        .heardSince(sinceMs)
        .spans.map(({ fromMs, toMs }) => ({ fromMs: fromMs + sinceMs, toMs: toMs + sinceMs }));
    return { caller: onTheClock(this.#caller), bot: onTheClock(this.#bot) };
  }

  /** Undefined as long as the call has not been answered. */
  report(known: KnownOfCall): EarReport | undefined {
    const { timeline, untilMs, lostMs, first = 'bot', holds = [] } = known;
    const answered = firstEntryOf(timeline, 'call.answered');
    if (!answered) return undefined;
    const { atMs: sinceMs } = answered;
    const lastedMs = Math.max(0, untilMs - sinceMs);
    const caller = this.#caller.heardSince(sinceMs);
    const bot = this.#bot.heardSince(sinceMs);
    const held = holds.map(({ fromMs, toMs }) => ({ fromMs: fromMs - sinceMs, toMs: toMs - sinceMs }));
    const inside = new InsideView({ timeline, sinceMs, caller: caller.spans, holds: held });
    const { answers: heard, ...dialogue } = dialogueOf(caller.spans, bot.spans, lastedMs, {
      ...{ first: first === 'bot' ? 'bot' : 'caller', holds: held, unspoken: inside.unspoken },
      isWaited: !inside.isMachine,
      isBridge: (endedAtMs) => inside.isSmallTalkAt(endedAtMs),
    });
    const isGreeted = first !== 'caller' && !inside.isMachine;
    const answers = heard.filter((answer) => !inside.goesOnAt(answer)).map((answer) => inside.of(answer));
    return {
      from: this.#from,
      lastedMs,
      greetingMs: isGreeted ? (bot.spans[0]?.fromMs ?? null) : null,
      greetingInsideMs: isGreeted ? inside.greetingMs : null,
      answers,
      unheardTurns: inside.unheard(bot.spans, answers),
      ...dialogue,
      caller: sideOf(caller),
      bot: sideOf(bot),
      lostFrames: lostMs === undefined ? null : Math.round(lostMs / FRAME_MS),
      isPart: caller.isPart || bot.isPart,
    };
  }
}

function sideOf({ spans, levelDbfs, clippedMs, faintMs, faintDbfs }: SideHeard) {
  const soundMs = spans.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  return { soundMs, levelDbfs, clippedMs, faintMs, faintDbfs };
}
