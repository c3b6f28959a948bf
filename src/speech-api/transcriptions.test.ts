import OpenAI, { toFile } from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { concatBytes, silence } from '../audio/pcm.ts';
import { tone } from '../audio/tone.ts';
import { encodeStereoWav, encodeWav } from '../audio/wav.ts';
import { ParleyError } from '../base/errors.ts';
import { encoded } from './formats/speech-formats.ts';
import type { SpeechApi } from './server.ts';
import { ScriptedRecognizer } from './testing/scripted-recognizer.ts';
import type { ScriptedHearing } from './testing/scripted-recognizer.ts';
import { scriptedVendor, serveSpeech } from './testing/served.ts';

let api: SpeechApi;
afterEach(() => api.close());

/** Two utterances of 8 s with a pause between them. */
const RECORDING = encodeWav({
  sampleRateHz: 16_000,
  data: concatBytes(
    [tone(300, 8000, 16_000), silence(1000, 16_000), tone(300, 8000, 16_000)].map(({ data }) => data),
  ),
});

async function serve(
  hear: (piece: number) => string = (piece) => ['Добрый день', 'До <свидания>'][piece] ?? '',
  hearing: ScriptedHearing = {},
) {
  const recognizer = new ScriptedRecognizer(hear, hearing);
  api = await serveSpeech({ vendors: [{ name: 'scripted', synthesizer: undefined, recognizer }] });
  return recognizer;
}

function send(path: string, file: Uint8Array | string, fields: Record<string, string> = {}) {
  const form = new FormData();
  form.set('file', new Blob([file]), 'recording');
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return fetch(`${api.url}${path}`, { method: 'POST', body: form });
}

describe('POST /v1/audio/transcriptions', () => {
  it("gives OpenAI's own client the text", async () => {
    await serve();
    const client = new OpenAI({ apiKey: 'any', baseURL: `${api.url}/v1` });
    const file = await toFile(RECORDING, 'call.wav');
    const { text } = await client.audio.transcriptions.create({ model: 'whisper-1', file });
    expect(text).toBe('Добрый день До <свидания>');
  });

  it("gives OpenAI's own client every other form, with the times of words in the whole recording", async () => {
    await serve((piece) => ['Добрый день', 'До <свидания>'][piece % 2] ?? '', { timesWords: true });
    const { transcriptions } = new OpenAI({ apiKey: 'any', baseURL: `${api.url}/v1` }).audio;
    const file = await toFile(RECORDING, 'call.wav');
    const ask = { model: 'whisper-1', file } as const;
    expect(await transcriptions.create({ ...ask, response_format: 'text' })).toBe(
      'Добрый день До <свидания>\n',
    );
    expect(await transcriptions.create({ ...ask, response_format: 'srt' })).toMatch(/^1\n00:00:00,000 --> /);
    expect(await transcriptions.create({ ...ask, response_format: 'vtt' })).toMatch(/^WEBVTT\n/);
    const { words = [], segments = [] } = await transcriptions.create({
      ...ask,
      response_format: 'verbose_json',
      timestamp_granularities: ['word', 'segment'],
    });
    expect(words.map(({ word }) => word)).toEqual(['Добрый', 'день', 'До', '<свидания>']);
    expect(words[3]?.start).toBe((segments[1]?.start ?? 0) + 0.5);
  });

  it("tells OpenAI's own client each segment as soon as it is heard", async () => {
    await serve();
    const client = new OpenAI({ apiKey: 'any', baseURL: `${api.url}/v1` });
    const file = await toFile(RECORDING, 'call.wav');
    const stream = await client.audio.transcriptions.create({
      model: 'gpt-4o-transcribe',
      file,
      stream: true,
    });
    const events = [];
    for await (const event of stream) events.push(event);
    expect(events).toEqual([
      { type: 'transcript.text.delta', delta: 'Добрый день' },
      { type: 'transcript.text.delta', delta: ' До <свидания>' },
      { type: 'transcript.text.done', text: 'Добрый день До <свидания>' },
    ]);
  });

  it('repeats nothing that was told when another provider hears the rest', async () => {
    const failing = new ScriptedRecognizer((piece) => {
      if (piece === 1) throw new ParleyError('ASR_UNAVAILABLE', 'It is down.');
      return 'первый';
    });
    const other = new ScriptedRecognizer(() => 'второй');
    api = await serveSpeech({
      vendors: [
        { name: 'one', synthesizer: undefined, recognizer: failing },
        { name: 'other', synthesizer: undefined, recognizer: other },
      ],
    });
    const answer = await send('/v1/audio/transcriptions', RECORDING, { stream: 'true' });
    const told = (await answer.text()).split('\n\n').filter((line) => line !== '');
    expect(told.at(-1)).toContain('"text":"первый второй"');
    expect(told).toHaveLength(3);
    expect(other.heard).toHaveLength(1);
  });

  it.each([
    ['before the first segment', 0, 502],
    ['behind it', 1, 200],
  ])("fails %s as OpenAI's client expects it", async (_, failing, status) => {
    await serve((piece) => {
      if (piece === failing) throw new ParleyError('ASR_BAD_ANSWER', 'secret words');
      return 'слово';
    });
    const client = new OpenAI({ apiKey: 'any', baseURL: `${api.url}/v1`, maxRetries: 0 });
    const file = await toFile(RECORDING, 'call.wav');
    const heard = client.audio.transcriptions.create({ model: 'whisper-1', file, stream: true });
    const failure = await (async () => {
      for await (const event of await heard) if (event.type === 'transcript.text.done') return undefined;
    })().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(OpenAI.APIError);
    expect(failure).toMatchObject({ code: 'PROVIDER_ERROR', ...(status !== 200 && { status }) });
  });

  it.each([
    ['a format that is no format', { response_format: 'docx' }, OpenAI.BadRequestError],
    ['subtitles as a stream', { response_format: 'srt', stream: 'true' }, OpenAI.BadRequestError],
  ])("makes %s an error of its kind in OpenAI's client", async (_, fields, kind) => {
    await serve();
    const client = new OpenAI({ apiKey: 'any', baseURL: `${api.url}/v1`, maxRetries: 0 });
    const body = new FormData();
    body.set('file', new Blob([RECORDING]), 'call.wav');
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    await expect(client.post('/audio/transcriptions', { body })).rejects.toBeInstanceOf(kind);
  });

  it('hears the same recording once', async () => {
    const recognizer = await serve();
    const ask = async () => (await send('/v1/speech/stt', RECORDING)).json();
    expect(await ask()).toMatchObject({ cached: false });
    expect(await ask()).toMatchObject({ cached: true, text: 'Добрый день До <свидания>' });
    expect(recognizer.heard).toHaveLength(2);
  });

  it('writes subtitles that change at the pauses', async () => {
    await serve();
    const lines = async (response_format: string) =>
      (await (await send('/v1/audio/transcriptions', RECORDING, { response_format })).text()).split('\n');
    expect(await lines('srt')).toEqual([
      ...['1', expect.stringMatching(/^00:00:00,000 --> 00:00:08,\d{3}$/) as string, 'Добрый день', ''],
      ...['2', expect.stringMatching(/^00:00:08,\d{3} --> 00:00:17,000$/) as string, 'До <свидания>', ''],
    ]);
    await api.close();
    await serve();
    expect(await lines('vtt')).toEqual([
      ...['WEBVTT', '', expect.stringMatching(/^00:00:00\.000 --> /) as string, 'Добрый день', ''],
      ...[expect.stringMatching(/^00:00:08\.\d{3} --> 00:00:17\.000$/) as string, 'До &lt;свидания&gt;', ''],
    ]);
  });

  it('tells language, length and segments where more is asked for', async () => {
    await serve();
    const answer = await send('/v1/audio/transcriptions', RECORDING, { response_format: 'verbose_json' });
    expect(await answer.json()).toMatchObject({
      language: 'ru-RU',
      duration: 17,
      segments: [
        { id: 0, start: 0, text: 'Добрый день' },
        { id: 1, end: 17, text: 'До <свидания>' },
      ],
    });
  });

  it('reads stereo, other rates and MP3 as what they sound like', async () => {
    const recognizer = await serve(() => 'слово');
    const mono = tone(300, 1000, 48_000);
    await send('/v1/audio/transcriptions', encodeStereoWav(mono, mono));
    const pieces: Uint8Array[] = [];
    const pcm = (async function* () {
      yield tone(300, 1000, 24_000).data;
    })();
    for await (const piece of encoded('mp3', { sampleRateHz: 24_000, pieces: pcm })) pieces.push(piece);
    await send('/v1/audio/transcriptions', concatBytes(pieces));
    const [fromStereo = 0, fromMp3 = 0] = recognizer.heard;
    expect(fromStereo).toBe(32_000);
    expect(fromMp3).toBeGreaterThan(32_000);
    expect(fromMp3).toBeLessThan(36_000);
  });

  it.each([
    ['what is no recording', 'Just some text, and not a short one.', 415, 'UNSUPPORTED_FORMAT'],
    ['M4A without ffmpeg', '\0\0\0\x20ftypM4A ', 415, 'UNSUPPORTED_FORMAT'],
    [
      'a WAV file without sound',
      encodeWav({ sampleRateHz: 8000, data: new Uint8Array() }),
      422,
      'AUDIO_PROCESSING_ERROR',
    ],
    ['26 MB', new Uint8Array(26 * 1024 * 1024), 413, 'AUDIO_TOO_LARGE'],
  ])('refuses %s', async (_, file, status, code) => {
    await serve();
    const answer = await send('/v1/audio/transcriptions', file);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ error: { code } });
  });

  it('says that nobody hears where only speech can be made', async () => {
    api = await serveSpeech({ vendors: [scriptedVendor('mute')] });
    const answer = await send('/v1/audio/transcriptions', RECORDING);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ error: { code: 'PROVIDER_NOT_AVAILABLE' } });
  });
});

describe("the speech API's own paths", () => {
  it('say who spoke, and how long it sounds', async () => {
    api = await serveSpeech();
    const body = JSON.stringify({ text: 'Добрый день', format: 'wav', preferred_provider: 'scripted' });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${api.url}/v1/speech/tts`, { method: 'POST', headers, body });
    const told = (await answer.json()) as Record<string, unknown>;
    expect(told['processing_time']).toBeGreaterThan(0);
    expect(told).toMatchObject({ duration: 0.3, provider_used: 'scripted', file_size: 14_444 });
    expect(Buffer.from(String(told['audio']), 'base64').byteLength).toBe(14_444);
    expect(told['request_id']).toBe(answer.headers.get('x-request-id'));
  });

  it('say who heard what', async () => {
    await serve();
    const answer = await send('/v1/speech/stt', RECORDING, { language: 'ru' });
    expect(await answer.json()).toMatchObject({
      text: 'Добрый день До <свидания>',
      language: 'ru-RU',
      duration: 17,
    });
  });

  it('tell what of a recording could not be told', async () => {
    await serve((piece) => ['Кто-то, да? 3,5!', ''][piece] ?? '');
    const fields = { word_timestamps: 'true', noise_reduction: 'true', punctuation: 'false' };
    const answer = await send('/v1/speech/stt', RECORDING, fields);
    expect(await answer.json()).toMatchObject({
      text: 'Кто-то да 3,5',
      words: null,
      confidence: null,
      details: { warnings: [{ field: 'word_timestamps' }, { field: 'noise_reduction' }] },
    });
    await api.close();
    await serve(undefined, { timesWords: true });
    expect(await (await send('/v1/speech/stt', RECORDING, { word_timestamps: 'true' })).json()).toMatchObject(
      {
        words: [{ word: 'Добрый', start: 0, end: 0.5 }, {}, {}, {}],
        confidence: 0.5,
        details: { warnings: [] },
      },
    );
  });

  it('tell of errors with every field of their own shape', async () => {
    api = await serveSpeech();
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ text: 'а', preferred_provider: 'nobody' });
    const answer = await fetch(`${api.url}/v1/speech/tts`, { method: 'POST', headers, body });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({
      error_code: 'PROVIDER_NOT_FOUND',
      error_message: 'There is no provider nobody, only: scripted.',
      details: { field: 'preferred_provider', advice: expect.any(String) as string },
      request_id: answer.headers.get('x-request-id'),
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      retry_after: null,
    });
  });

  it('list languages and voices, and tell a provider that fails from one that is well', async () => {
    const error = new ParleyError('TTS_UNAVAILABLE', 'It is down.');
    const down = scriptedVendor('down', { fault: { afterPieces: 0, error } });
    api = await serveSpeech({ vendors: [down, scriptedVendor('up')] });
    const get = async (path: string) => (await fetch(`${api.url}${path}`)).json();
    expect(await get('/v1/languages')).toMatchObject({ tts: { 'ru-RU': ['down', 'up'] }, stt: {} });
    expect(await get('/v1/voices')).toMatchObject({ formats: ['mp3', 'wav', 'pcm'] });
    await fetch(`${api.url}/v1/audio/speech`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ input: 'Алло' }),
    });
    expect(await get('/v1/health')).toMatchObject({
      status: 'degraded',
      providers: {
        down: { status: 'unhealthy', success_rate: 0 },
        up: { status: 'healthy', success_rate: 1 },
      },
    });
  });
});
