/** How long is waited after words of each sound, as what tune varies, and what the stops of recorded calls come to under it. Pure. */
import {
  SHARED_SOUNDS,
  adaptiveSettings,
  silenceAfter,
  type SharedSound,
  type SilenceShares,
} from '../../endpointing/adaptive.ts';
import type { BotProfile } from '../../config/bot-profile.ts';
import type { RecordedStop } from '../bundle/recorded-stops.ts';
import type { Candidate } from './search-space.ts';

/** Waits are told apart by what the words sounded like; `unknown` is the silence itself. */
export const LEARNT_SOUNDS = ['unknown', ...SHARED_SOUNDS] as const;
export type LearntSound = (typeof LEARNT_SOUNDS)[number];

/** ms of silence after words of each. */
export type Waits = Readonly<Record<LearntSound, number>>;

/** What stops come to: the less of both the better. */
export interface PauseFigures {
  readonly stops: number;
  /** From the caller's last sound until the turn is over, mean of the turns' ends, ms. */
  readonly waitMs: number;
  /** Stops in which the turn would have been taken from a caller who went on. */
  readonly cuts: number;
}

/** When a turn is over, ms after the stop, by what was known of the words and when. */
export type TurnIsOver = (stop: RecordedStop) => number;

/** As a bot waits that is set so. */
export function turnIsOver({ mode, shares, silenceMs }: BotProfile['endpointing']): TurnIsOver {
  if (mode === 'fixed') return () => silenceMs;
  return adaptively(silenceMs, shares);
}

function adaptively(silenceMs: number, shares: SilenceShares | undefined): TurnIsOver {
  const settings = adaptiveSettings(shares);
  return ({ endedAtMs, told }) => {
    let overMs = Infinity;
    for (const { atMs, sounds, endOfUtterance } of told) {
      const knownMs = atMs - endedAtMs;
      if (overMs < knownMs) return overMs;
      const afterMs = silenceAfter({ sounds, endOfUtterance: endOfUtterance === true }, silenceMs, settings);
      overMs = Math.max(afterMs, knownMs);
    }
    return overMs;
  };
}

/** As a bot waits whose profile says so, and as `candidateOf` then writes it. */
export function afterWaits(waits: Waits): TurnIsOver {
  return adaptively(waits.unknown, sharesOf(waits));
}

/** What the profile's own settings come to, for every sound. */
export function waitsOf({ mode, shares, silenceMs }: BotProfile['endpointing']): Waits {
  const settings = adaptiveSettings(shares);
  const { maxMs, minMs } = settings;
  const waitMs = (sounds: LearntSound) =>
    mode === 'fixed'
      ? Math.min(Math.max(silenceMs, minMs), maxMs)
      : silenceAfter({ sounds, endOfUtterance: false }, silenceMs, settings);
  return Object.fromEntries(LEARNT_SOUNDS.map((sounds) => [sounds, waitMs(sounds)])) as Record<
    LearntSound,
    number
  >;
}

export function candidateOf(waits: Waits): Candidate {
  const shares = Object.entries(sharesOf(waits)).map(
    ([sounds, share]) => `endpointing.shares.${sounds}=${share}`,
  );
  return ['endpointing.mode=adaptive', `endpointing.silenceMs=${waits.unknown}`, ...shares];
}

/** Of `silenceMs`, to the hundredth: a profile is read by people. */
function sharesOf(waits: Waits): Readonly<Record<SharedSound, number>> {
  return Object.fromEntries(
    SHARED_SOUNDS.map((sounds) => [sounds, Math.round((100 * waits[sounds]) / waits.unknown) / 100]),
  ) as Record<SharedSound, number>;
}

export function pauseFigures(stops: readonly RecordedStop[], overAfterMs: TurnIsOver): PauseFigures {
  let [ends, waitedMs, cuts] = [0, 0, 0];
  for (const stop of stops) {
    if (stop.wentOnAfterMs === undefined) {
      ends++;
      waitedMs += overAfterMs(stop);
    } else if (overAfterMs(stop) < stop.wentOnAfterMs) cuts++;
  }
  return { stops: stops.length, waitMs: ends === 0 ? 0 : waitedMs / ends, cuts };
}
