import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { seeded } from '../base/seeded.ts';
import { DirectoryStorage } from '../storage/directory-storage.ts';
import type { SpeechApiOptions } from './server.ts';
import { answerFault } from './testing/answer-faults.ts';
import { hostileBytes, hostileRequest } from './testing/hostile-requests.ts';
import { builtSpeech, serveSpeech } from './testing/served.ts';
import { untiringVendor } from './testing/untiring-vendor.ts';

/** `npm run bench -- speech-hostile` sends 100,000. */
const REQUESTS = 2000;
const CONNECTIONS = 100;

describe('the speech API among the hostile', { timeout: 300_000 }, () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'parley-hostile-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const options = async (): Promise<Partial<SpeechApiOptions>> => ({
    vendors: [untiringVendor()],
    storage: await DirectoryStorage.open({ dir: join(dir, 'audio') }),
    batches: { dir: join(dir, 'batches'), runsHere: false },
  });

  it('answers every request as it answers errors, and none with a fault of its own', async () => {
    const app = await builtSpeech(await options());
    const chance = seeded(13);
    const faults: string[] = [];
    for (let count = 0; count < REQUESTS; count++) {
      const asked = hostileRequest(chance);
      const answer = await app.inject(asked);
      const fault = answerFault(asked.url, answer.statusCode, answer.body);
      if (fault !== undefined) faults.push(`${count}: ${asked.method} ${asked.url}: ${fault}`);
    }
    await app.close();
    expect(faults).toEqual([]);
    expect({}).not.toHaveProperty('polluted');
  });

  it('answers what is no request in its own shape, and serves whoever comes next', async () => {
    const api = await serveSpeech(await options());
    const chance = seeded(14);
    const { port } = new URL(api.url);
    const answers = Array.from({ length: CONNECTIONS }, () => told(Number(port), hostileBytes(chance)));
    for (const answer of await Promise.all(answers)) {
      const [head = '', body = ''] = answer.split(/\r\n\r\n(.*)/s);
      const [, status = ''] = /^HTTP\/1\.1 (\d{3}) /.exec(head) ?? [];
      if (answer !== '' && !status.startsWith('2') && !/^transfer-encoding/im.test(head))
        expect(answerFault(/"error"/.test(body) ? '/v1/audio/' : '/', Number(status), body)).toBeUndefined();
    }
    expect((await fetch(`${api.url}/v1/health`)).status).toBe(200);
    await api.close();
  });

  it('answers whoever expects what nobody knows as all others', async () => {
    const api = await serveSpeech(await options());
    const { port } = new URL(api.url);
    const asking = ['GET /v1/voices HTTP/1.1', 'host: 127.0.0.1', 'expect: wonders', 'connection: close'];
    const answer = await told(Number(port), Buffer.from(`${asking.join('\r\n')}\r\n\r\n`));
    expect(answer).toMatch(/^HTTP\/1\.1 200 .*"voices"/s);
    await api.close();
  });

  it('refuses a body that trickles in, and gives its place to others', async () => {
    const clock = new ManualClock();
    const api = await serveSpeech({ ...(await options()), clock, mostAtOnce: 1 });
    const asked = request(`${api.url}/v1/audio/speech`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': '1000' },
    });
    asked.write('{');
    const answered = new Promise<number>((resolve) =>
      asked.once('response', (response) => {
        // What follows the status is nobody's: the connection ends with it.
        response.on('error', () => undefined).resume();
        resolve(response.statusCode ?? 0);
      }),
    );
    asked.on('error', () => undefined);
    const health = async () =>
      ((await (await fetch(`${api.url}/v1/health`)).json()) as { load: { under_way: number } }).load
        .under_way;
    await expect.poll(health, { timeout: 20_000 }).toBe(1);
    await clock.advance(10_000);
    expect(await answered).toBe(408);
    await expect.poll(health, { timeout: 20_000 }).toBe(0);
    await api.close();
  });
});

/** What comes back until the connection ends. */
function told(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(20_000, () => socket.destroy());
    socket.on('data', (piece) => (answer += piece.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(Buffer.from(answer, 'latin1').toString()));
    // Nothing more comes: whatever was half said is known to be so.
    socket.end(bytes);
  });
}
