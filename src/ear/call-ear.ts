/**
 * The caller's ear in one call: hears both directions of the line as they go by, keeps when there was sound, and says at any time what
 * the call has been like. What the timeline says of the same is held against it.
 */
import { firstEntryOf } from '../timeline/timeline-entries.ts';
import type { TimelineEntry } from '../timeline/timeline.ts';
import { turnStages, turnsOf } from '../timeline/turn-stages.ts';
import { chargedWait } from './charged-wait.ts';
import { dialogueOf } from './dialogue.ts';
import type { HeardAnswer } from './dialogue.ts';
import type { EarAnswer, EarReport } from './ear-report.ts';
import { SideMeter } from './side-meter.ts';
import type { SoundSpan } from './sound-spans.ts';

/** A frame of the telephone. */
const FRAME_MS = 20;
/** How far the ear's end of the caller's speech may be from the timeline's for both to mean the same, ms: a quiet last syllable. */
const SAME_END_MS = 500;
/** A far end's sample clock may be slower than ours by so much: what comes later for that is not lost. */
const CLOCK_DRIFT = 0.0002;

export interface CallEarOptions {
  readonly callerRateHz: number;
  readonly botRateHz: number;
  readonly from: EarReport['from'];
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

  /**
   * What the call has been like until `untilMs`. `silenceMs`: what the line itself has put where nothing came. Undefined as long as the
   * call has not been answered.
   */
  report(timeline: readonly TimelineEntry[], untilMs: number, silenceMs = 0): EarReport | undefined {
    const answered = firstEntryOf(timeline, 'call.answered');
    if (!answered) return undefined;
    const { atMs: sinceMs } = answered;
    const lastedMs = Math.max(0, untilMs - sinceMs);
    const caller = this.#caller.spans.list(sinceMs);
    const bot = this.#bot.spans.list(sinceMs).filter(({ toMs }) => toMs > 0);
    const { answers: heard, ...dialogue } = dialogueOf(caller, bot, lastedMs);
    const answers = heard.map((answer) => matched(answer, timeline, sinceMs));
    const told = new Set(answers.flatMap(({ inside }) => inside?.turn ?? []));
    const missingMs = this.#caller.levels.missingMs + silenceMs - lastedMs * CLOCK_DRIFT;
    return {
      from: this.#from,
      lastedMs,
      greetingMs: bot[0]?.fromMs ?? null,
      greetingInsideMs: greetingIn(timeline, sinceMs),
      answers,
      unheardTurns: turnsOf(timeline).filter(
        (turn) => !told.has(turn) && turnStages(timeline, turn).firstSoundMs !== undefined,
      ),
      ...dialogue,
      caller: sideOf(caller, this.#caller),
      bot: sideOf(bot, this.#bot),
      lostFrames: this.#from === 'line' ? Math.max(0, Math.floor(missingMs / FRAME_MS)) : 0,
      isPart: this.#caller.spans.isFull || this.#bot.spans.isFull,
    };
  }
}

function sideOf(spans: readonly SoundSpan[], { levels: { levelDbfs, clippedMs } }: SideMeter) {
  return { soundMs: spans.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0), levelDbfs, clippedMs };
}

function greetingIn(timeline: readonly TimelineEntry[], sinceMs: number): number | null {
  const first = firstEntryOf(timeline, 'playback.started');
  return first ? first.atMs - sinceMs : null;
}

function matched(
  { callerEndedAtMs, botBeganAtMs }: HeardAnswer,
  timeline: readonly TimelineEntry[],
  sinceMs: number,
): EarAnswer {
  const waitMs = botBeganAtMs - callerEndedAtMs;
  const nothing = { callerEndedAtMs, botBeganAtMs, waitMs, inside: null, charged: null };
  const turn = turnAt(timeline, callerEndedAtMs + sinceMs);
  if (turn === undefined) return nothing;
  const { firstSoundMs } = turnStages(timeline, turn);
  const entries = timeline.filter((entry) => entry.turn === turn);
  const charged = chargedWait(entries, callerEndedAtMs + sinceMs, botBeganAtMs + sinceMs);
  if (firstSoundMs === undefined) return nothing;
  const inside = { turn, waitMs: firstSoundMs, differenceMs: waitMs - firstSoundMs };
  return { callerEndedAtMs, botBeganAtMs, waitMs, inside, charged };
}

/** The turn whose caller has ended nearest to that time. */
function turnAt(timeline: readonly TimelineEntry[], endedAtMs: number): number | undefined {
  let nearest: number | undefined;
  let distanceMs = SAME_END_MS;
  for (const entry of timeline) {
    if (entry.type !== 'turn.ended') continue;
    const offMs = Math.abs(entry.speechEndedAtMs - endedAtMs);
    if (offMs > distanceMs) continue;
    nearest = entry.turn;
    distanceMs = offMs;
  }
  return nearest;
}
