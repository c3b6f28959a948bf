import { request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { toneHz } from '../../phone/tones.ts';
import type { Fault } from './faults.ts';
import { startSpeechKitSimulator, type SpeechKitSimulator } from './speechkit.ts';

let simulator: SpeechKitSimulator;
afterEach(() => simulator.stop());

describe('synthesis v1', () => {
  it('answers samples without a header', async () => {
    simulator = await startSpeechKitSimulator();
    const { statusCode, body } = await post({
      text: 'Алло',
      format: 'lpcm',
      sampleRateHertz: '8000',
      folderId: 'f',
    });
    const data = new Uint8Array(await body.arrayBuffer());
    expect(statusCode).toBe(200);
    expect(data.byteLength).toBe(400 * 16);
    expect(toneHz({ sampleRateHz: 8000, data })?.hz).toBeCloseTo(simulator.toneOf('Алло'), 0);
    expect(simulator.requests).toMatchObject([{ service: 'tts-http', text: 'Алло', folderId: 'f' }]);
  });

  it.each<[Fault['kind'], number, string]>([
    ['quota', 429, 'TOO_MANY_REQUESTS'],
    ['unauthenticated', 401, 'UNAUTHORIZED'],
    ['invalid', 400, 'BAD_REQUEST'],
    ['internal', 500, 'INTERNAL_SERVER_ERROR'],
  ])('answers %s as %d with the reason as JSON', async (kind, statusCode, error_code) => {
    simulator = await startSpeechKitSimulator();
    simulator.faults.set('tts-http', { kind } as Fault);
    const answer = await post({ text: 'Алло', format: 'lpcm' });
    expect(answer.statusCode).toBe(statusCode);
    expect(await answer.body.json()).toMatchObject({ error_code });
  });

  it('breaks off in the middle, drops the connection, or listens no more', async () => {
    simulator = await startSpeechKitSimulator();
    simulator.faults.set('tts-http', { kind: 'half', audioMs: 100, then: 'error' });
    const { body } = await post({ text: 'Алло', format: 'lpcm' });
    await expect(body.arrayBuffer()).rejects.toThrow();
    simulator.faults.set('tts-http', { kind: 'refused' });
    await expect(post({ text: 'Алло', format: 'lpcm' })).rejects.toThrow();
    await simulator.kill('tts-http');
    await expect(post({ text: 'Алло', format: 'lpcm' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    simulator.faults.clear();
    await simulator.restart('tts-http');
    expect((await post({ text: 'Алло', format: 'lpcm' })).statusCode).toBe(200);
  });
});

function post(form: Record<string, string>) {
  return request(simulator.ttsHttpUrl, {
    method: 'POST',
    headers: { authorization: 'Api-Key secret', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  });
}
