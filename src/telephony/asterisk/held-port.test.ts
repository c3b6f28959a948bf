/** What a daemon of a fleet asks of Asterisk while its calls may be another one's. */
import { expect, it } from 'vitest';
import { deferred } from '../../base/async.ts';
import type { AriChannel, AriPort } from './ari/ari-port.ts';
import { heldPort } from './held-port.ts';

function channel(id: string, app: string): AriChannel {
  const caller = { number: '1001', name: '' };
  return {
    id,
    name: `PJSIP/${id}`,
    state: 'Up',
    caller,
    context: '',
    extension: '',
    stasis: { app, args: [] },
  };
}

function held() {
  const asked: string[] = [];
  const elsewhere = new Set<string>();
  const settled = deferred();
  const state = { holds: true };
  const ari: Partial<AriPort> = {
    connected: true,
    hangup: async (id) => void asked.push(`hangup ${id}`),
    addToBridge: async (id, channelIds) => void asked.push(`${channelIds.join(' and ')} into ${id}`),
    originate: async ({ channelId, originator }) => void asked.push(`${channelId} rings for ${originator}`),
    stopPlayback: async (id) => void asked.push(`stop ${id}`),
    bridges: async () => ['a bridge'],
    channels: async () => [
      channel('came', 'voicebot-b'),
      channel('left', 'voicebot-a'),
      channel('here', 'voicebot-a'),
    ],
    channelsOf: async () => ['came', 'here'],
  };
  const ownership = {
    get holds() {
      return state.holds;
    },
    isSure: true,
    settled: () => settled.promise,
    arrives: async () => true,
  };
  const isElsewhere = (id: string) => elsewhere.has(id);
  const port = heldPort(ari as AriPort, { app: 'voicebot-a', ownership, isElsewhere });
  return { asked, elsewhere, port, settled, state };
}

it('hangs nobody up before it knows whose the calls are, and nobody then whom another daemon has', async () => {
  const { asked, elsewhere, port, settled, state } = held();
  state.holds = false;
  const [theirs, ours] = [port.hangup('theirs'), port.hangup('ours')];
  // What sounds nowhere need not wait.
  expect(await port.bridges()).toEqual(['a bridge']);
  expect(asked).toEqual([]);
  elsewhere.add('theirs');
  settled.resolve();
  await expect(theirs).rejects.toMatchObject({ code: 'ARI_GONE' });
  await ours;
  expect(asked).toEqual(['hangup ours']);
});

it('asks at once while the calls are its own', async () => {
  const { asked, port } = held();
  await port.hangup('1');
  expect([asked, port.connected]).toEqual([['hangup 1'], true]);
});

it('puts nobody into a bridge, and rings for nobody, whom another daemon has', async () => {
  const { asked, elsewhere, port } = held();
  elsewhere.add('theirs');
  const ring = { channelId: 'desk', endpoint: 'PJSIP/201', appArgs: '', callerId: '', withinSeconds: 20 };
  const rings = (originator: string) => port.originate({ ...ring, originator, variables: {} });
  await expect(port.addToBridge('b', ['ours', 'theirs'])).rejects.toMatchObject({ code: 'ARI_GONE' });
  await expect(rings('theirs')).rejects.toMatchObject({ code: 'ARI_GONE' });
  expect(asked).toEqual([]);
  await port.addToBridge('b', ['ours', 'media']);
  await rings('ours');
  // A name is no channel, whatever it is.
  elsewhere.add('b').add('tone');
  await port.addToBridge('b', ['ours']);
  await port.stopPlayback('tone');
  expect(asked).toEqual(['ours and media into b', 'desk rings for ours', 'ours into b', 'stop tone']);
});

it('knows channels by the application that they are in, not by the one that the dialplan named', async () => {
  const { port } = held();
  expect((await port.channels()).map(({ id, stasis }) => [id, stasis?.app])).toEqual([
    ['came', 'voicebot-a'],
    ['left', ''],
    ['here', 'voicebot-a'],
  ]);
});
