/** A speech API that is told to end answers what it has taken in, and cuts nobody off. */
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { DirectoryStorage } from '../storage/directory-storage.ts';
import type { SpeechApi, SpeechApiOptions } from './server.ts';
import { scriptedVendor, serveSpeech } from './testing/served.ts';

/** Far less than the 30 s that a service gives, and more than a busy machine takes. */
const AT_ONCE_MS = 10_000;

/** Several parts, each another. */
const LONG = Array.from({ length: 40 }, (_, day) => `Добрый день номер ${day}. `).join('');

const LATE = Symbol('late');

describe('a speech API that is told to end', () => {
  let agent: Agent;
  let api: SpeechApi;
  let vendor: ReturnType<typeof scriptedVendor>;
  let speakNow: () => void;
  let speakFirst: () => void;

  beforeEach(() => {
    agent = new Agent({ keepAlive: true });
    vendor = scriptedVendor('scripted');
  });
  afterEach(async () => {
    agent.destroy();
    await api.close();
  });

  /** Its vendor speaks once it is told to, or only what it was asked for first. */
  async function serve(options: Partial<SpeechApiOptions> = {}) {
    const told = new Promise<void>((resolve) => (speakNow = resolve));
    const toldFirst = new Promise<void>((resolve) => (speakFirst = resolve));
    let begun = 0;
    const { synthesizer } = vendor;
    const waiting = {
      ...synthesizer,
      async *synthesize(...given: Parameters<typeof synthesizer.synthesize>) {
        const pieces = synthesizer.synthesize(...given)[Symbol.asyncIterator]();
        // It is under way from here on.
        const first = await pieces.next();
        await (begun++ === 0 ? Promise.race([told, toldFirst]) : told);
        for (let piece = first; !piece.done; piece = await pieces.next()) yield piece.value;
      },
    };
    api = await serveSpeech({ vendors: [{ ...vendor, synthesizer: waiting }], ...options });
  }

  const asked = (input: string) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { 'content-type': 'application/json' };
      const asking = request(`${api.url}/v1/audio/speech`, { method: 'POST', agent, headers }, resolve);
      asking.once('error', reject);
      asking.end(JSON.stringify({ input, response_format: 'pcm' }));
    });
  const whole = async (answer: IncomingMessage) => {
    const pieces: Buffer[] = [];
    for await (const piece of answer) pieces.push(piece as Buffer);
    return Buffer.concat(pieces);
  };
  const within = async <Value>(promise: Promise<Value>): Promise<Value | typeof LATE> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<typeof LATE>((resolve) => (timer = setTimeout(() => resolve(LATE), AT_ONCE_MS)));
    const first = await Promise.race([promise, late]);
    clearTimeout(timer);
    return first;
  };

  it('answers what is under way to its end, waits for no connection that is merely kept, and takes nothing more', async () => {
    await serve();
    const answered = asked('Добрый день');
    await vi.waitFor(() => expect(vendor.scripted.attempts).toHaveLength(1));
    const drained = api.drain().then(() => 'drained');
    await expect(fetch(`${api.url}/v1/languages`)).rejects.toThrow();
    speakNow();
    const answer = await answered;
    expect([answer.statusCode, (await whole(answer)).byteLength]).toEqual([200, 14_400]);
    expect(answer.headers.connection).toBe('close');
    expect(await within(drained)).toBe('drained');
    expect(await within(api.close().then(() => 'closed'))).toBe('closed');
  });

  it('answers also whose body is still on its way', async () => {
    await serve();
    speakNow();
    const half = request(`${api.url}/v1/audio/speech`, { method: 'POST', agent });
    const answered = new Promise<IncomingMessage>((resolve, reject) =>
      half.once('response', resolve).once('error', reject),
    );
    half.setHeader('content-type', 'application/json');
    half.write('{"input": ');
    await vi.waitFor(async () => {
      const health = (await (await fetch(`${api.url}/v1/health`)).json()) as { load: { under_way: number } };
      expect(health.load.under_way).toBe(1);
    });
    const drained = api.drain().then(() => 'drained');
    half.end('"Да", "response_format": "pcm"}');
    const answer = await answered;
    expect([answer.statusCode, (await whole(answer)).byteLength]).toEqual([200, 14_400]);
    expect(await within(drained)).toBe('drained');
  });

  it.each([
    {
      name: 'refuses what comes next, as every other request is refused,',
      path: '/v1/voices',
      told: /HTTP\/1\.1 503 .*connection: close.*"error_code":"SERVICE_BUSY"/s,
    },
    {
      name: 'tells whoever balances load that it is ending, and how it does otherwise,',
      path: '/v1/health',
      told: /HTTP\/1\.1 503 .*connection: close.*"status":"draining".*"providers":\{"scripted":\{"status":"healthy"/s,
    },
  ])('$name on a connection whose answer has begun', async ({ path, told }) => {
    await serve();
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
    let seen = '';
    socket.on('data', (piece) => (seen += piece.toString('latin1')));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const body = JSON.stringify({ input: LONG, response_format: 'pcm' });
    const length = Buffer.byteLength(body);
    socket.write(
      `POST /v1/audio/speech HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: ${length}\r\n\r\n${body}`,
    );
    speakFirst();
    await vi.waitFor(() => expect(seen).toContain('HTTP/1.1 200'));
    const drained = api.drain();
    socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`);
    speakNow();
    await closed;
    await drained;
    expect(seen).toMatch(told);
  });

  it('gives them half a minute, and cuts whoever takes longer', async () => {
    const clock = new ManualClock();
    vendor.scripted.script = () => ({ fault: { afterPieces: 1, error: 'hang' } });
    await serve({ clock });
    speakNow();
    const answer = await asked('Добрый день');
    const cut = whole(answer).then(
      () => 'whole',
      () => 'cut',
    );
    let isDrained = false;
    const drained = api.drain().then(() => (isDrained = true));
    await clock.advance(29_999);
    expect(isDrained).toBe(false);
    await clock.advance(1);
    await drained;
    await api.close();
    expect(await cut).toBe('cut');
    await vi.waitFor(() => expect(vendor.scripted.attempts[0]?.outcome).toBe('cancelled'));
  });

  it('waits for nobody who only follows a batch', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'parley-leaving-'));
    const storage = await DirectoryStorage.open({ dir: join(dir, 'audio') });
    await serve({ storage, batches: { dir: join(dir, 'batches'), runsHere: true } });
    const body = JSON.stringify({ operation: 'tts', items: [{ text: 'Да' }] });
    const headers = { 'content-type': 'application/json' };
    const made = await fetch(`${api.url}/v1/batches`, { method: 'POST', headers, body });
    const { id } = (await made.json()) as { id: string };
    const followed = await fetch(`${api.url}/v1/batches/${id}/events`);
    expect(await within(api.drain().then(() => 'drained'))).toBe('drained');
    expect(await followed.text()).toContain('batch.progress');
    await api.close();
    await storage.close();
    rmSync(dir, { recursive: true });
  });
});
