/**
 * A process with an outbox, for tests that kill it: `outbox-process.ts DIR URL`. `put N` on standard input is the end of the n-th call, and
 * `hang` is a model that never answers from then on; what becomes of it all is printed.
 */
import { createInterface } from 'node:readline';
import { systemClock } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { notingLog } from '../../base/testing/noting-log.ts';
import { resultOf } from '../call-result.ts';
import { Deliveries } from '../delivery.ts';
import { Outbox } from '../outbox.ts';
import { OutboxFiles } from '../outbox-files.ts';
import { anEndedCall } from './an-ended-call.ts';

const [dir = '', url = ''] = process.argv.slice(2);

/** Tests do not wait for as long as a CRM is waited for. */
const FASTER = 100;
const bornEpochMs = Date.now();
const epochMs = () => bornEpochMs + (Date.now() - bornEpochMs) * FASTER;
const clock: Clock = { ...systemClock, after: (ms, callback) => systemClock.after(ms / FASTER, callback) };

const print = (text: string) => process.stdout.write(`${text}\n`);
const note = (fields: object) => print('event' in fields ? String(fields.event) : '');
const log = notingLog(note);

let hangs = false;
const deliveries = new Deliveries({ clock: systemClock, epochMs, secret: 'a secret of the house' });
const outbox = await Outbox.open({
  files: new OutboxFiles(dir),
  clock,
  epochMs,
  random: Math.random,
  log,
  make: (call) => {
    print(`asked about ${call.id}`);
    if (hangs) return new Promise(() => undefined);
    return Promise.resolve(resultOf(call, { summary: '', valid: true, data: { outcome: 'asked' } }));
  },
  post: (to, result, signal) => deliveries.post(to, result, signal),
  keep: async () => undefined,
  webhookOf: () => url,
  onOutcome: print,
});
print('open');

createInterface({ input: process.stdin }).on('line', (line) => {
  const [, n] = /^put (\d+)$/.exec(line) ?? [];
  if (n !== undefined) outbox.put(`key-${n}`, anEndedCall({ id: `call-${n}` }));
  if (line === 'hang') hangs = true;
});
