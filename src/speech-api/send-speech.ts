/** Speech as the answer to a request. */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { joinedBytes } from '../audio/pcm.ts';
import { CONTENT_TYPES, withSizes } from './formats/speech-formats.ts';
import { eventStream } from './event-stream.ts';
import { soFar } from './so-far.ts';
import type { Speech } from './speech-desk.ts';
import { WARNINGS_HEADER, warningsHeader } from './warning.ts';

/** All of it. A WAV file says how long it is. Throws what the synthesis throws. */
export async function wholeSpeech({ audio, format, sampleRateHz }: Speech): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of audio) pieces.push(piece);
  return withSizes(format, joinedBytes(pieces), sampleRateHz);
}

/**
 * While it arrives; but a WAV file of one part, which comes at once, is sent whole, so that it says how long it is. Speech that fails
 * behind its beginning ends with its connection.
 */
export async function sendSpeech(reply: FastifyReply, speech: Speech): Promise<FastifyReply> {
  const { provider, voice, format, parts, cached, audio, warnings } = speech;
  const isWhole = cached || (format === 'wav' && parts === 1);
  const begun = isWhole ? await wholeSpeech(speech) : await soFar(audio);
  const body =
    begun instanceof Uint8Array
      ? Buffer.from(begun.buffer, begun.byteOffset, begun.byteLength)
      : Readable.from(begun, { objectMode: true });
  void reply
    .header('x-parley-provider', provider)
    .header('x-parley-voice', voice)
    .header('x-parley-cached', String(cached))
    .type(CONTENT_TYPES[format]);
  if (warnings.length > 0) void reply.header(WARNINGS_HEADER, warningsHeader(warnings));
  return reply.send(body);
}

/** The same as events, each with a piece in base64. https://platform.openai.com/docs/api-reference/audio/speech-audio-delta-event */
export function sendSpeechEvents(reply: FastifyReply, speech: Speech): FastifyReply {
  void reply.header('x-parley-provider', speech.provider).header('x-parley-voice', speech.voice);
  return eventStream(reply, async function* () {
    for await (const piece of speech.audio)
      yield { type: 'speech.audio.delta', audio: Buffer.from(piece).toString('base64') };
    // Nothing is counted in tokens here.
    const usage = { input_tokens: 0, output_tokens: 0, total_tokens: 0 };
    yield { type: 'speech.audio.done', usage };
  });
}
