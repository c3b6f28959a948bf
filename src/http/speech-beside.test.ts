import { afterEach, describe, expect, it } from 'vitest';
import { tone } from '../audio/tone.ts';
import { encodeWav } from '../audio/wav.ts';
import { ScriptedRecognizer } from '../speech-api/testing/scripted-recognizer.ts';
import { builtSpeech, scriptedVendor } from '../speech-api/testing/served.ts';
import { operated } from './testing/operated.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const TOKEN = 'a-token-of-sixteen';

async function serve() {
  const recognizer = new ScriptedRecognizer(() => 'Да.');
  const speech = await builtSpeech({ vendors: [{ ...scriptedVendor('scripted'), recognizer }] });
  await speech.ready();
  const { app } = await operated({
    token: TOKEN,
    speech: (request, response) => speech.routing(request, response),
  });
  closers.push(
    () => speech.close(),
    () => app.close(),
  );
  return app.listen({ host: '127.0.0.1', port: 0 });
}

describe('the speech API beside the paths of operators', () => {
  it('speaks, hears a recording larger than any order, and tells of faults in its own shape', async () => {
    const url = await serve();
    const json = { 'content-type': 'application/json' };
    const spoken = await fetch(`${url}/v1/audio/speech`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ input: 'Добрый день', response_format: 'wav' }),
    });
    expect([spoken.status, spoken.headers.get('x-parley-provider')]).toEqual([200, 'scripted']);
    expect((await spoken.arrayBuffer()).byteLength).toBe(44 + 2 * 7200);
    const form = new FormData();
    form.set('file', new Blob([encodeWav(tone(300, 5000, 16_000))]), 'a.wav');
    const heard = await fetch(`${url}/v1/audio/transcriptions`, { method: 'POST', body: form });
    expect([heard.status, await heard.json()]).toEqual([200, { text: 'Да.' }]);
    const fault = await fetch(`${url}/v1/speech/tts`, { method: 'POST', headers: json, body: '{' });
    expect(await fault.json()).toMatchObject({ error_code: 'VALIDATION_ERROR' });
    expect((await fetch(`${url}/v1/nothing`)).headers.get('x-request-id')).not.toBeNull();
  });

  it('opens no other path, and keeps none from working', async () => {
    const url = await serve();
    const api = (path: string, headers = {}) => fetch(`${url}${path}`, { headers });
    expect((await api('/api/calls')).status).toBe(401);
    expect((await api('/v1/../api/calls')).status).toBe(401);
    expect((await api('/api/calls', { authorization: `Bearer ${TOKEN}` })).status).toBe(200);
  });

  it('is not there where nobody has asked for it', async () => {
    const { app } = await operated();
    closers.push(() => app.close());
    const { statusCode } = await app.inject('/v1/health');
    expect(statusCode).toBe(404);
  });
});
