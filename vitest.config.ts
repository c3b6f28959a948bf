import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/** A second try tells a stall from a fault. Each is told of, and is a fault to mend. */
const retry = 1;
/** Calls in real time over real sockets, on shared machines: a stall may last beyond the second try as well. */
const retryOfCalls = 2;

/** What only counts keeps a core busy. */
const FILES_AT_ONCE = availableParallelism();
/** A file of calls waits for more than half of its time; and a phone that is kept waiting sends late: one more than there are cores. */
const FILES_OF_CALLS_AT_ONCE = FILES_AT_ONCE + 1;

/**
 * What takes long begins first, or everybody waits for it at the end: the longest before all others, and never two that keep a core busy
 * (an image that is built, pages that are shown) at the same time.
 */
const LONG = [
  // Of what only counts.
  'hostile-answers',
  'closing-line',
  'ordeal',
  'exactly-once',
  'parley',
  'rehearse-campaign',
  'openai-shapes',
  'killed',
  // Of calls.
  'image',
  'certify-bad-bots.asterisk',
  'barge-in',
  'fleet',
  'dashboard',
  'hard-lines',
  'killed-in-call',
  'chaos-vendors',
  'calls-out.asterisk',
  'browser-phone',
  'secrets',
  'asterisk-restart',
  'twilio',
  'long-speech',
  'failing-chat',
  'failing-recognition',
  'soak',
  'sounds-over-the-bot',
  'failing-synthesis',
  'hangup',
  'order-a-pump',
  'certify',
  'silence',
  'recorded-calls-commands',
  'recording-policy',
  'conversation',
  'malformed-asterisk',
  'recorded-privacy',
  'warm-transfer',
  'readiness',
];

/** Crowds, a demo that judges every word, and what is measured to a few packets: these want all cores, and run alone. */
const HEAVY = ['crowd', 'demo', 'drain', 'killed-in-crowd', 'phone.asterisk'];
/** Most of what tests make is thrown away at once. With room for it, less of it is taken for what stays, and moved about. */
const execArgv = ['--max-semi-space-size=64'];

/** They look at what belongs to the whole process (its console, handlers, sockets, memory), and can share it with nobody. */
const OF_THE_PROCESS = [
  'src/base/fault-scope.test.ts',
  'src/cli/serve.test.ts',
  'src/history/history.test.ts',
  'src/llm/openai-answers.test.ts',
  'src/llm/openai-shapes.test.ts',
  'src/ops/library-words.test.ts',
  'src/speech/yandex/channel-pool.test.ts',
  'src/speech/yandex/hostile-answers.test.ts',
  'src/base/settled-within.test.ts',
  'src/telephony/asterisk/ari/ari-client.test.ts',
  'src/telephony/asterisk/ari/ari.test.ts',
];
/** The same among the suites of calls: they count what is left in the process when their calls are over. */
const CALLS_OF_THE_PROCESS = [
  'malformed-grpc-answers',
  'malformed-http',
  'malformed-http-answers',
  'process-leaks',
  'wrong-password',
];
const unit = { execArgv, retry, testTimeout: 60_000, hookTimeout: 60_000, maxWorkers: FILES_AT_ONCE };

/**
 * The modules of the house hold no state of their own: files that follow one another in a worker share them. Loading them anew for each file
 * costs half the time of many.
 */
const isolate = false;

const inE2e = (name: string) => `test/e2e/${name}.test.ts`;
const heavyFiles = HEAVY.map(inE2e);
const callsOfTheProcess = CALLS_OF_THE_PROCESS.map(inE2e);
const e2e = {
  execArgv,
  retry: retryOfCalls,
  testTimeout: 180_000,
  hookTimeout: 180_000,
  // Each test of a certificate is a process and a call: with more at a time beside other files, bots come too late to hear or to be heard.
  maxConcurrency: 3,
  // Each file has an Asterisk and ports of its own.
  maxWorkers: FILES_OF_CALLS_AT_ONCE,
};

/**
 * Those that share their process with nobody come before all others: a worker whose next file has to be alone ends, and the one that takes
 * its place loads the house anew.
 */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const place = ({ moduleId, project }: TestSpecification) => {
      if (project.config.isolate) return -1;
      const at = LONG.indexOf(basename(moduleId, '.test.ts'));
      return at === -1 ? LONG.length : at;
    };
    return sorted.toSorted((one, other) => place(one) - place(other));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    // Each project compiles the house for itself, but for what another one, or a run before, has left here.
    experimental: { fsModuleCache: true, fsModuleCachePath: join(import.meta.dirname, '.cache/vitest') },
    projects: [
      {
        test: {
          ...unit,
          name: 'unit',
          sequence: { groupOrder: 0 },
          include: ['src/**/*.test.ts', 'test/support/**/*.test.ts', 'test/calls/**/*.test.ts'],
          exclude: OF_THE_PROCESS,
          isolate,
        },
      },
      {
        test: { ...unit, name: 'process', sequence: { groupOrder: 0 }, include: OF_THE_PROCESS },
      },
      {
        test: {
          ...e2e,
          name: 'e2e',
          sequence: { groupOrder: 1 },
          include: ['test/e2e/**/*.test.ts'],
          exclude: [...heavyFiles, ...callsOfTheProcess],
          isolate,
        },
      },
      {
        test: { ...e2e, name: 'e2e-process', sequence: { groupOrder: 1 }, include: callsOfTheProcess },
      },
      {
        test: {
          ...e2e,
          name: 'heavy',
          sequence: { groupOrder: 2 },
          include: heavyFiles,
          maxWorkers: 1,
          isolate,
        },
      },
    ],
  },
});
