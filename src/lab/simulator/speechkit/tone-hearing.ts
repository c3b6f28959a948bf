/** Reads texts back from the tones that stand for them, through G.711, silence and cut edges. */
import { durationMs, msToBytes, slice, type Pcm } from '../../../audio/pcm.ts';
import { dominantTone, type DominantTone } from '../../../audio/tone.ts';
import type { HeardText } from './heard-text.ts';
import type { ToneRegistry } from './tone-registry.ts';

const WINDOW_MS = 40;
/** A pure tone keeps more than 0.9 even through G.711; two in one window, and speech, stay below. */
const LEAST_PURITY = 0.7;
/** So pure is no other tone, its neighbours included: the tone that went before goes on, and the others need not be tried. */
const SURE_PURITY = 0.85;
/** 240 ms off a text's tone: a word with a hole of lost or late packets in it is still said once. Nobody repeats a text after so short a pause. */
const LONGEST_HOLE_WINDOWS = 6;
/** 120 ms: shorter ones are accidents. */
const SHORTEST_RUN_WINDOWS = 3;

/** The tones of an utterance that goes on, window by window: whoever hears all of it again need not search its beginning again. */
export class TonesSoFar {
  #data: Uint8Array = new Uint8Array();
  #candidates = 0;
  #windows: readonly DominantTone[] = [];

  /** What is known of it; nothing, where it begins otherwise now, or might stand for a text that is new. */
  of({ sampleRateHz, data }: Pcm, candidates: number): DominantTone[] {
    const knownBytes = this.#windows.length * msToBytes(WINDOW_MS, sampleRateHz);
    const known = this.#data.subarray(0, knownBytes);
    const isSame =
      candidates === this.#candidates && Buffer.compare(known, data.subarray(0, known.byteLength)) === 0;
    return isSame ? [...this.#windows] : [];
  }

  keep({ data }: Pcm, candidates: number, windows: readonly DominantTone[]): void {
    this.#data = data;
    this.#candidates = candidates;
    this.#windows = windows;
  }
}

/** The texts in the order in which their tones sound. */
export function hearTones(pcm: Pcm, registry: ToneRegistry, soFar = new TonesSoFar()): readonly HeardText[] {
  const candidates = registry.tones();
  if (candidates.length === 0) return [];
  const windows = soFar.of(pcm, candidates.length);
  let lastHz = windows.slice(-1).map(({ hz }) => hz);
  for (let at = windows.length; (at + 1) * WINDOW_MS <= durationMs(pcm); at++) {
    const window = slice(pcm, at * WINDOW_MS, (at + 1) * WINDOW_MS);
    const same = dominantTone(window, lastHz);
    const found = same.purity >= SURE_PURITY ? same : dominantTone(window, candidates);
    lastHz = [found.hz];
    windows.push(found);
  }
  soFar.keep(pcm, candidates.length, windows);
  return textsOf(windows, registry);
}

function textsOf(windows: readonly DominantTone[], registry: ToneRegistry): readonly HeardText[] {
  const runs: { readonly text: string; readonly firstAt: number; windows: number; lastAt: number }[] = [];
  for (const [at, { hz, purity }] of windows.entries()) {
    const text = purity < LEAST_PURITY ? undefined : registry.textOf(hz);
    if (text === undefined) continue;
    const run = runs.at(-1);
    if (run?.text === text && at - run.lastAt - 1 <= LONGEST_HOLE_WINDOWS) {
      run.windows += 1;
      run.lastAt = at;
    } else {
      runs.push({ text, firstAt: at, windows: 1, lastAt: at });
    }
  }
  return runs
    .filter((run) => run.windows >= SHORTEST_RUN_WINDOWS)
    .map(({ text, firstAt, lastAt }) => ({
      text,
      startMs: firstAt * WINDOW_MS,
      endMs: (lastAt + 1) * WINDOW_MS,
    }));
}
