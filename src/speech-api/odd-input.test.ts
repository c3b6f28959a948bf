/** What programs of other languages, and forms of browsers, send where they mean nothing by it. */
import { gzipSync } from 'node:zlib';
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

describe('a language that nobody here knows', () => {
  it('is told as a fault of the request, with those that are known', async () => {
    await serve();
    const spoken = { error_code: 'LANGUAGE_NOT_SUPPORTED', details: { supported: ['en-US', 'ru-RU'] } };
    expect(await post('/v1/speech/tts', { text: '12', language: 'tlh' })).toMatchObject({
      status: 400,
      told: { ...spoken, error_message: 'Nobody here speaks tlh, only: en, ru.' },
    });
    expect(await post('/v1/speech/tts', { text: 'שלום' })).toMatchObject({
      status: 400,
      told: { ...spoken, details: { ...spoken.details, field: 'text', language: 'he' } },
    });
    expect(await post('/v1/audio/transcriptions', recording({ language: 'tlh' }))).toMatchObject({
      status: 400,
      told: {
        error: {
          code: 'LANGUAGE_NOT_SUPPORTED',
          type: 'invalid_request_error',
          param: 'language',
          message: expect.stringContaining('Nobody here hears tlh, only: ru.') as string,
        },
      },
    });
  });

  it('is not what is at fault where nobody speaks or hears at all', async () => {
    api = await serveSpeech({ vendors: [{ name: 'x', synthesizer: undefined, recognizer: undefined }] });
    const away = { status: 503, told: { error_code: 'PROVIDER_NOT_AVAILABLE' } };
    expect(await post('/v1/speech/tts', { text: 'Да' })).toMatchObject(away);
    expect(await post('/v1/speech/stt', recording({ language: 'tlh' }))).toMatchObject(away);
  });
});

describe('a body', () => {
  const compressed = (path: string, encoding: string) =>
    fetch(`${api.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': encoding },
      body: gzipSync(JSON.stringify({ text: 'Да', input: 'Да', format: 'pcm', response_format: 'pcm' })),
    });

  it('that is compressed is refused in words that say so', async () => {
    await serve();
    const own = await compressed('/v1/speech/tts', 'gzip');
    expect([own.status, own.headers.get('accept-encoding'), await own.json()]).toMatchObject([
      415,
      'identity',
      { error_code: 'UNSUPPORTED_ENCODING', details: { encoding: 'gzip' } },
    ]);
    expect(await (await compressed('/v1/audio/speech', 'br')).json()).toMatchObject({
      error: { code: 'UNSUPPORTED_ENCODING', type: 'invalid_request_error' },
    });
  });

  it('that says it is as it is, is', async () => {
    await serve();
    const headers = { 'content-type': 'application/json', 'content-encoding': 'identity' };
    const body = JSON.stringify({ text: 'Да', format: 'pcm' });
    expect((await fetch(`${api.url}/v1/speech/tts`, { method: 'POST', headers, body })).status).toBe(200);
  });

  it('that is far larger than any text may be is not taken apart', async () => {
    await serve();
    const filled = { input: 'Да', instructions: 'x'.repeat(300_000) };
    expect(await post('/v1/audio/speech', filled)).toMatchObject({
      status: 400,
      told: { error: { code: 'TEXT_TOO_LONG' } },
    });
  });
});

describe('a request for the head alone', () => {
  it.each(['/v1/health', '/v1/health?from=balancer', '/v1/languages', '/v1/voices'])(
    'of %s is answered as the whole is, without its body',
    async (path) => {
      await serve();
      const whole = await fetch(`${api.url}${path}`);
      const head = await fetch(`${api.url}${path}`, { method: 'HEAD' });
      expect([head.status, head.headers.get('content-type'), await head.text()]).toEqual([
        whole.status,
        whole.headers.get('content-type'),
        '',
      ]);
    },
  );

  it('needs a key where the whole does, but of whoever asks how the service does', async () => {
    api = await serveSpeech({ isOpen: false });
    const status = async (path: string) => (await fetch(`${api.url}${path}`, { method: 'HEAD' })).status;
    expect([await status('/v1/health?x'), await status('/v1/voices')]).toEqual([200, 401]);
  });
});

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

  it.each(['language', 'voice', 'emotion', 'preferred_provider'])(
    'that names a %s in more words than any has is refused, and not looked for',
    async (field) => {
      await serve();
      expect(await post('/v1/speech/tts', { text: '12', [field]: 'x'.repeat(101) })).toMatchObject({
        status: 400,
        told: { error_code: 'VALIDATION_ERROR', details: { field } },
      });
    },
  );

  it.each([
    ['/v1/audio/speech', { input: '12', language: 'x'.repeat(36) }, 'language'],
    ['/v1/audio/speech', { input: '12', voice: 'x'.repeat(101) }, 'voice'],
    ['/v1/audio/speech', { input: '12', voice: { id: 'x'.repeat(101) } }, 'voice'],
    ['/v1/audio/speech', { input: '12', model: 'x'.repeat(101) }, 'model'],
    ['/v1/audio/transcriptions', { language: 'x'.repeat(36) }, 'language'],
    ['/v1/audio/transcriptions', { model: 'x'.repeat(101) }, 'model'],
  ])('of %s that is so is refused as well: %j', async (path, fields, param) => {
    await serve();
    const isForm = path.endsWith('transcriptions');
    const body = isForm ? recording(fields as Record<string, string>) : fields;
    expect(await post(path, body)).toMatchObject({
      status: 400,
      told: { error: { code: 'VALIDATION_ERROR', param } },
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
