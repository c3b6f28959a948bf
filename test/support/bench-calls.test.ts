import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import { inCalls } from '../bench/stand.ts';

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
