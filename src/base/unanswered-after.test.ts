import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import type { CancelTimer, Clock } from './clock.ts';
import { systemClock } from './clock.ts';
import { busyFor } from './testing/busy-for.ts';
import { unansweredAfter } from './unanswered-after.ts';

const WITHIN_MS = 20;

/** An answer is on its way when the process becomes busy until it is overdue; what happened then, in its order. */
async function happenedWith(after: typeof unansweredAfter): Promise<readonly string[]> {
  const happened: string[] = [];
  let late: Promise<void> | undefined;
  const server = createServer((peer) =>
    peer.on('data', (asked) => {
      late = new Promise((resolve) => {
        after(systemClock, WITHIN_MS, () => resolve(void happened.push('late')));
      });
      peer.write(asked);
      setImmediate(busyFor, 3 * WITHIN_MS);
    }),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const answered = once(socket, 'data').then(() => happened.push('answered'));
  socket.write('?');
  await answered;
  await late;
  socket.destroy();
  server.close();
  return happened;
}

it('an answer that came while the process was busy is read before it is called late', async () => {
  expect(await happenedWith(unansweredAfter)).toEqual(['answered', 'late']);
  const atOnce: typeof unansweredAfter = (clock, delayMs, callback) => clock.after(delayMs, callback);
  expect(await happenedWith(atOnce)).toEqual(['late', 'answered']);
});

it('what is cancelled while it reads is not called', async () => {
  let fire = () => {};
  const clock: Clock = {
    nowMs: () => 0,
    after: (_, callback): CancelTimer => {
      fire = callback;
      return () => undefined;
    },
  };
  let calls = 0;
  const cancel = unansweredAfter(clock, 10, () => void calls++);
  fire();
  cancel();
  await new Promise((resolve) => setImmediate(resolve));
  expect(calls).toBe(0);
});
