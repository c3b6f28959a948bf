import { expect, it } from 'vitest';
import { readSettings } from '../config/settings.ts';
import { connectDoctor } from './doctor.ts';

const NEEDED = {
  ...{ ARI_USERNAME: 'parley', ARI_PASSWORD: 'x', YANDEX_API_KEY: 'x', YANDEX_FOLDER_ID: 'x' },
  OPENAI_API_KEY: 'x',
};

async function recognizersOf(mode: 'auto' | 'file' | 'stream'): Promise<readonly string[]> {
  const ports = await connectDoctor(readSettings({ ...NEEDED, ...NOWHERE, MEDIA_MODE: mode }));
  await ports.close();
  return ports.recognizers.map(({ name }) => name);
}

/** Port 1 is nobody's. */
const NOWHERE = { YANDEX_STT_GRPC_URL: 'grpc://127.0.0.1:1', YANDEX_TTS_GRPC_URL: 'grpc://127.0.0.1:1' };

it('tries every recognizer that a call may be heard by', async () => {
  expect(await recognizersOf('auto')).toEqual(['yandex-v3', 'yandex-v1']);
  expect(await recognizersOf('stream')).toEqual(['yandex-v3', 'yandex-v1']);
  expect(await recognizersOf('file')).toEqual(['yandex-v1']);
});

it('hears from a dead streaming recognizer that it is dead', async () => {
  const ports = await connectDoctor(readSettings({ ...NEEDED, ...NOWHERE }));
  const [streaming] = ports.recognizers;
  const request = { language: 'ru-RU', sampleRateHz: 8000 };
  const heard = streaming?.recognize(oneSecond(), request, new AbortController().signal);
  await expect(
    (async () => {
      for await (const event of heard ?? []) void event;
    })(),
  ).rejects.toThrow('YANDEX_STT_GRPC_URL');
  await ports.close();
});

async function* oneSecond(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(16_000);
}
