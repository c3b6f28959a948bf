/** How a service of speech is asked: by so many clients at once, or at a pace of its own, whatever the service does. */
import { Agent, request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { seededRandom } from '../../src/base/seeded.ts';

export interface Target {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** No two are the same: nothing of it is kept, or shared. */
  readonly body: () => Buffer;
}

/** Connections are used in turn, and kept; as many as are needed at once. */
export function newAgent(): Agent {
  return new Agent({ keepAlive: true, scheduling: 'fifo', maxFreeSockets: Infinity });
}

/** How long it took until the whole answer was there, ms. Throws if it is no 200. */
async function asked({ url, headers, body }: Target, agent: Agent): Promise<number> {
  const sent = body();
  const beganMs = performance.now();
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', agent, headers: { ...headers, 'content-length': sent.byteLength } };
    const asking = request(url, options, (answer) => {
      const { statusCode } = answer;
      answer.resume();
      answer.once('error', reject);
      answer.once('end', () => {
        if (statusCode === 200) resolve(performance.now() - beganMs);
        else reject(new Error(`${url} answered ${statusCode}`));
      });
    });
    asking.once('error', reject);
    asking.end(sent);
  });
}

/** A closed loop: each of `atOnce` clients asks again as soon as it was answered. How long each request took, ms. */
export async function askedAtOnce(
  target: Target,
  { count, atOnce, agent }: { readonly count: number; readonly atOnce: number; readonly agent: Agent },
): Promise<readonly number[]> {
  const times: number[] = [];
  let left = count;
  const client = async () => {
    while (left-- > 0) times.push(await asked(target, agent));
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, client));
  return times;
}

/**
 * An open loop: requests come at random, as those of people who know nothing of each other, so many a second on average. In a closed loop
 * with a vendor that always takes the same time, clients that were once held up together ask together for ever, and wait for each other.
 */
export async function askedAtPace(
  target: Target,
  { count, perSecond, agent }: { readonly count: number; readonly perSecond: number; readonly agent: Agent },
): Promise<readonly number[]> {
  const chance = seededRandom(count);
  const under: Promise<number>[] = [];
  let dueMs = performance.now();
  for (let index = 0; index < count; index++) {
    dueMs -= (Math.log(1 - chance()) * 1000) / perSecond;
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await setTimeout(waitMs);
    const one = asked(target, agent);
    // The first that fails is told below.
    one.catch(() => undefined);
    under.push(one);
  }
  return Promise.all(under);
}
