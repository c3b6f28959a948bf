/** Speech as the answer to a request. */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { concatBytes } from '../audio/pcm.ts';
import { CONTENT_TYPES, withSizes } from './formats/speech-formats.ts';
import type { Speech } from './speech-desk.ts';

/** All of it. A WAV file says how long it is. Throws what the synthesis throws. */
export async function wholeSpeech({ audio, format, sampleRateHz }: Speech): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of audio) pieces.push(piece);
  return withSizes(format, concatBytes(pieces), sampleRateHz);
}

/**
 * While it arrives; but a WAV file of one part, which comes at once, is sent whole, so that it says how long it is. Speech that fails
 * behind its beginning ends with its connection.
 */
export async function sendSpeech(reply: FastifyReply, speech: Speech): Promise<FastifyReply> {
  const { provider, voice, format, parts, cached, audio } = speech;
  const isWhole = cached || (format === 'wav' && parts === 1);
  const body = isWhole ? Buffer.from(await wholeSpeech(speech)) : Readable.from(audio, { objectMode: true });
  void reply
    .header('x-parley-provider', provider)
    .header('x-parley-voice', voice)
    .header('x-parley-cached', String(cached))
    .type(CONTENT_TYPES[format]);
  return reply.send(body);
}
