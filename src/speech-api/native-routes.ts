/** The paths of Parley's own: what was asked comes back with who did it, and how long it took. */
import type { FastifyInstance } from 'fastify';
import type { Storage } from '../storage/storage.ts';
import { jsonBody } from './bodies.ts';
import { clientSignal } from './client-signal.ts';
import type { Desks } from './desks.ts';
import type { Door } from './door.ts';
import { KeptFiles } from './kept-files.ts';
import { sttWish, ttsWish } from './native-wishes.ts';
import { heardWish, linkTo, seconds, spokenWish, toldSpeech } from './native-work.ts';
import { recordingForm } from './recording-form.ts';

export interface NativeRoutesOptions {
  readonly desks: Desks;
  readonly door: Pick<Door, 'ownerOf'>;
  readonly storage: Storage | undefined;
}

export async function nativeRoutes(
  app: FastifyInstance,
  { desks, door, storage }: NativeRoutesOptions,
): Promise<void> {
  const files = storage && new KeptFiles(storage);
  app.post('/v1/speech/tts', async (request, reply) => {
    const startedAtMs = performance.now();
    const wish = jsonBody(ttsWish, request.body);
    const { speech, audio } = await spokenWish(desks, wish, clientSignal(reply));
    const link = await linkTo(files, speech, audio, door.ownerOf(request));
    const told = {
      audio_url: link.url,
      ...toldSpeech(speech, audio),
      details: { warnings: [...speech.warnings, ...link.warnings] },
      ...ending(request.id, Math.ceil(performance.now() - startedAtMs)),
    };
    return reply.type('application/json; charset=utf-8').send(withAudio(audio, told));
  });

  app.post('/v1/speech/stt', async (request, reply) => {
    const startedAtMs = performance.now();
    const { file, fields } = recordingForm(request, sttWish);
    const told = await heardWish(desks, file, fields, clientSignal(reply));
    return { ...told, ...ending(request.id, Math.ceil(performance.now() - startedAtMs)) };
  });
}

/** As JSON. Base64 is long and needs no escaping: it is not looked through for that, which would cost more than to have it spoken. */
function withAudio({ buffer, byteOffset, byteLength }: Uint8Array, told: object): Buffer {
  const audio = Buffer.from(buffer, byteOffset, byteLength).toString('base64');
  const others = JSON.stringify(told).slice(1);
  return Buffer.concat([Buffer.from('{"audio":"'), Buffer.from(audio, 'latin1'), Buffer.from(`",${others}`)]);
}

function ending(requestId: string, tookMs: number) {
  return { processing_time: seconds(tookMs), request_id: requestId, timestamp: new Date().toISOString() };
}
