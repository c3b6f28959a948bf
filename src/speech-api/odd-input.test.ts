/** What programs of other languages, and forms of browsers, send where they mean nothing by it. */
import { afterEach, describe, expect, it } from 'vitest';
import { tone } from '../audio/tone.ts';
import { encodeWav } from '../audio/wav.ts';
import type { SpeechApi } from './server.ts';
import { ScriptedRecognizer } from './testing/scripted-recognizer.ts';
import { scriptedVendor, serveSpeech } from './testing/served.ts';

let api: SpeechApi;
afterEach(() => api.close());

async function serve() {
  const recognizer = new ScriptedRecognizer(() => 'Да, нет.', { timesWords: true });
  api = await serveSpeech({ vendors: [{ ...scriptedVendor('scripted'), recognizer }] });
}

async function post(path: string, body: object) {
  const init =
    body instanceof FormData
      ? { body }
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const answer = await fetch(`${api.url}${path}`, { method: 'POST', ...init });
  return { status: answer.status, told: (await answer.json()) as Record<string, unknown> };
}

function recording(fields: Record<string, string>) {
  const form = new FormData();
  form.set('file', new Blob([encodeWav(tone(300, 1000, 16_000))]), 'a.wav');
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}

describe('a field', () => {
  it('that is null is not given', async () => {
    await serve();
    const absent = { language: null, voice: null, emotion: null, speed: null, preferred_provider: null };
    const { status, told } = await post('/v1/speech/tts', { text: 'Да', format: 'pcm', ...absent });
    expect([status, told['provider_used']]).toEqual([200, 'scripted']);
    expect(await post('/v1/speech/tts', { text: null })).toMatchObject({
      status: 400,
      told: { error_code: 'VALIDATION_ERROR', details: { field: 'text' } },
    });
  });

  it('of a form that nobody has filled in is not given', async () => {
    await serve();
    const { status } = await post('/v1/speech/stt', recording({ language: '', preferred_provider: '' }));
    expect(status).toBe(200);
  });

  it.each([
    ['True', true],
    ['1', true],
    ['FALSE', false],
    ['0', false],
  ])('of a form that says %s is meant so: %s', async (word_timestamps, isAsked) => {
    await serve();
    const { told } = await post('/v1/speech/stt', recording({ word_timestamps }));
    expect(told['words'] !== null).toBe(isAsked);
  });

  it.each(['ru', 'ru_RU', 'RU-ru'])('may name the language as %s', async (language) => {
    await serve();
    expect((await post('/v1/speech/tts', { text: '12', language, format: 'pcm' })).status).toBe(200);
    const { told } = await post('/v1/speech/stt', recording({ language }));
    expect(told['language']).toBe('ru-RU');
  });

  it('that is at fault is named as the path calls it', async () => {
    await serve();
    const long = 'а'.repeat(4001);
    expect(await post('/v1/speech/tts', { text: long })).toMatchObject({
      told: { error_code: 'TEXT_TOO_LONG', details: { field: 'text' } },
    });
    expect(await post('/v1/audio/speech', { input: long })).toMatchObject({
      told: { error: { code: 'TEXT_TOO_LONG', param: 'input' } },
    });
    expect(await post('/v1/speech/tts', { text: 'Да', format: 'opus' })).toMatchObject({
      told: { error_code: 'UNSUPPORTED_FORMAT', details: { field: 'format' } },
    });
    expect(await post('/v1/audio/speech', { input: 'Да', response_format: 'opus' })).toMatchObject({
      told: { error: { code: 'UNSUPPORTED_FORMAT', param: 'response_format' } },
    });
  });
});
