import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deferred } from '../base/async.ts';
import { silentLog } from '../base/log.ts';
import type { Log } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { until } from '../../test/support/until.ts';
import { resultOf } from './call-result.ts';
import type { Delivery } from './delivery.ts';
import { Outbox } from './outbox.ts';
import type { OutboxOptions } from './outbox.ts';
import { OutboxFiles } from './outbox-files.ts';
import { ENDED_EPOCH_MS, anEndedCall } from './testing/an-ended-call.ts';

const HOUR_MS = 60 * 60_000;
const CRM = 'http://crm.example/calls';
const WANTED = { webhook: CRM };

let dir: string;
let clock: ManualClock;
let posted: { url: string; call: string; atMs: number }[];
let kept: string[];
let outcomes: string[];
let lines: string[];
let answer: (n: number) => Delivery | Promise<Delivery>;
let opened: Outbox[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-outbox-'));
  clock = new ManualClock();
  [posted, kept, outcomes, lines, opened] = [[], [], [], [], []];
  answer = () => ({ kind: 'delivered' });
});
afterEach(async () => {
  for (const outbox of opened) await outbox.close();
  await rm(dir, { recursive: true, force: true });
});

function note(fields: object): void {
  lines.push('event' in fields ? String(fields.event) : '');
}
const log: Log = { ...silentLog, info: note, warn: note, error: note };

async function open(differs: Partial<OutboxOptions> = {}): Promise<Outbox> {
  const outbox = await Outbox.open({
    files: new OutboxFiles(dir),
    clock,
    epochMs: () => ENDED_EPOCH_MS + clock.nowMs(),
    random: () => 1,
    log,
    make: async (call) => resultOf(call, { summary: '', valid: true, data: { outcome: 'asked' } }),
    post: async (url, { id }) => {
      posted.push({ url, call: id, atMs: clock.nowMs() });
      return answer(posted.length);
    },
    keep: async (key) => void kept.push(key),
    webhookOf: () => undefined,
    onOutcome: (outcome) => void outcomes.push(outcome),
    ...differs,
  });
  opened.push(outbox);
  return outbox;
}

/** Real files are written, whatever the clock of the test says. */
async function pass(outbox: Outbox, ms: number, condition: () => boolean): Promise<void> {
  await clock.advance(ms);
  await until(String(condition), condition);
  await outbox.settled();
}

const failed: Delivery = { kind: 'failed', reason: 'HTTP 503' };

describe('the result of a call', () => {
  it('is made, kept and delivered, and nothing is left of it', async () => {
    const outbox = await open();
    outbox.put('key-1', anEndedCall({}, WANTED));
    await pass(outbox, 0, () => posted.length === 1 && outbox.waiting.length === 0);
    expect([posted[0]?.url, kept, outcomes]).toEqual([CRM, ['key-1'], ['made', 'delivered']]);
    expect(await readdir(dir)).toEqual([]);
  });

  it('is only kept where nobody wants it posted', async () => {
    const outbox = await open();
    outbox.put('key-1', anEndedCall());
    await pass(outbox, 0, () => kept.length === 1 && outbox.waiting.length === 0);
    expect(posted).toEqual([]);
  });

  it('is on the disk before the model is asked, readable for this user alone', async () => {
    const asked = deferred<readonly string[]>();
    const outbox = await open({
      make: async (call) => {
        asked.resolve(await readdir(dir));
        return resultOf(call, { summary: '', valid: true, data: {} });
      },
      post: async () => {
        const file = join(dir, 'key-1.json');
        expect((await stat(file)).mode & 0o777).toBe(0o600);
        expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ result: { valid: true } });
        return { kind: 'delivered' };
      },
    });
    outbox.put('key-1', anEndedCall({}, WANTED));
    expect(await asked.promise).toEqual(['key-1.json']);
    await pass(outbox, 0, () => outbox.waiting.length === 0);
    expect(outcomes).toContain('delivered');
  });

  it('is offered again, later and later, to a receiver that is down', async () => {
    answer = (n) => (n < 5 ? failed : { kind: 'delivered' });
    const outbox = await open();
    outbox.put('key-1', anEndedCall({}, WANTED));
    await pass(outbox, 0, () => posted.length === 1);
    for (const [n, ms] of [5000, 10_000, 20_000, 40_000].entries()) {
      await clock.advance(ms - 1);
      expect(posted).toHaveLength(n + 1);
      await pass(outbox, 1, () => posted.length === n + 2);
    }
    expect(outbox.waiting).toEqual([]);
    expect(outcomes).toEqual(['made', 'failed', 'failed', 'failed', 'failed', 'delivered']);
  });

  it('comes no sooner than the receiver wants it', async () => {
    answer = (n) =>
      n === 1 ? { kind: 'failed', reason: 'HTTP 429', retryAfter: '600' } : { kind: 'delivered' };
    const outbox = await open();
    outbox.put('key-1', anEndedCall({}, WANTED));
    await pass(outbox, 0, () => posted.length === 1);
    await clock.advance(599_000);
    expect(posted).toHaveLength(1);
    await pass(outbox, 1000, () => posted.length === 2);
  });

  it('waits for somebody to look at it after a day, and goes out when it is told to', async () => {
    answer = () => failed;
    const outbox = await open();
    outbox.put('key-1', anEndedCall({}, WANTED));
    const isDead = () => outbox.waiting[0]?.state === 'dead';
    for (let hours = 0; hours < 30 && !isDead(); hours++) {
      const before = posted.length;
      await pass(outbox, HOUR_MS, () => posted.length > before || isDead());
    }
    // The disk takes its own time, and the clock of the test goes by hours.
    const diedAtMs = posted.at(-1)?.atMs ?? 0;
    expect([diedAtMs >= 24 * HOUR_MS, diedAtMs <= 26 * HOUR_MS]).toEqual([true, true]);
    expect(outbox.waiting).toMatchObject([{ key: 'key-1', state: 'dead', reason: 'HTTP 503' }]);
    expect(outcomes.at(-1)).toBe('dead');
    const before = posted.length;
    await clock.advance(100 * HOUR_MS);
    expect(posted).toHaveLength(before);
    answer = () => ({ kind: 'delivered' });
    await outbox.retry('key-1');
    await pass(outbox, 0, () => outbox.waiting.length === 0);
    expect(await readdir(dir)).toEqual([]);
    await expect(outbox.retry('key-1')).rejects.toMatchObject({ code: 'RESULT_UNKNOWN' });
  });

  it('is not given up after a day in which nobody offered it', async () => {
    answer = () => failed;
    const outbox = await open();
    outbox.put('key-1', anEndedCall({}, WANTED));
    await pass(outbox, 0, () => posted.length === 1);
    // The machine was off over the weekend, and whatever is behind the webhook comes up later than this one.
    await pass(outbox, 60 * HOUR_MS, () => posted.length === 2);
    expect(outbox.waiting).toMatchObject([{ state: 'waiting', attempts: 2 }]);
    for (let n = 3; n <= 10; n++) await pass(outbox, HOUR_MS, () => posted.length === n);
    expect(outbox.waiting).toMatchObject([{ state: 'dead', attempts: 10 }]);
  });

  it('is offered at once by a process whose clock is behind that of the one before', async () => {
    answer = () => failed;
    const ahead = await open({ epochMs: () => ENDED_EPOCH_MS + 1000 * HOUR_MS + clock.nowMs() });
    ahead.put('key-1', anEndedCall({}, WANTED));
    await pass(ahead, 0, () => posted.length === 1);
    await ahead.close();
    answer = () => ({ kind: 'delivered' });
    const outbox = await open();
    await pass(outbox, 0, () => posted.length === 2 && outbox.waiting.length === 0);
    expect(outcomes.at(-1)).toBe('delivered');
  });

  it('is dead at once where it is refused, also for the next process, which is told a better address', async () => {
    answer = () => ({ kind: 'refused', reason: 'HTTP 410' });
    const outbox = await open();
    outbox.put('key-1', anEndedCall({}, WANTED));
    await pass(outbox, 0, () => outbox.waiting[0]?.state === 'dead');
    await outbox.close();
    answer = () => ({ kind: 'delivered' });
    const next = await open({ webhookOf: () => 'http://crm.example/mended' });
    await clock.advance(HOUR_MS);
    expect(next.waiting).toMatchObject([{ state: 'dead', attempts: 1 }]);
    await next.retry('key-1');
    await pass(next, 0, () => next.waiting.length === 0);
    expect(posted.map(({ url }) => url)).toEqual([CRM, 'http://crm.example/mended']);
  });

  it('is gone on with by the next process where the service was stopped in between', async () => {
    const begun = deferred();
    const first = await open({
      make: (_call, signal) => {
        begun.resolve();
        return new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error)),
        );
      },
    });
    first.put('key-1', anEndedCall({}, WANTED));
    await begun.promise;
    await first.close();
    expect(await readdir(dir)).toEqual(['key-1.json']);
    const next = await open();
    await pass(next, 0, () => next.waiting.length === 0);
    expect(posted).toHaveLength(1);
    expect(lines).toContain('results.left');
  });

  it('is kept later where the history cannot take it now, and is not delivered twice for that', async () => {
    let canKeep = false;
    const outbox = await open({
      keep: async (key) => {
        if (!canKeep) throw new Error('the history is away');
        kept.push(key);
      },
    });
    outbox.put('key-1', anEndedCall({}, WANTED));
    await pass(outbox, 0, () => posted.length === 1);
    expect(outbox.waiting).toHaveLength(1);
    canKeep = true;
    await pass(outbox, 30_000, () => kept.length === 1 && outbox.waiting.length === 0);
    expect(posted).toHaveLength(1);
  });

  it('is delivered although the disk is full, and told of once', async () => {
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    const files = new OutboxFiles(dir);
    let isFull = true;
    const outbox = await open({
      files: {
        keys: () => files.keys(),
        read: (key) => files.read(key),
        remove: (key) => files.remove(key),
        setAside: (key) => files.setAside(key),
        write: (entry) => (isFull ? Promise.reject(full) : files.write(entry)),
      },
    });
    outbox.put('key-1', anEndedCall({}, WANTED));
    await pass(outbox, 0, () => posted.length === 1 && outbox.waiting.length === 0);
    answer = () => failed;
    outbox.put('key-2', anEndedCall({ id: 'call-2' }, WANTED));
    await pass(outbox, 0, () => posted.length === 2);
    expect(outcomes.filter((each) => each === 'unwritten')).toHaveLength(2);
    expect(lines.filter((each) => each === 'results.unwritten')).toHaveLength(1);
    isFull = false;
    await pass(outbox, 5000, () => posted.length === 3);
    expect(lines).toContain('results.written');
    expect(await readdir(dir)).toEqual(['key-2.json']);
  });

  it('that cannot be read is put aside, and the others go on', async () => {
    await writeFile(join(dir, 'broken.json'), '{"version":1,"key":');
    await writeFile(join(dir, 'half.json.new'), '{');
    const outbox = await open();
    outbox.put('key-1', anEndedCall({}, WANTED));
    await pass(outbox, 0, () => posted.length === 1 && outbox.waiting.length === 0);
    expect(await readdir(dir)).toEqual(['broken.json.unreadable']);
    expect(outcomes).toContain('unreadable');
  });

  it('is one of few that are under way at once', async () => {
    const gate = deferred();
    let now = 0;
    let most = 0;
    const outbox = await open({
      post: async (url, { id }) => {
        most = Math.max(most, ++now);
        posted.push({ url, call: id, atMs: 0 });
        await gate.promise;
        now--;
        return { kind: 'delivered' };
      },
    });
    for (let n = 0; n < 30; n++) outbox.put(`key-${n}`, anEndedCall({ id: `call-${n}` }, WANTED));
    await until('some are under way', () => now === 4);
    gate.resolve();
    await until('all are delivered', () => outbox.waiting.length === 0);
    expect(new Set(posted.map(({ call }) => call)).size).toBe(30);
    expect([posted.length, most]).toEqual([30, 4]);
  });

  it('does not wait for those of another tenant, whose receiver answers nobody', async () => {
    const silent = deferred<Delivery>();
    const outbox = await open({
      ownerOf: (bot) => bot,
      post: async (url, { id, bot }) => {
        posted.push({ url, call: id, atMs: 0 });
        return bot === 'flood' ? silent.promise : { kind: 'delivered' };
      },
    });
    for (let n = 0; n < 50; n++)
      outbox.put(`flood-${n}`, anEndedCall({ id: `flood-${n}`, bot: 'flood' }, WANTED));
    await until('one tenant has as many as may be', () => posted.length === 4);
    for (let n = 0; n < 6; n++) outbox.put(`shop-${n}`, anEndedCall({ id: `shop-${n}` }, WANTED));
    const left = () => outbox.waiting.filter(({ bot }) => bot === 'shop').length;
    await until('the other tenant’s are taken', () => posted.length === 10 && left() === 0);
    expect(posted.filter(({ call }) => call.startsWith('flood'))).toHaveLength(4);
    silent.resolve({ kind: 'delivered' });
    await until('all are delivered', () => outbox.waiting.length === 0);
  });

  it('is taken in turn where many tenants have a flood', async () => {
    const tenants = Array.from({ length: 8 }, (_, at) => `tenant-${at}`);
    const gate = deferred();
    let now = 0;
    let most = 0;
    const outbox = await open({
      ownerOf: (bot) => bot,
      post: async (url, { id }) => {
        most = Math.max(most, ++now);
        posted.push({ url, call: id, atMs: 0 });
        if (posted.length <= 20) await gate.promise;
        now--;
        return { kind: 'delivered' };
      },
    });
    for (const bot of tenants)
      for (let n = 0; n < 12; n++) outbox.put(`${bot}-${n}`, anEndedCall({ id: `${bot}/${n}`, bot }, WANTED));
    await until('as many are under way as may be', () => posted.length === 20);
    await until('all are written', () => outbox.waiting.length === 96);
    gate.resolve();
    await until('all are delivered', () => outbox.waiting.length === 0);
    expect(most).toBe(20);
    // Nobody's last is taken long before everybody's: each has had its turn.
    const half = posted.slice(0, 60).map(({ call }) => call.split('/')[0]);
    for (const tenant of tenants) expect(half.filter((each) => each === tenant).length).toBeGreaterThan(3);
  });
});
