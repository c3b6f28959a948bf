import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../base/log.ts';
import { noSpans } from '../base/spans.ts';
import { speechApiBesideCalls } from '../config/speech-api-settings.ts';
import { openSpeechBesideCalls } from './open-speech-api.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'parley-beside-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

describe('a service that answers calls', () => {
  it('has no speech API unless its settings say who may use it', () => {
    expect(speechApiBesideCalls({ DATA_DIR: dir, SPEECH_API_OPEN: ' ' })).toBeUndefined();
    expect(speechApiBesideCalls({ DATA_DIR: dir, SPEECH_API_OPEN: 'true' })?.isOpen).toBe(true);
    expect(() => speechApiBesideCalls({ SPEECH_API_OPEN: 'true', HTTP_HOST: '0.0.0.0' })).toThrow(
      'SPEECH_API_OPEN',
    );
  });

  it('answers whom they name with the providers that they name, and leaves nothing open', async () => {
    const SPEECH_API_KEYS_FILE = join(dir, 'keys.json');
    const settings = speechApiBesideCalls({
      DATA_DIR: dir,
      SPEECH_API_KEYS_FILE,
      OPENAI_SPEECH_BASE_URL: 'http://127.0.0.1:9/v1',
    });
    if (!settings) throw new Error('it is asked for');
    const { listener, close } = await openSpeechBesideCalls(settings, { log: silentLog, spans: noSpans });
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const health = (await (await fetch(`${url}/v1/health`)).json()) as { providers: object };
    expect(health.providers).toMatchObject({ openai: { status: 'unhealthy', reachable: false } });
    const { tts } = (await (await fetch(`${url}/v1/languages`)).json()) as { tts: object };
    expect(tts).toHaveProperty('ru');
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await close();
  });
});
