/** Vectors for all passages of a folder. Those of passages that were there before are not asked for again. */
import { sleep, systemClock } from '../../base/clock.ts';
import { embed } from './embeddings.ts';
import type { EmbeddingsOptions } from './embeddings.ts';
import type { KeptIndex, KeptVectors } from './index-file.ts';
import type { Passage } from './passages.ts';

/** Endpoints take more; servers of one's own grow slow. */
const PASSAGES_AT_ONCE = 64;
/** For so many passages; servers of one's own think long, ms. */
const ANSWER_WITHIN_MS = 60_000;
/** Before a request that failed is tried again, ms: a hiccup. Whatever lasts longer is tried again with the whole folder. */
const PAUSES_MS = [1000];

/** Throws KNOWLEDGE_EMBEDDINGS_FAILED. */
export async function passageVectors(
  passages: readonly Passage[],
  before: KeptIndex | undefined,
  options: EmbeddingsOptions,
): Promise<KeptVectors | undefined> {
  const vectors = new Map<string, Float32Array>();
  if (before?.vectors) {
    const { dimensions, values } = before.vectors;
    before.passages.forEach((passage, at) =>
      vectors.set(embeddedText(passage), values.subarray(at * dimensions, (at + 1) * dimensions)),
    );
  }
  const missing = [...new Set(passages.map(embeddedText))].filter((text) => !vectors.has(text));
  for (let from = 0; from < missing.length; from += PASSAGES_AT_ONCE) {
    const texts = missing.slice(from, from + PASSAGES_AT_ONCE);
    const made = await patiently(texts, options);
    texts.forEach((text, at) => vectors.set(text, made[at] as Float32Array));
  }
  const dimensions = passages[0] ? (vectors.get(embeddedText(passages[0]))?.length ?? 0) : 0;
  if (dimensions === 0) return undefined;
  const values = new Float32Array(passages.length * dimensions);
  passages.forEach((passage, at) => values.set(vectors.get(embeddedText(passage)) ?? [], at * dimensions));
  return { dimensions, values };
}

async function patiently(
  texts: readonly string[],
  options: EmbeddingsOptions,
): Promise<readonly Float32Array[]> {
  for (const pauseMs of PAUSES_MS) {
    try {
      return await embed(texts, options, AbortSignal.timeout(ANSWER_WITHIN_MS));
    } catch {
      await sleep(systemClock, pauseMs);
    }
  }
  return embed(texts, options, AbortSignal.timeout(ANSWER_WITHIN_MS));
}

function embeddedText({ title, headings, text }: Passage): string {
  return [title, ...headings, text].join('\n');
}
