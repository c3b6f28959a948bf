import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tone } from '../../src/audio/tone.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import { inCalls } from '../bench/stand.ts';
import { answersOf, answerTimes, missed } from '../bench/turn-taking.ts';

/** Calls by number, of which the one may not be answered and the other not be hung up. */
function phoneOf(hungUp: number[], refuses?: number) {
  let dialled = 0;
  return {
    dial: async (): Promise<PhoneCall> => {
      const number = dialled++;
      if (number === refuses) throw new Error(`call ${number} was refused`);
      const hangup = async () => void hungUp.push(number);
      return { hangup } as PhoneCall;
    },
  };
}

/** Half of what a service may take to become ready. */
const ENDS_WITHIN_MS = 30_000;

const quickly = { dialEveryMs: 1 };

describe('a crowd in which a call fails', () => {
  it('is off the line before it is told of', async () => {
    const hungUp: number[] = [];
    const talk = async (_: PhoneCall, index: number) => {
      if (index === 1) throw new Error('question 1 was not answered');
      await new Promise((resolve) => setTimeout(resolve, 30));
    };
    await expect(inCalls(phoneOf(hungUp), 3, talk, quickly)).rejects.toThrow('question 1');
    expect(hungUp.toSorted()).toEqual([0, 1, 2]);
  });

  it('is measured without it, where that is wanted', async () => {
    const [hungUp, failures]: [number[], unknown[]] = [[], []];
    const onFailed = (failure: unknown) => void failures.push(failure);
    const results = await inCalls(phoneOf(hungUp, 1), 3, async (_, index) => index, { ...quickly, onFailed });
    expect(results).toEqual([0, 2]);
    expect(hungUp.toSorted()).toEqual([0, 2]);
    expect(failures.map(String)).toEqual(['Error: call 1 was refused']);
  });
});

describe('what a crowd was answered', () => {
  const question = tone(440, 100, 8000);
  const startedAtMs = performance.now();
  /** Hears an answer 50 ms after its question, unless it is one that the bot does not answer. */
  const phone = (refuses: readonly number[], unanswered: readonly number[] = []) => {
    let dialled = 0;
    return {
      dial: async (): Promise<PhoneCall> => {
        const number = dialled++;
        if (refuses.includes(number)) throw new Error('LINE_ENDED');
        const track = (afterMs: number) => ({ startedAtMs: startedAtMs + afterMs, pcm: question });
        return {
          say: async () => ({ startedAtMs, endedAtMs: startedAtMs + 100 }),
          said: () => track(0),
          heard: () => track(unanswered.includes(number) ? -1000 : 150),
          hangup: async () => undefined,
        } as Partial<PhoneCall> as PhoneCall;
      },
    };
  };
  const asking = { calls: 3, turns: 1, question, roundMs: 1, dialEveryMs: 1 };

  it('is told without those who failed, who are counted', async () => {
    const answers = await answersOf(phone([1], [2]), asking);
    expect(answers).toMatchObject({ failedCalls: 1, unanswered: 2 });
    expect(answers.timesMs.map(Math.round)).toEqual([50]);
    expect(missed('3 calls', answers).map(({ samples, targetP95 }) => [samples[0], targetP95])).toEqual([
      [1, 0],
      [2, 0],
    ]);
  });

  it('is a failure where nobody was answered, and where nobody may be missed', async () => {
    await expect(answersOf(phone([0, 1, 2]), asking)).rejects.toThrow('none of 3 questions');
    await expect(answerTimes(phone([1]), asking)).rejects.toThrow('1 of 3 questions');
  });
});

describe('a service that does not start', () => {
  let dir: string;
  beforeEach(async () => void (dir = await mkdtemp(join(tmpdir(), 'parley-start-'))));
  afterEach(() => rm(dir, { recursive: true }));

  it('keeps no process waiting that has been told so', async () => {
    const faulty = join(dir, 'faulty.mjs');
    await writeFile(faulty, `console.log('a fault in the profiles'); process.exitCode = 1;`);
    const waiting = join(dir, 'waiting.mts');
    const source = import.meta.resolve('../bench/service-process.ts');
    await writeFile(
      waiting,
      `import { startServiceProcess } from ${JSON.stringify(source)};
       await startServiceProcess(${JSON.stringify(dir)}, {}, { program: [${JSON.stringify(faulty)}] }).catch(
         (error) => console.log(error.message),
       );`,
    );
    const args = ['--import', import.meta.resolve('tsx'), waiting];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: ENDS_WITHIN_MS });
    expect(stdout).toContain('ended before it was ready:\na fault in the profiles');
  });
});
