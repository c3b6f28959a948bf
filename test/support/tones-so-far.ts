/** Listens along with a call: what was heard a while ago is not analysed again at each look. */
import { durationMs, msToBytes, slice, toSamples, BYTES_PER_SAMPLE } from '../../src/audio/pcm.ts';
import type { PhoneCall, Track } from '../../src/lab/phone/phone.ts';
import { toneOfWindow, tonesHeard } from '../../src/lab/phone/tones.ts';
import type { HeardTone, Tone, ToneOfWindow } from '../../src/lab/phone/tones.ts';

/** What ended longer ago than this is what it is, ms: no late packet changes it, and no hiccup's other half follows. */
const SETTLED_AFTER_MS = 500;

interface Known {
  readonly tones: readonly HeardTone[];
  /** Where the known part ends, from the start of the track. */
  readonly untilMs: number;
  readonly lastLook: Look;
}

/** What the last look has found in each short window, by its first sample, and in what. */
interface Look {
  readonly samples: Int16Array;
  readonly windows: ReadonlyMap<number, Tone | undefined>;
}

const NOTHING_YET: Known = {
  tones: [],
  untilMs: 0,
  lastLook: { samples: new Int16Array(0), windows: new Map() },
};

/** Whatever is listened to while it grows. */
export type Heard = Pick<PhoneCall, 'heard'>;

const known = new WeakMap<Heard, Known>();

/** As `tonesHeard` of the call's track; of `startMs` and `endMs` only the difference means anything. */
export function tonesSoFar(call: Heard): readonly HeardTone[] {
  const { tones, untilMs, lastLook } = known.get(call) ?? NOTHING_YET;
  const track = call.heard();
  const wholeMs = durationMs(track.pcm);
  const look = lookAgain(track, lastLook, msToBytes(untilMs, track.pcm.sampleRateHz) / BYTES_PER_SAMPLE);
  const fresh = tonesHeard(
    { startedAtMs: track.startedAtMs + untilMs, pcm: slice(track.pcm, untilMs, wholeMs) },
    look.toneOf,
  );
  const settledUntilMs = wholeMs - untilMs - SETTLED_AFTER_MS;
  const settled = fresh.filter(({ endMs }) => endMs < settledUntilMs);
  known.set(call, {
    tones: [...tones, ...settled],
    untilMs: untilMs + (settled.at(-1)?.endMs ?? 0),
    lastLook: { samples: look.samples, windows: look.windows },
  });
  return [...tones, ...fresh];
}

/** A window that sounds as it did at the last look holds the same tone: most of what a look costs is finding that out. */
function lookAgain({ pcm }: Track, last: Look, skippedSamples: number): Look & { toneOf: ToneOfWindow } {
  const windows = new Map<number, Tone | undefined>();
  const toneOf: ToneOfWindow = (window, sampleRateHz, fromSample) => {
    const from = skippedSamples + fromSample;
    const isKnown =
      last.windows.has(from) && isSame(last.samples.subarray(from, from + window.length), window);
    const tone = isKnown ? last.windows.get(from) : toneOfWindow(window, sampleRateHz);
    windows.set(from, tone);
    return tone;
  };
  return { samples: toSamples(pcm), windows, toneOf };
}

function isSame(one: Int16Array, other: Int16Array): boolean {
  return bytesOf(one).equals(bytesOf(other));
}

function bytesOf({ buffer, byteOffset, byteLength }: Int16Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
