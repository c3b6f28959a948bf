/** Texts as vectors of their meaning, from an endpoint that speaks OpenAI's protocol: https://platform.openai.com/docs/api-reference/embeddings/create */
import { request } from 'undici';
import { z } from 'zod';
import { ParleyError } from '../../base/errors.ts';
import { readWithin } from '../../base/read-within.ts';
import { systemCode } from '../../base/system-code.ts';

export interface EmbeddingsOptions {
  /** Without `/embeddings`. */
  readonly baseUrl: string;
  readonly model: string;
  /** Undefined for a server that asks for none. */
  readonly apiKey: string | undefined;
}

/** Of one answer: 64 vectors of 4096 numbers, written out. */
const MOST_ANSWER_BYTES = 16 * 1024 * 1024;

const answerSchema = z.object({
  data: z.array(z.object({ index: z.int().nonnegative(), embedding: z.array(z.number()).min(1) })),
});

/**
 * A vector of length 1 for each text, in their order. Throws the signal's reason, or KNOWLEDGE_EMBEDDINGS_FAILED without the key or the
 * texts in it.
 */
export async function embed(
  texts: readonly string[],
  { baseUrl, model, apiKey }: EmbeddingsOptions,
  signal: AbortSignal,
): Promise<readonly Float32Array[]> {
  try {
    const { statusCode, body } = await request(`${baseUrl.replace(/\/+$/, '')}/embeddings`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify({ model, input: texts, encoding_format: 'float' }),
      signal,
    });
    const bytes = await readWithin(body, MOST_ANSWER_BYTES);
    if (statusCode !== 200) throw failed(`The endpoint answered with status ${statusCode}.`);
    if (bytes === undefined) throw failed('The answer is too large.');
    return vectorsOf(bytes, texts.length);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ParleyError) throw error;
    const reason = systemCode(error) ?? 'no answer of the protocol';
    throw new ParleyError('KNOWLEDGE_EMBEDDINGS_FAILED', `Texts could not be made vectors of (${reason}).`, {
      cause: error,
    });
  }
}

function vectorsOf(bytes: Uint8Array, count: number): readonly Float32Array[] {
  const { data } = answerSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  const vectors = new Array<Float32Array | undefined>(count).fill(undefined);
  for (const { index, embedding } of data) vectors[index] = ofLengthOne(embedding);
  const dimensions = vectors[0]?.length;
  return vectors.slice(0, Math.max(count, vectors.length)).map((vector) => {
    if (vector === undefined || vector.length !== dimensions || vectors.length !== count)
      throw failed('The answer holds other vectors than were asked for.');
    return vector;
  });
}

function ofLengthOne(numbers: readonly number[]): Float32Array {
  const length = Math.hypot(...numbers);
  return Float32Array.from(numbers, (number) => (length === 0 ? 0 : number / length));
}

function failed(detail: string): ParleyError {
  return new ParleyError('KNOWLEDGE_EMBEDDINGS_FAILED', detail);
}
