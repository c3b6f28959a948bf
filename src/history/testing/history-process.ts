/** A process that keeps calls, for tests that kill it: `keep N` on standard input keeps the n-th, and whatever becomes of it is printed. */
import { createInterface } from 'node:readline';
import { systemClock } from '../../base/clock.ts';
import { notingLog } from '../../base/testing/noting-log.ts';
import { History } from '../history.ts';
import { EPOCH_MS, aCall } from './a-call.ts';

/** Tests do not wait until a service would try again; a stop takes what time it takes. */
const FASTER = 20;
let isStopping = false;

const print = (text: string) => process.stdout.write(`${text}\n`);
const note = (fields: object) => print('event' in fields ? String(fields.event) : '');
const log = notingLog(note);

const history = new History({
  file: process.argv[2] ?? '',
  retention: { maxAgeMs: Infinity, maxBytes: Infinity },
  clock: {
    ...systemClock,
    after: (ms, callback) => systemClock.after(isStopping ? ms * FASTER : ms / FASTER, callback),
  },
  epochMs: () => EPOCH_MS,
  log,
  onCall: print,
});

createInterface({ input: process.stdin }).on('line', (line) => {
  const [, n] = /^keep (\d+)$/.exec(line) ?? [];
  if (n !== undefined) history.keep(aCall(Number(n)));
  else {
    isStopping = true;
    void history.close();
  }
});
