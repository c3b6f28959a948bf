/** A hundred thousand hostile requests to the speech API: what each takes, and whether memory stays where it was. */
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { seeded } from '../../src/base/seeded.ts';
import { answerFault } from '../../src/speech-api/testing/answer-faults.ts';
import { hostileBytes, hostileRequest } from '../../src/speech-api/testing/hostile-requests.ts';
import { builtSpeech, serveSpeech } from '../../src/speech-api/testing/served.ts';
import { untiringVendor } from '../../src/speech-api/testing/untiring-vendor.ts';
import { DirectoryStorage } from '../../src/storage/directory-storage.ts';
import type { Bench } from './bench.ts';
import { repetitions } from './bench.ts';

const REQUESTS = 100_000;
const CONNECTIONS = 5_000;
/** By then everything is loaded, compiled and cached: of 20,000 the first 2,000 took 20 MB, the others 1. */
const WARM_AFTER = 2_000;
const AT_ONCE = 50;
/** On a busy machine, ms. */
const ANSWERED_WITHIN_MS = 30_000;
/** Finalizers run when nothing else does, ms. */
const FINALIZED_WITHIN_MS = 100;
const BYTES_OF_MB = 1024 * 1024;

export const speechHostile: Bench = {
  name: 'speech-hostile',
  minutes: 0.6,
  fixedMinutes: 0.1,
  bearsLoad: true,
  explanation:
    'From a hostile request to its answer, in process; memory after a collection, beyond what it was after the first 2,000. Throws at the first answer that is none.',
  async run(scale, tell) {
    const dir = await mkdtemp(join(tmpdir(), 'parley-hostile-'));
    const storage = await DirectoryStorage.open({ dir: join(dir, 'audio') });
    const options = {
      vendors: [untiringVendor()],
      storage,
      batches: { dir: join(dir, 'batches'), runsHere: false },
    };
    try {
      const app = await builtSpeech(options);
      const tookMs: number[] = [];
      const count = repetitions(REQUESTS, scale);
      const chance = seeded(1);
      let warmMb = 0;
      for (let at = 0; at < count; at++) {
        if (at === Math.min(WARM_AFTER, count - 1)) warmMb = await collectedMb();
        const asked = hostileRequest(chance);
        const startedAtMs = performance.now();
        const answer = await app.inject(asked);
        tookMs.push(performance.now() - startedAtMs);
        const fault = answerFault(asked.url, answer.statusCode, answer.body);
        if (fault !== undefined) throw new Error(`request ${at}: ${asked.method} ${asked.url}: ${fault}`);
      }
      const grownMb = (await collectedMb()) - warmMb;
      await app.close();
      tell([
        { what: 'a request in process', unit: 'ms', samples: tookMs, byTheClock: true },
        { what: 'memory that has grown', unit: 'MB', samples: [grownMb], targetP95: 30 },
      ]);
      const answered = await connections(repetitions(CONNECTIONS, scale), options);
      tell([{ what: 'connections that were answered', unit: '%', samples: [answered] }]);
    } finally {
      await storage.close();
      await rm(dir, { recursive: true });
    }
  },
};

/** How many of those who sent what is no request got an answer, percent; the service must serve behind them. */
async function connections(count: number, options: Parameters<typeof serveSpeech>[0]): Promise<number> {
  const api = await serveSpeech(options);
  const chance = seeded(2);
  const { port } = new URL(api.url);
  const sent = Array.from({ length: count }, () => hostileBytes(chance)).values();
  let answered = 0;
  const worker = async () => {
    for (const bytes of sent) if ((await answerTo(Number(port), bytes)) > 0) answered++;
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const { status } = await fetch(`${api.url}/v1/health`);
  await api.close();
  if (status !== 200) throw new Error(`behind ${count} connections /v1/health answers ${status}`);
  return (answered / count) * 100;
}

function answerTo(port: number, bytes: Buffer): Promise<number> {
  return new Promise((resolve) => {
    let length = 0;
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(ANSWERED_WITHIN_MS, () => socket.destroy());
    socket.on('data', (piece) => (length += piece.length));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(length));
    // Nothing more comes: whatever was half said is known to be so.
    socket.end(bytes);
  });
}

/** What is in use once what is not was thrown away; what finalizers let go of is gone at the second time. */
async function collectedMb(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  await new Promise((resolve) => setTimeout(resolve, FINALIZED_WITHIN_MS));
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / BYTES_OF_MB;
}
