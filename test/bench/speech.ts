/** What the speech API adds to its vendors' time, and how much of it one process can do, beside a plain fastify that sends the same bytes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Agent, request } from 'undici';
import { silence } from '../../src/audio/pcm.ts';
import { encodeWav } from '../../src/audio/wav.ts';
import type { Bench, Measurement } from './bench.ts';
import { repetitions } from './bench.ts';
import { speechCache } from './speech-cache.ts';

/** What a vendor takes that is far away. */
const VENDOR_MS = 300;
const AT_ONCE = 100;
const REQUESTS = 4000;
const CONNECTIONS = 1000;
/** Enough to keep one core busy. */
const BUSY_AT_ONCE = 32;
const THROUGHPUT_REQUESTS = 10_000;
const WARM_UP = 200;
const RECORDING = Buffer.from(encodeWav(silence(1000, 16_000)));

interface Target {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** No two are the same: nothing of it is kept, or shared. */
  readonly body: (index: number) => Buffer | string;
}

export const speech: Bench = {
  name: 'speech',
  explanation:
    `The speech API in a process of its own. Own time: from the request to the end of the answer, less the ${VENDOR_MS} ms of the vendor, ${AT_ONCE} requests under way, spread over that time.\n` +
    `Throughput: a vendor that takes no time, ${BUSY_AT_ONCE} at once. A second of speech (48 KB) is sent, or a second of WAV (32 KB) received; the echo is fastify alone with the same bytes.`,
  run: async (scale) => [
    ...(await ownTime(scale)),
    ...(await connections(scale)),
    ...(await throughput(scale)),
    ...(await speechCache(scale)),
  ],
};

async function ownTime(scale: number): Promise<readonly Measurement[]> {
  return served(VENDOR_MS, async (targets) => {
    const measured: Measurement[] = [];
    for (const [what, target] of targets) {
      await asked(target, WARM_UP, AT_ONCE);
      const times = await asked(target, repetitions(REQUESTS, scale), AT_ONCE, { spreadMs: VENDOR_MS });
      const samples = times.map((ms) => ms - VENDOR_MS);
      const isEcho = what.includes('echo');
      measured.push({ what: `own time, ${what}`, unit: 'ms', samples, ...(!isEcho && { targetP95: 3 }) });
    }
    return measured;
  });
}

async function connections(scale: number): Promise<readonly Measurement[]> {
  const most = repetitions(CONNECTIONS, scale);
  return served(VENDOR_MS, async ([first]) => {
    if (!first) throw new Error('nothing to ask');
    // Each has a connection of its own, and keeps it.
    const agent = new Agent({ connections: most, pipelining: 1 });
    try {
      await asked(first[1], most, most, { dispatcher: agent });
      const samples = await asked(first[1], most * 2, most, { dispatcher: agent });
      return [{ what: `request to answer, ${most} connections`, unit: 'ms', samples }];
    } finally {
      await agent.close();
    }
  });
}

async function throughput(scale: number): Promise<readonly Measurement[]> {
  return served(0, async (targets) => {
    const measured: Measurement[] = [];
    for (const [what, target] of targets) {
      await asked(target, WARM_UP, BUSY_AT_ONCE);
      const count = repetitions(THROUGHPUT_REQUESTS, scale);
      const beganMs = performance.now();
      await asked(target, count, BUSY_AT_ONCE);
      const perSecond = (count * 1000) / (performance.now() - beganMs);
      measured.push({ what: `requests a second, ${what}`, unit: '', samples: [perSecond] });
    }
    return measured;
  });
}

interface Asking {
  readonly dispatcher?: Agent;
  /** Over how long the first requests are spread, ms: clients that begin together stay in step, and wait for each other and not for the service. */
  readonly spreadMs?: number;
}

/** How long each took, ms. Throws if one was not answered with 200. */
async function asked(
  target: Target,
  count: number,
  atOnce: number,
  { dispatcher = new Agent(), spreadMs = 0 }: Asking = {},
): Promise<number[]> {
  const times: number[] = [];
  let next = 0;
  const client = async (place: number) => {
    await setTimeout((place * spreadMs) / atOnce);
    while (next < count) {
      const index = next++;
      const beganMs = performance.now();
      const { statusCode, body } = await request(target.url, {
        method: 'POST',
        headers: target.headers,
        body: target.body(index),
        dispatcher,
      });
      await body.arrayBuffer();
      times.push(performance.now() - beganMs);
      if (statusCode !== 200) throw new Error(`${target.url} answered ${statusCode}`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, (_, place) => client(place)));
  return times;
}

type Targets = readonly (readonly [what: string, target: Target])[];

async function served<Result>(delayMs: number, work: (targets: Targets) => Promise<Result>): Promise<Result> {
  const file = fileURLToPath(new URL('speech-server.ts', import.meta.url));
  const args = ['--import', import.meta.resolve('tsx'), file, `${delayMs}`];
  const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(server, 'exit');
  try {
    const [line] = (await once(createInterface(server.stdout), 'line')) as [string];
    return await work(targetsOf(JSON.parse(line) as { api: string; echo: string }));
  } finally {
    server.kill();
    await ended;
  }
}

function targetsOf({ api, echo }: { readonly api: string; readonly echo: string }): Targets {
  const json = { 'content-type': 'application/json' };
  const form = { 'content-type': 'multipart/form-data; boundary=recording' };
  let texts = 0;
  const speech = () =>
    JSON.stringify({ input: `Текст ${texts++}`, voice: 'anna', language: 'ru-RU', response_format: 'pcm' });
  return [
    ['speech', { url: `${api}/v1/audio/speech`, headers: json, body: speech }],
    ['speech, echo', { url: `${echo}/speech`, headers: json, body: speech }],
    ['transcription', { url: `${api}/v1/audio/transcriptions`, headers: form, body: recordingForm }],
    ['transcription, echo', { url: `${echo}/transcription`, headers: form, body: recordingForm }],
  ];
}

let recordings = 0;

/** Each recording differs in its last samples. */
function recordingForm(): Buffer {
  const recording = Buffer.from(RECORDING);
  recording.writeUInt32LE(recordings++, recording.length - 4);
  const part = 'content-disposition: form-data; name="file"; filename="a.wav"\r\ncontent-type: audio/wav';
  return Buffer.concat([
    Buffer.from(`--recording\r\n${part}\r\n\r\n`),
    recording,
    Buffer.from('\r\n--recording--\r\n'),
  ]);
}
