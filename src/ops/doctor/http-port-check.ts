/** Whether Parley can listen where it is told to. The doctor is often asked beside the service that it is asked about. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { z } from 'zod';
import { childWithin } from '../../base/abort.ts';
import { systemClock } from '../../base/clock.ts';
import { hostInUrl } from '../../base/host-in-url.ts';
import { readWithin } from '../../base/read-within.ts';
import { unusableAddress } from '../../base/unusable-address.ts';
import type { Check } from './check.ts';

interface Address {
  readonly host: string;
  readonly port: number;
}

/** What /readyz answers, and hardly anything else. */
const readiness = z.object({ ready: z.boolean(), reasons: z.array(z.string()) });

/** By then a service of this machine has answered, ms. */
const ANSWER_WITHIN_MS = 2000;
/** The reasons are a few lines. */
const MOST_BODY_BYTES = 64 * 1024;

export function httpPortCheck(address: Address): Check {
  const { host, port } = address;
  return {
    name: 'HTTP_PORT',
    async run(signal) {
      try {
        await listenOnce(address);
      } catch (error) {
        if (!(await isParley(address, signal))) throw unusableAddress(address, error);
        return {
          ok: 'warn',
          finding: `${port} is taken: a Parley listens there already`,
          advice: 'All is well if it is the one you ask about; a second one needs an HTTP_PORT of its own.',
        };
      }
      return { ok: true, finding: port === 0 ? `any free port of ${host}` : `${port} is free on ${host}` };
    },
  };
}

async function listenOnce({ host, port }: Address): Promise<void> {
  const server = createServer();
  server.listen({ host, port });
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}

async function isParley({ host, port }: Address, signal: AbortSignal): Promise<boolean> {
  const late = () => new Error(`no answer within ${ANSWER_WITHIN_MS} ms`);
  const work = childWithin(ANSWER_WITHIN_MS, systemClock, late, signal);
  try {
    const answer = await fetch(`http://${hostInUrl(host)}:${port}/readyz`, {
      redirect: 'error',
      signal: work.signal,
    });
    const body = answer.body && (await readWithin(answer.body, MOST_BODY_BYTES));
    return body ? readiness.safeParse(JSON.parse(new TextDecoder().decode(body))).success : false;
  } catch {
    return false;
  } finally {
    work.release();
  }
}
