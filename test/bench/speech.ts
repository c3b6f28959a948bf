/** What the speech API adds to its vendors' time, and how much of it one process can do, beside a plain fastify that sends the same bytes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Agent } from 'node:http';
import { createInterface } from 'node:readline';
import { silence } from '../../src/audio/pcm.ts';
import { encodeWav } from '../../src/audio/wav.ts';
import { percentile } from '../support/percentile.ts';
import type { Bench, Measurement } from './bench.ts';
import { repetitions } from './bench.ts';
import { compiledForBench } from './compiled.ts';
import { speechCache } from './speech-cache.ts';
import { askedAtOnce, askedAtPace, newAgent } from './speech-load.ts';
import type { Target } from './speech-load.ts';
import type { ServedAt } from './speech-server.ts';

/** What a vendor takes that is far away. */
const VENDOR_MS = 300;
const AT_ONCE = 100;
/** So many a second are under way at once, on average. */
const PER_SECOND = (AT_ONCE * 1000) / VENDOR_MS;
/** The API and the echo take turns, so that whatever else the machine does meets both. */
const ROUNDS = 8;
const REQUESTS_A_ROUND = 500;
const CONNECTIONS = 1000;
const BUSY_A_ROUND = 1000;
const WARM_UP = 1500;
const RECORDING = Buffer.from(encodeWav(silence(1000, 16_000)));

const SETTING =
  'The speech API in a process of its own, its client in this one. A second of speech (48 KB, 64 KB in base64 on the native path) is sent, or a second of WAV (32 KB) received; the echo is fastify alone in the same process as the API, with the same bytes and the same wait.';

export const speech: Bench = {
  name: 'speech',
  minutes: 3,
  fixedMinutes: 0.5,
  explanation:
    `${SETTING}\n` +
    `Own time: from the request to the end of the answer, less the ${VENDOR_MS} ms of the vendor; requests come at random, ${Math.round(PER_SECOND)} a second, so that ${AT_ONCE} are under way. Overhead: p95 of the API's own time less that of the echo, over ${ROUNDS} rounds by turns.\n` +
    `Look-ups: on one core, hash of key and of audio included; SHA-256 alone is what nothing that looks at the whole recording is quicker than.`,
  run: async (scale, tell) => {
    for (const part of [ownTime, connections, speechCache]) tell(await part(scale));
  },
};

/** By itself: it takes all of a machine of two cores, which own time must not be measured on. */
export const speechThroughput: Bench = {
  name: 'speech-throughput',
  minutes: 0.5,
  explanation:
    `${SETTING}\n` +
    `A vendor that takes no time, ${AT_ONCE} clients who ask again as soon as they are answered, which keeps a core busy: each then waits for ${AT_ONCE} others. Processor: of the service, for one request.`,
  run: async (scale, tell) => tell(await throughput(scale)),
};

async function ownTime(scale: number): Promise<readonly Measurement[]> {
  return served(VENDOR_MS, async ({ pairs, agent }) => {
    const measured: Measurement[] = [];
    const pace = { count: repetitions(REQUESTS_A_ROUND, scale), perSecond: PER_SECOND, agent };
    for (const { what, api, echo } of pairs) {
      for (const target of [api, echo])
        await askedAtOnce(target, { count: repetitions(WARM_UP, scale), atOnce: AT_ONCE, agent });
      const rounds: (readonly [own: number[], echo: number[]])[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const own = await askedAtPace(api, pace);
        const plain = await askedAtPace(echo, pace);
        rounds.push([own.map(ofTheService), plain.map(ofTheService)]);
      }
      const p95 = (samples: readonly number[]) => percentile(samples, 95);
      measured.push(
        { what: `own time, ${what}`, unit: 'ms', samples: rounds.flatMap(([own]) => own) },
        { what: `own time, ${what}, echo`, unit: 'ms', samples: rounds.flatMap(([, echo]) => echo) },
        {
          what: `overhead at p95, ${what}`,
          unit: 'ms',
          samples: [p95(rounds.flatMap(([own]) => own)) - p95(rounds.flatMap(([, echo]) => echo))],
          targetP95: 3,
        },
        {
          what: `overhead at p95, ${what}, round by round`,
          unit: 'ms',
          samples: rounds.map(([own, echo]) => p95(own) - p95(echo)),
        },
      );
    }
    return measured;
  });
}

const ofTheService = (ms: number) => ms - VENDOR_MS;

/** All are open before, and asked in turn: what each costs that is merely there. */
async function connections(scale: number): Promise<readonly Measurement[]> {
  const most = repetitions(CONNECTIONS, scale);
  return served(VENDOR_MS, async ({ pairs, agent }) => {
    const [first] = pairs;
    if (!first) throw new Error('nothing to ask');
    await askedAtOnce(first.api, { count: most, atOnce: most, agent });
    const open = Object.values(agent.freeSockets).reduce((sum, sockets = []) => sum + sockets.length, 0);
    if (open < most) throw new Error(`${open} of ${most} connections are kept`);
    const times = await askedAtPace(first.api, { count: most * 2, perSecond: PER_SECOND, agent });
    return [{ what: `own time, speech, ${most} connections`, unit: 'ms', samples: times.map(ofTheService) }];
  });
}

async function throughput(scale: number): Promise<readonly Measurement[]> {
  return served(0, async ({ pairs, agent, usedUs }) => {
    const measured: Measurement[] = [];
    const load = { count: repetitions(BUSY_A_ROUND, scale), atOnce: AT_ONCE, agent };
    for (const { what, api, echo } of pairs) {
      for (const target of [api, echo])
        await askedAtOnce(target, { ...load, count: repetitions(WARM_UP, scale) });
      const rounds: { times: readonly number[]; perSecond: number; usedUs: number }[][] = [[], []];
      for (let round = 0; round < ROUNDS; round++)
        for (const [place, target] of [api, echo].entries()) {
          const usedBeforeUs = await usedUs();
          const beganMs = performance.now();
          const times = await askedAtOnce(target, load);
          const perSecond = (load.count * 1000) / (performance.now() - beganMs);
          rounds[place]?.push({ times, perSecond, usedUs: ((await usedUs()) - usedBeforeUs) / load.count });
        }
      for (const [place, whose] of [what, `${what}, echo`].entries()) {
        const all = rounds[place] ?? [];
        measured.push(
          { what: `requests a second, ${whose}`, unit: '/s', samples: all.map(({ perSecond }) => perSecond) },
          { what: `processor, ${whose}`, unit: 'µs', samples: all.map((one) => one.usedUs) },
          { what: `${AT_ONCE} at once, ${whose}`, unit: 'ms', samples: all.flatMap(({ times }) => times) },
        );
      }
    }
    return measured;
  });
}

/** For a look at where the time goes: `BENCH_NODE_OPTIONS=--cpu-prof`. */
function nodeOptions(): readonly string[] {
  return (process.env['BENCH_NODE_OPTIONS'] ?? '').split(' ').filter(Boolean);
}

interface Served {
  readonly pairs: readonly { readonly what: string; readonly api: Target; readonly echo: Target }[];
  readonly agent: Agent;
  /** Processor time of the service until now, µs. */
  readonly usedUs: () => Promise<number>;
}

async function served<Result>(delayMs: number, work: (served: Served) => Promise<Result>): Promise<Result> {
  const args = [...nodeOptions(), compiledForBench('speech-server'), `${delayMs}`];
  const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(server, 'exit');
  const agent = newAgent();
  try {
    const [line] = (await once(createInterface(server.stdout), 'line')) as [string];
    const urls = JSON.parse(line) as ServedAt;
    const usedUs = async () => {
      const answer = await fetch(`${urls.echo}/processor`);
      return ((await answer.json()) as { usedUs: number }).usedUs;
    };
    return await work({ pairs: pairsOf(urls), agent, usedUs });
  } finally {
    agent.destroy();
    // So that a profile is written.
    server.kill('SIGINT');
    await ended;
  }
}

function pairsOf({ api, echo }: ServedAt): Served['pairs'] {
  const json = { 'content-type': 'application/json' };
  const form = { 'content-type': 'multipart/form-data; boundary=recording' };
  let texts = 0;
  const body = () =>
    Buffer.from(
      JSON.stringify({ input: `Текст ${texts++}`, voice: 'anna', language: 'ru-RU', response_format: 'pcm' }),
    );
  const ownBody = () =>
    Buffer.from(
      JSON.stringify({ text: `Текст ${texts++}`, voice: 'anna', language: 'ru-RU', format: 'pcm' }),
    );
  const speaking = { headers: json, body };
  const speakingHere = { headers: json, body: ownBody };
  const hearing = { headers: form, body: recordingForm };
  return [
    {
      what: 'speech',
      api: { url: `${api}/v1/audio/speech`, ...speaking },
      echo: { url: `${echo}/speech`, ...speaking },
    },
    {
      what: 'transcription',
      api: { url: `${api}/v1/audio/transcriptions`, ...hearing },
      echo: { url: `${echo}/transcription`, ...hearing },
    },
    {
      what: 'native speech',
      api: { url: `${api}/v1/speech/tts`, ...speakingHere },
      echo: { url: `${echo}/native-speech`, ...speakingHere },
    },
    {
      what: 'native transcription',
      api: { url: `${api}/v1/speech/stt`, ...hearing },
      echo: { url: `${echo}/transcription`, ...hearing },
    },
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
