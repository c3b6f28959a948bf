/**
 * Whether a sound that was not there before this frame is surely more than a click: heard from the frame's first quarter on, loud in all
 * others, and growing. A knock fades, and what is loud at once and soon over may be one: that takes another frame.
 */
import { energyOf, levelOf } from '../audio/level.ts';

export interface GrowingSound {
  /** What stands out of the noise, dBFS. */
  readonly heardDbfs: number;
  /** What is loud enough for a sound, dBFS. */
  readonly loudDbfs: number;
  /** The energy of the second half beside that of the first. */
  readonly times: number;
}

export function isGrowing(frame: Float64Array, { heardDbfs, loudDbfs, times }: GrowingSound): boolean {
  const quarter = frame.length / 4;
  const first = energyOf(frame, 0, quarter);
  const second = energyOf(frame, quarter, quarter);
  const third = energyOf(frame, 2 * quarter, quarter);
  const fourth = energyOf(frame, 3 * quarter, quarter);
  return (
    levelOf(first, quarter) > heardDbfs &&
    levelOf(Math.min(second, third, fourth), quarter) > loudDbfs &&
    third + fourth > times * (first + second)
  );
}
