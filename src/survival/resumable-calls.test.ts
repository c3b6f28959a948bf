import { mkdtemp, readdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CallRecord } from './survival-store.ts';
import type { LogFields } from '../base/log.ts';
import { silentLog } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { HistoryMessage } from '../llm/prompt.ts';
import { DiskStore } from './disk-store.ts';
import { ResumableCalls } from './resumable-calls.ts';
import { Timeline } from '../timeline/timeline.ts';

const LEG = '1795236252.0';

let dir: string;
let clock: ManualClock;
let epochMs: number;
let warnings: unknown[];

beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'parley-records-')), 'live');
  clock = new ManualClock();
  epochMs = 1_000_000;
  warnings = [];
  forgotten = [];
});

const warn = ({ event }: LogFields) => void warnings.push(event);

let forgotten: string[];

function opened(): Promise<ResumableCalls> {
  const log = { ...silentLog, warn, error: warn };
  const onForgotten = ({ call, party, writtenAtEpochMs }: CallRecord) =>
    void forgotten.push([call, party?.number, writtenAtEpochMs].join(' '));
  return ResumableCalls.open({ store: new DiskStore(dir), clock, epochMs: () => epochMs, log, onForgotten });
}

function callNamed(id: string) {
  const messages: HistoryMessage[] = [];
  const timeline = new Timeline(clock);
  return { line: { id }, profile: { name: 'shop' }, timeline, messages, language: 'ru-RU' };
}

/** A call of which a killed process has left this. */
async function leaveCall(id: string, turn = 1, ...messages: readonly HistoryMessage[]): Promise<void> {
  const records = await opened();
  const call = callNamed(id);
  call.timeline.turn = turn;
  call.messages.push(...messages);
  records.keep(call, LEG);
  await records.settled();
}

const SAID: HistoryMessage = { role: 'assistant', content: 'Мы', interrupted: true };

describe('the record of a call', () => {
  it('holds after each turn what was said, for this user alone', async () => {
    const records = await opened();
    const call = callNamed('a');
    records.keep(call, LEG);
    call.messages.push({ role: 'user', content: 'Алло?' }, SAID);
    call.timeline.turn = 1;
    call.timeline.mark('turn.over', { outcome: 'interrupted' });
    await clock.advance(100);
    await records.settled();
    expect(await new DiskStore(dir).read('a')).toEqual({
      call: 'a',
      leg: LEG,
      bot: 'shop',
      startedAtEpochMs: 1_000_000,
      writtenAtEpochMs: 1_000_000,
      turn: 1,
      language: 'ru-RU',
      messages: [{ role: 'user', content: 'Алло?' }, SAID],
    });
    expect((await stat(join(dir, 'a.json'))).mode & 0o777).toBe(0o600);
    expect((await stat(dir)).mode & 0o777).toBe(0o700);
  });

  it('is gone when the call has ended, also if it was just to be written', async () => {
    const records = await opened();
    const call = callNamed('a');
    records.keep(call, LEG);
    call.timeline.mark('turn.over', { outcome: 'spoken' });
    call.timeline.mark('call.ended', { cause: 'caller' });
    await clock.advance(100);
    await records.settled();
    expect(await readdir(dir)).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('is of the same conversation however often the process is killed', async () => {
    await leaveCall('a');
    const second = await opened();
    second.keep(callNamed('b'), LEG, second.claim(LEG));
    await second.settled();
    const third = await opened();
    expect(third.left).toEqual(['b']);
    expect(third.conversations).toEqual(['a']);
    expect(third.claim(LEG)?.resumed.conversation).toBe('a');
  });

  it('can be claimed once by the next process, and stays until that has written its own', async () => {
    await leaveCall('a', 3, SAID);
    epochMs += 5_000;
    const records = await opened();
    expect(records.left).toEqual(['a']);
    const left = records.claim(LEG);
    const conversation = 'a';
    expect(left?.resumed).toEqual({
      ...{ messages: [SAID], turn: 3, conversation, elapsedMs: 5_000, language: 'ru-RU' },
    });
    expect(records.claim(LEG)).toBeUndefined();
    records.forgetLeft();
    await records.settled();
    expect(await readdir(dir)).toEqual(['a.json']);

    records.keep(callNamed('b'), LEG, left);
    await records.settled();
    expect(await readdir(dir)).toEqual(['b.json']);
    expect(await new DiskStore(dir).read('b')).toMatchObject({
      startedAtEpochMs: 1_000_000,
    });
  });

  it('is handed over when nobody goes on with the call', async () => {
    const records = await opened();
    const party = { direction: 'inbound', number: '+79161234512' } as const;
    const call = callNamed('a');
    records.keep({ ...call, line: { id: 'a', party } }, LEG);
    await records.settled();
    epochMs += 5_000;
    call.timeline.mark('turn.over', { outcome: 'spoken' });
    await clock.advance(100);
    await records.settled();
    const next = await opened();
    next.forgetLeft();
    await next.settled();
    expect(forgotten).toEqual(['a +79161234512 1005000']);
    expect(await readdir(dir)).toEqual([]);
  });

  it('holds what the call was ordered with', async () => {
    const records = await opened();
    records.keep({ ...callNamed('a'), variables: { name: 'Анна' } }, LEG);
    await records.settled();
    expect((await opened()).claim(LEG)?.record.variables).toEqual({ name: 'Анна' });
  });

  it('is the latest one, when a process was killed while it took the call over', async () => {
    await leaveCall('a', 1);
    await leaveCall('b', 2);
    const records = await opened();
    expect(records.claim(LEG)?.record.call).toBe('b');
    await records.settled();
    expect(await readdir(dir)).toEqual(['b.json']);
  });

  it('is deleted when nobody is there any more, or when it cannot be read', async () => {
    await leaveCall('gone');
    await writeFile(join(dir, 'broken.json'), '{"call":');
    await writeFile(join(dir, 'half.json.new'), '{}');
    const records = await opened();
    expect(records.left).toEqual(['gone']);
    expect(warnings).toEqual(['records.unreadable', 'records.unreadable']);
    records.forgetLeft();
    await records.settled();
    expect(await readdir(dir)).toEqual([]);
  });

  it('may fail to be written: the call goes on, and the log says so', async () => {
    await writeFile(dir, 'not a directory');
    const records = await opened();
    const call = callNamed('a');
    records.keep(call, LEG);
    call.timeline.mark('call.ended', { cause: 'caller' });
    await records.settled();
    expect(warnings).toEqual(['records.unusable', 'records.unwritten', 'records.undeleted']);
  });
});
