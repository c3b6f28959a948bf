/** Where the memory of calls is: what they hold, what of it waits to be collected, and what stays behind them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { recordedCaller } from '../support/recorded-callers.ts';
import type { Bench, Measurement } from './bench.ts';
import { repetitions } from './bench.ts';
import { MEBIBYTE } from './looks.ts';
import type { ServiceProcess } from './service-process.ts';
import { onCrowdStand, pauseMs } from './stand.ts';
import type { Ground } from './stand.ts';
import { askOfCrowd, crowdBot, streamEnv, streamProviders } from './stream-turns.ts';

const CALLS = 50;
const CROWD = { roundMs: 6000, dialEveryMs: 100 };
/** Long enough for all looks to fall into a time when all callers are there. */
const TURNS = 3;

/** While they talk; each look collects first, and so says what they hold at that moment. */
const LOOKS = 3;
const LOOK_EVERY_MS = 4000;
/** What a call leaves for a moment is gone by then: its last messages, files, connections. */
const GONE_AFTER_MS = 6000;
const LOOKED_WITHIN_MS = 20_000;
const LOOK_AGAIN_MS = 50;

const FILE = 'memory-looks.jsonl';

/** Runs in the service, before it: writes down at a signal what is used, before everything is collected that can be and after it. */
const PROBE = `
  import { appendFileSync } from 'node:fs';
  import { isMainThread } from 'node:worker_threads';
  if (isMainThread) process.on('SIGUSR2', () => {
    const before = process.memoryUsage();
    globalThis.gc();
    appendFileSync('${FILE}', JSON.stringify({ before, after: process.memoryUsage() }) + '\\n');
  });
`;

interface Look {
  readonly before: NodeJS.MemoryUsage;
  readonly after: NodeJS.MemoryUsage;
}

export const memory: Bench = {
  name: 'memory',
  minutes: 1.6,
  fixedMinutes: 1.6,
  bearsLoad: true,
  onlyByName: true,
  explanation:
    `Stream mode, ${CALLS} calls at once on a real Asterisk, each asking every 8 s, twice: by the second time the service has compiled what it needs.\n` +
    'Held: after everything was collected that can be, less what there was before. RSS of the first crowd is what stream-load tells: with it what was compiled, and what waits to be collected.',
  run: async (scale, tell) => {
    const caller = await recordedCaller('question2');
    const calls = repetitions(CALLS, scale);
    await onCrowdStand(streamProviders(caller.text), async (stand) => {
      const nodeOptions = ['--expose-gc', `--import=data:text/javascript,${encodeURIComponent(PROBE)}`];
      const service = await stand.serve(crowdBot, streamEnv, { nodeOptions });
      const eyes = new Eyes(service);
      const cold = await service.usage();
      const meet = (whileThere: () => Promise<void>) => crowdOf(stand, calls, caller, whileThere);
      const first: number[] = [];
      await meet(async () => void first.push((await service.usage()).rssBytes - cold.rssBytes));
      const warm = await eyes.look();
      const looks: Look[] = [];
      await meet(async () => void looks.push(await eyes.look()));
      const left = await eyes.look();
      await service.stop();
      tell(told({ calls, first, warm, looks, left }));
    });
  },
};

interface Seen {
  readonly calls: number;
  readonly first: readonly number[];
  readonly warm: Look;
  readonly looks: readonly Look[];
  readonly left: Look;
}

function told({ calls, first, warm, looks, left }: Seen): readonly Measurement[] {
  const aCall = (what: string, bytes: readonly number[]): Measurement => {
    return { what: `${what}, a call`, unit: 'MB', samples: bytes.map((each) => each / MEBIBYTE / calls) };
  };
  const held = (part: 'heapUsed' | 'arrayBuffers') =>
    looks.map(({ after }) => after[part] - warm.after[part]);
  const waiting = looks.map(({ before, after }) => usedOf(before) - usedOf(after));
  return [
    aCall('RSS of the first crowd', first),
    aCall('held: objects', held('heapUsed')),
    aCall('held: sound and messages', held('arrayBuffers')),
    aCall('waits to be collected', waiting),
    aCall('stays behind the second crowd, cached speech included', [usedOf(left.after) - usedOf(warm.after)]),
  ];
}

function usedOf({ heapUsed, arrayBuffers }: NodeJS.MemoryUsage): number {
  return heapUsed + arrayBuffers;
}

/** Calls, asks and goes; `whileThere` is done `LOOKS` times while all callers are there. Resolves when nothing of them is left. */
async function crowdOf(
  stand: Ground,
  calls: number,
  caller: Awaited<ReturnType<typeof recordedCaller>>,
  whileThere: () => Promise<void>,
): Promise<void> {
  let present = 0;
  let peak = 0;
  const onPresent = (count: number) => {
    present = count;
    peak = Math.max(peak, count);
  };
  const asked = askOfCrowd(stand, { ...CROWD, calls, turns: TURNS, onPresent }, caller);
  // Whoever fails meanwhile is told of at the end.
  asked.catch(() => undefined);
  await pauseMs(calls * CROWD.dialEveryMs);
  for (let look = 0; look < LOOKS; look++) {
    await pauseMs(LOOK_EVERY_MS);
    await whileThere();
  }
  if (peak !== calls || present !== calls) throw new Error(`of ${calls} calls only ${present} were there`);
  await asked;
  await pauseMs(GONE_AFTER_MS);
}

/** Asks the probe. */
class Eyes {
  readonly #service: ServiceProcess;
  #seen = 0;

  constructor(service: ServiceProcess) {
    this.#service = service;
  }

  async look(): Promise<Look> {
    this.#service.signal('SIGUSR2');
    for (const untilMs = performance.now() + LOOKED_WITHIN_MS; performance.now() < untilMs;) {
      const lines = await this.#lines();
      const line = lines[this.#seen];
      // Written whole once its end is there.
      if (line !== undefined && lines.length > this.#seen + 1) {
        this.#seen++;
        return JSON.parse(line) as Look;
      }
      await pauseMs(LOOK_AGAIN_MS);
    }
    throw new Error(`the service has not told of its memory within ${LOOKED_WITHIN_MS} ms`);
  }

  async #lines(): Promise<readonly string[]> {
    const text = await readFile(join(this.#service.dir, FILE), 'utf8').catch(() => '');
    return text.split('\n');
  }
}
