/** Clients of OpenAI's who go away in the middle of an answer leave nothing behind: no request at a provider, no program, no place. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI, { toFile } from 'openai';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { concatBytes, silence } from '../audio/pcm.ts';
import { tone } from '../audio/tone.ts';
import { encodeWav } from '../audio/wav.ts';
import { aborted, deferred } from '../base/async.ts';
import type { RecognitionProvider } from '../speech/recognition/recognizer.ts';
import { newKey, writeKeys } from './keys/key-file.ts';
import type { SpeechApi, SpeechApiOptions } from './server.ts';
import { ScriptedRecognizer } from './testing/scripted-recognizer.ts';
import { scriptedVendor, serveSpeech } from './testing/served.ts';

/** A busy machine takes its time. */
const SOON = { timeout: 20_000 };

let dir: string;
let api: SpeechApi;
let client: OpenAI;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'parley-gone-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await api.close();
  rmSync(dir, { recursive: true });
});

async function serve(options: Partial<SpeechApiOptions>) {
  api = await serveSpeech(options);
  client = new OpenAI({ apiKey: 'any', baseURL: `${api.url}/v1`, maxRetries: 0 });
}

const underWay = async () =>
  ((await (await fetch(`${api.url}/v1/health`)).json()) as { load: { under_way: number } }).load.under_way;

/** Hears the first piece, and never the second. */
function halfDeaf() {
  const scripted = new ScriptedRecognizer(() => 'слово');
  let asked = 0;
  let isLeft = false;
  const recognizer: RecognitionProvider = {
    ...{ name: 'half-deaf', capabilities: scripted.capabilities, close: () => scripted.close() },
    async *recognize(audio, request, signal) {
      if (asked++ === 0) {
        yield* scripted.recognize(audio, request);
        return;
      }
      await aborted(signal);
      isLeft = true;
      throw signal.reason;
    },
  };
  return { recognizer, isLeft: () => isLeft };
}

/** Two utterances with a pause between them. */
const RECORDING = encodeWav({
  sampleRateHz: 16_000,
  data: concatBytes(
    [tone(300, 8000, 16_000), silence(1000, 16_000), tone(300, 8000, 16_000)].map(({ data }) => data),
  ),
});

describe('a client that goes away in the middle', () => {
  it('of a transcript that is told piece by piece is heard for no longer', async () => {
    const { recognizer, isLeft } = halfDeaf();
    await serve({ vendors: [{ name: 'half-deaf', synthesizer: undefined, recognizer }] });
    const file = await toFile(RECORDING, 'call.wav');
    const stream = await client.audio.transcriptions.create({ model: 'any', file, stream: true });
    for await (const event of stream) {
      expect(event).toMatchObject({ type: 'transcript.text.delta', delta: 'слово' });
      break;
    }
    await vi.waitFor(() => expect(isLeft()).toBe(true), SOON);
    await vi.waitFor(async () => expect(await underWay()).toBe(0), SOON);
  });

  it('before it is known whether it may ask takes no place for ever', async () => {
    const keysFile = join(dir, 'keys.json');
    const made = newKey({ name: 'shop', scopes: ['tts'], perMinute: {} }, new Date());
    await writeKeys(keysFile, [made.stored]);
    let asked = 0;
    const answered = deferred();
    // As a Redis that takes its time.
    const take = async () => {
      asked++;
      await answered.promise;
      return 0;
    };
    await serve({ keysFile, isOpen: false, mostAtOnce: 1, ledger: { take, isNew: async () => true } });
    const leaving = new AbortController();
    const speak = (signal?: AbortSignal) =>
      fetch(`${api.url}/v1/speech/tts`, {
        method: 'POST',
        headers: { authorization: `Bearer ${made.key}` },
        body: JSON.stringify({ text: 'Да', format: 'pcm' }),
        ...(signal && { signal }),
      });
    const left = speak(leaving.signal).catch(() => 'left');
    await vi.waitFor(() => expect(asked).toBe(1), SOON);
    leaving.abort();
    expect(await left).toBe('left');
    // Its connection ends a moment later at the other side.
    await new Promise((resolve) => setTimeout(resolve, 200));
    answered.resolve();
    await vi.waitFor(async () => expect((await speak()).status).toBe(200), SOON);
  });

  it('of speech that is told as events has nothing more spoken', async () => {
    const vendor = scriptedVendor('stalls', { fault: { afterPieces: 1, error: 'hang' } });
    await serve({ vendors: [vendor] });
    const leaving = new AbortController();
    const answer = await client.audio.speech.create(
      { model: 'any', voice: 'alloy', input: 'Да', response_format: 'pcm', stream_format: 'sse' },
      { signal: leaving.signal },
    );
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toContain('speech.audio.delta');
    leaving.abort();
    await vi.waitFor(() => expect(vendor.scripted.attempts[0]?.outcome).toBe('cancelled'), SOON);
    await vi.waitFor(async () => expect(await underWay()).toBe(0), SOON);
  });

  it('of speech that ffmpeg encodes leaves no ffmpeg behind', async () => {
    const id = join(dir, 'process');
    writeFileSync(join(dir, 'ffmpeg'), `#!/bin/sh\necho $$ > ${id}\nhead -c 100000 /dev/zero\nexec cat\n`);
    chmodSync(join(dir, 'ffmpeg'), 0o755);
    vi.stubEnv('PATH', `${dir}:${process.env['PATH']}`);
    const vendor = scriptedVendor('stalls', { fault: { afterPieces: 1, error: 'hang' } });
    await serve({ vendors: [vendor], hasFfmpeg: true });
    const leaving = new AbortController();
    const answer = await client.audio.speech.create(
      { model: 'any', voice: 'alloy', input: 'Да', response_format: 'opus' },
      { signal: leaving.signal },
    );
    await (answer.body as ReadableStream<Uint8Array>).getReader().read();
    leaving.abort();
    await vi.waitFor(() => expect(() => process.kill(Number(readFileSync(id, 'utf8')), 0)).toThrow(), SOON);
    await vi.waitFor(async () => expect(await underWay()).toBe(0), SOON);
    expect(vendor.scripted.attempts[0]?.outcome).toBe('cancelled');
  });
});
