/** `parley serve` with the speech API beside calls: whoever has asked before it is told to stop is answered. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { prepareEnvironment } from '../../test/support/environment.ts';
import { silentLog } from '../base/log.ts';
import { readSettings } from '../config/settings.ts';
import { speechApiBesideCalls } from '../config/speech-api-settings.ts';
import { startChatSimulator } from '../lab/simulator/chat.ts';
import { startSpeechKitSimulator } from '../lab/simulator/speechkit/speechkit.ts';
import { startService } from '../main.ts';
import type { Service } from '../main.ts';
import { espeakStandIn } from '../speech/espeak/testing/espeak-stand-in.ts';

let dir: string;
let service: Service;
const closers: (() => unknown)[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-speech-drain-'));
  closers.push(() => rm(dir, { recursive: true, force: true }));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closers.splice(0).reverse()) await close();
});

async function serve() {
  const espeak = espeakStandIn();
  closers.push(() => espeak.remove());
  vi.stubEnv('PATH', `${dirname(espeak.program)}:${process.env['PATH']}`);
  const speech = await startSpeechKitSimulator();
  const chat = await startChatSimulator({ reply: () => 'Да.|' });
  closers.push(() => Promise.all([speech.stop(), chat.stop()]));
  const telephony = {
    env: {
      ...{ ARI_URL: 'http://127.0.0.1:1', ARI_USERNAME: 'u', ARI_PASSWORD: 'p', ARI_APP: 'parley' },
      MEDIA_DIR: join(dir, 'media'),
    },
  };
  const written = await prepareEnvironment(dir, { telephony, speech, chat }, { default: {} });
  const settings = { ...readSettings(written), telephones: { asterisk: false } };
  const speechApi = speechApiBesideCalls({
    DATA_DIR: dir,
    SPEECH_API_OPEN: 'true',
    SPEECH_PROVIDERS: 'espeak',
  });
  service = await startService(settings, silentLog, { speechApi });
  closers.push(() => service.stop());
  return espeak;
}

it('answers a request that is under way when it is told to stop, and refuses whoever comes then', async () => {
  const espeak = await serve();
  const speak = (input: string) =>
    fetch(`${service.httpUrl}/v1/audio/speech`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ input, response_format: 'pcm' }),
    });
  espeak.befall('waits');
  const answered = speak('Hello');
  await vi.waitFor(() => expect(espeak.underWay()).toBe(1));
  const drained = service.drain();
  await vi.waitFor(async () => {
    const late = await speak('Late');
    expect([late.status, await late.json()]).toMatchObject([503, { error: { code: 'SERVICE_BUSY' } }]);
  });
  espeak.letGo();
  await drained;
  const stopped = service.stop();
  const answer = await answered;
  expect(answer.status).toBe(200);
  expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(0);
  await stopped;
});
