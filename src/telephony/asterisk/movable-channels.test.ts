/** Callers who change from one Parley to another, and what of the earlier one is deleted first. */
import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { ParleyError } from '../../base/errors.ts';
import { silentLog } from '../../base/log.ts';
import type { AriChannel, AriPort } from './ari/ari-port.ts';
import { MovableChannels, readArgs } from './movable-channels.ts';

function channel(id: string, name = `PJSIP/1001-${id}`, args: readonly string[] = ['shop']): AriChannel {
  const caller = { number: '1001', name: '' };
  return { id, name, state: 'Up', caller, context: '', extension: '', stasis: { app: 'voicebot-b', args } };
}

let mediaDir: string;
let asked: string[];
beforeEach(async () => {
  mediaDir = await mkdtemp(join(tmpdir(), 'parley-media-'));
  asked = [];
});

/** Of daemon a, at an Asterisk with these channels, all of which are in the application of b. */
function movable(channels: readonly AriChannel[], more: Partial<AriPort> = {}): MovableChannels {
  const noted = (what: string) => async (id: string) => void asked.push(`${what} ${id}`);
  const ari: Partial<AriPort> = {
    connected: true,
    channels: async () => channels,
    channelsOf: async (app) => (app === 'voicebot-b' ? channels.map(({ id }) => id) : []),
    bridges: async () => ['parley-7.1-abc-bridge', 'parley-8.1-abc-bridge'],
    channelsIn: async () => [],
    storedRecordings: async () => [],
    hangup: noted('hangup'),
    destroyBridge: noted('destroy'),
    stopPlayback: noted('stop'),
    move: async (id, { app, args }) => void asked.push(`move ${id} ${app} ${args.join(' ')}`),
    ...more,
  };
  const port = () => ({ ari: ari as AriPort, identity: 'pbx' });
  return new MovableChannels({ port, app: 'voicebot-a', mediaDir, log: silentLog });
}

const SNOOP = channel('7.1-abc-snoop', 'Snoop/7.1-0001');

it.each([['7.1-abc'], [undefined]])(
  'silences what the dead daemon said before a caller comes, call %s',
  async (call) => {
    await writeFile(join(mediaDir, 'parley-7.1-abc-1.wav'), '');
    await writeFile(join(mediaDir, 'parley-8.1-abc-1.wav'), '');
    expect(await movable([channel('7.1'), SNOOP]).take('voicebot-b', '7.1', call)).toBe(true);
    expect(asked.slice(0, -1).sort()).toEqual([
      'destroy parley-7.1-abc-bridge',
      'hangup 7.1-abc-snoop',
      'stop parley-7.1-abc-1',
    ]);
    expect(asked.at(-1)).toBe('move 7.1 voicebot-a shop parley:moved');
    expect(await readdir(mediaDir)).toEqual(['parley-8.1-abc-1.wav']);
  },
);

it.each([
  ['still rings', 'Ringing', 'c1'],
  ['has just answered', 'Up', undefined],
])('lets nobody be called on by a daemon that has died: who %s', async (_, state, call) => {
  const called = { ...channel('outbound-0-c1'), state };
  expect(await movable([called]).take('voicebot-b', called.id, call)).toBe(false);
  expect(asked).toEqual([`hangup ${called.id}`]);
});

it('goes on with whoever was called and is talked to', async () => {
  expect(await movable([channel('outbound-0-c1')]).take('voicebot-b', 'outbound-0-c1', 'c1')).toBe(true);
});

it('looks once for callers who are taken at the same moment', async () => {
  let looks = 0;
  const channels = ['7.1', '8.1', '9.1'].map((id) => channel(id));
  const crowd = movable(channels, { channels: async () => (looks++, channels) });
  const take = (id: string) => crowd.take('voicebot-b', id, undefined);
  expect(await Promise.all(channels.map(({ id }) => take(id)))).toEqual([true, true, true]);
  expect(looks).toBe(1);
  await take('7.1');
  expect(looks).toBe(2);
});

it('moves nobody who is in another application by now', async () => {
  expect(await movable([channel('7.1')]).take('voicebot-c', '7.1', undefined)).toBe(false);
  expect(asked).toEqual([]);
});

it('marks a caller once who is moved a second time', async () => {
  await movable([channel('7.1', undefined, ['shop', 'parley:moved'])]).give('7.1', 'voicebot-c');
  expect(asked).toEqual(['move 7.1 voicebot-c shop parley:moved']);
  expect(readArgs(['shop', 'parley:moved'])).toEqual({ args: ['shop'], isMoved: true });
  expect(readArgs(['parley:moved', 'shop'])).toMatchObject({ isMoved: false });
});

it('takes a bot that is called moved for a bot', () => {
  expect(readArgs(['moved'])).toEqual({ args: ['moved'], isMoved: false });
});

it('tells a caller who has hung up from an Asterisk that does not move him', async () => {
  const failing = (code: 'ARI_GONE' | 'ARI_NOT_IN_STASIS' | 'ARI_UNREACHABLE') =>
    movable([channel('7.1')], { move: () => Promise.reject(new ParleyError(code, 'no')) });
  expect(await failing('ARI_GONE').give('7.1', 'voicebot-c')).toBe(false);
  expect(await failing('ARI_NOT_IN_STASIS').give('7.1', 'voicebot-c')).toBe(false);
  await expect(failing('ARI_UNREACHABLE').give('7.1', 'voicebot-c')).rejects.toMatchObject({
    code: 'ARI_UNREACHABLE',
  });
  expect(await movable([]).give('7.1', 'voicebot-c')).toBe(false);
});

it('counts as callers neither what carries their sound nor who has not come from the dialplan', async () => {
  const ringing = { ...channel('9.1'), stasis: undefined };
  expect(await movable([channel('7.1'), SNOOP, ringing]).callersOf('voicebot-b')).toEqual(['7.1']);
  expect(await movable([]).callersOf('voicebot-c')).toEqual([]);
});

it('has no identity while Asterisk is away', () => {
  expect(movable([], { connected: false }).identity).toBe('');
  expect(movable([]).identity).toBe('pbx');
});
