import { request } from 'node:http';
import OpenAI from 'openai';
import { MPEGDecoder } from 'mpg123-decoder';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { toSamples } from '../audio/pcm.ts';
import { decodeWav } from '../audio/wav.ts';
import { ParleyError } from '../base/errors.ts';
import type { SpeechApi } from './server.ts';
import { scriptedVendor, serveSpeech } from './testing/served.ts';

let api: SpeechApi;
afterEach(() => api.close());

/** Several parts, each another. */
const LONG = Array.from({ length: 40 }, (_, day) => `Добрый день номер ${day}. `).join('');

/** 300 ms at 24 kHz. */
const RAMP_SAMPLES = 7200;

function speak(body: object, headers: Record<string, string> = {}) {
  return fetch(`${api.url}/v1/audio/speech`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

describe('POST /v1/audio/speech', () => {
  it("gives OpenAI's own client the speech in every format that is made here", async () => {
    api = await serveSpeech();
    const client = new OpenAI({ apiKey: 'any', baseURL: `${api.url}/v1` });
    const said = async (response_format: 'mp3' | 'wav' | 'pcm') =>
      new Uint8Array(
        await (
          await client.audio.speech.create({
            model: 'tts-1',
            voice: 'alloy',
            input: 'Добрый день',
            response_format,
          })
        ).arrayBuffer(),
      );
    const pcm = await said('pcm');
    expect([...toSamples({ sampleRateHz: 24_000, data: pcm }).subarray(0, 3)]).toEqual([0, 1, 2]);
    expect(pcm.byteLength).toBe(RAMP_SAMPLES * 2);
    expect(decodeWav(await said('wav'))).toEqual({ sampleRateHz: 24_000, data: pcm });
    const decoder = new MPEGDecoder();
    await decoder.ready;
    const { sampleRate, samplesDecoded } = decoder.decode(await said('mp3'));
    decoder.free();
    expect(sampleRate).toBe(24_000);
    expect(samplesDecoded).toBeGreaterThan(RAMP_SAMPLES - 1);
  });

  it('says in the header of a short WAV file how long it is, and leaves that open in one that is sent while it is spoken', async () => {
    api = await serveSpeech();
    const sizeOf = async (input: string) =>
      new DataView(await (await speak({ input, response_format: 'wav' })).arrayBuffer()).getUint32(40, true);
    expect(await sizeOf('Добрый день')).toBe(RAMP_SAMPLES * 2);
    expect(await sizeOf(LONG)).toBe(0xffff_ffff);
  });

  it('sends the beginning of a long text before its end has been spoken', async () => {
    const vendor = scriptedVendor('slow');
    vendor.scripted.script = (_, attempt) =>
      attempt === 0 ? {} : { fault: { afterPieces: 0, error: 'hang' } };
    api = await serveSpeech({ vendors: [vendor] });
    const answer = await speak({ input: LONG, response_format: 'pcm' });
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    const { value } = await reader.read();
    expect(value?.byteLength).toBeGreaterThan(0);
    expect(vendor.scripted.attempts.length).toBeGreaterThan(1);
    await reader.cancel();
  });

  it('speaks the same once for all who ask at once, and never again while it is kept', async () => {
    const vendor = scriptedVendor('scripted');
    api = await serveSpeech({ vendors: [vendor] });
    const order = { input: 'Добрый день', response_format: 'wav' };
    const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer());
    const together = await Promise.all([speak(order), speak(order), speak(order)]);
    const [first] = await Promise.all(together.map(bytesOf));
    const again = await speak(order);
    expect(again.headers.get('x-parley-cached')).toBe('true');
    expect(await bytesOf(again)).toEqual(first);
    expect(vendor.scripted.attempts).toHaveLength(1);
    await speak({ ...order, speed: 2 });
    expect(vendor.scripted.attempts).toHaveLength(2);
  });

  it('takes no more at once than it has room for, and takes the next when there is room again', async () => {
    const vendor = scriptedVendor('silent', { fault: { afterPieces: 0, error: 'hang' } });
    api = await serveSpeech({ vendors: [vendor], mostAtOnce: 1 });
    const first = new AbortController();
    const headers = { 'content-type': 'application/json' };
    const order = { method: 'POST', headers, body: JSON.stringify({ input: 'Алло?' }), signal: first.signal };
    const asked = fetch(`${api.url}/v1/audio/speech`, order).catch(() => undefined);
    await vi.waitFor(() => expect(vendor.scripted.attempts).toHaveLength(1));
    const busy = await speak({ input: 'Алло?' });
    expect(busy.status).toBe(503);
    expect(await busy.json()).toMatchObject({ error: { code: 'SERVICE_BUSY' } });
    first.abort();
    await asked;
    vendor.scripted.script = () => ({});
    await vi.waitFor(async () => expect((await speak({ input: 'Алло?' })).status).toBe(200));
  });

  it('lets go of the provider when the client goes away', async () => {
    const vendor = scriptedVendor('silent', { fault: { afterPieces: 0, error: 'hang' } });
    api = await serveSpeech({ vendors: [vendor] });
    const asked = request(`${api.url}/v1/audio/speech`, { method: 'POST' });
    asked.on('error', () => undefined);
    asked.end(JSON.stringify({ input: 'Алло?' }));
    await vi.waitFor(() => expect(vendor.scripted.attempts).toHaveLength(1));
    asked.destroy();
    await vi.waitFor(() => expect(vendor.scripted.attempts[0]?.outcome).toBe('cancelled'));
  });

  it('has the next provider speak where the first fails, and says who spoke', async () => {
    const error = new ParleyError('TTS_UNAVAILABLE', 'It is down.');
    const down = scriptedVendor('down', { fault: { afterPieces: 0, error } });
    api = await serveSpeech({ vendors: [down, scriptedVendor('up')] });
    const answer = await speak({ input: 'Алло?' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-parley-provider')).toBe('up');
  });

  it('asks the provider first that the model names', async () => {
    api = await serveSpeech({ vendors: [scriptedVendor('one'), scriptedVendor('other')] });
    const answer = await speak({ input: 'Алло?', model: 'other' });
    expect(answer.headers.get('x-parley-provider')).toBe('other');
  });

  it.each([
    ['no text', {}, 400, 'VALIDATION_ERROR'],
    ['nothing to say', { input: '…' }, 400, 'VALIDATION_ERROR'],
    ['4001 characters', { input: 'а'.repeat(4001) }, 400, 'TEXT_TOO_LONG'],
    ['a voice that nobody has', { input: 'а', voice: 'nobody' }, 400, 'VALIDATION_ERROR'],
    ['a language that nobody speaks', { input: 'а', language: 'tlh' }, 400, 'LANGUAGE_NOT_SUPPORTED'],
    ['a speed beyond bounds', { input: 'а', speed: 5 }, 400, 'VALIDATION_ERROR'],
    ['a format that needs ffmpeg', { input: 'а', response_format: 'opus' }, 415, 'UNSUPPORTED_FORMAT'],
  ])("refuses %s in OpenAI's shape", async (_, body, status, code) => {
    api = await serveSpeech();
    const answer = await speak(body);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ error: { code, message: expect.any(String) as string } });
  });

  it("tells OpenAI's own client in its own words what is not there", async () => {
    api = await serveSpeech();
    const client = new OpenAI({ apiKey: 'any', baseURL: `${api.url}/v1`, maxRetries: 0 });
    const asked = client.chat.completions.create({ model: 'any', messages: [] });
    await expect(asked).rejects.toMatchObject({ status: 404, code: 'RESOURCE_NOT_FOUND' });
  });

  it('is not for pages and proxies of others', async () => {
    api = await serveSpeech();
    expect((await speak({ input: 'а' }, { origin: 'https://elsewhere.example' })).status).toBe(401);
    expect((await speak({ input: 'а' }, { 'x-forwarded-for': '192.0.2.1' })).status).toBe(401);
    await api.close();
    api = await serveSpeech({ isOpen: false });
    expect((await speak({ input: 'а' })).status).toBe(401);
  });
});
