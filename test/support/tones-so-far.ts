/** Listens along with a call: what was heard a while ago is not analysed again at each look. */
import { durationMs, slice } from '../../src/audio/pcm.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import { tonesHeard } from '../../src/lab/phone/tones.ts';
import type { HeardTone } from '../../src/lab/phone/tones.ts';

/** What ended longer ago than this is what it is, ms: no late packet changes it, and no hiccup's other half follows. */
const SETTLED_AFTER_MS = 500;

interface Known {
  readonly tones: readonly HeardTone[];
  /** Where the known part ends, from the start of the track. */
  readonly untilMs: number;
}

const known = new WeakMap<PhoneCall, Known>();

/** As `tonesHeard` of the call's track; of `startMs` and `endMs` only the difference means anything. */
export function tonesSoFar(call: PhoneCall): readonly HeardTone[] {
  const { tones, untilMs } = known.get(call) ?? { tones: [], untilMs: 0 };
  const track = call.heard();
  const wholeMs = durationMs(track.pcm);
  const fresh = tonesHeard({
    startedAtMs: track.startedAtMs + untilMs,
    pcm: slice(track.pcm, untilMs, wholeMs),
  });
  const settledUntilMs = wholeMs - untilMs - SETTLED_AFTER_MS;
  const settled = fresh.filter(({ endMs }) => endMs < settledUntilMs);
  const last = settled.at(-1);
  if (last) known.set(call, { tones: [...tones, ...settled], untilMs: untilMs + last.endMs });
  return [...tones, ...fresh];
}
