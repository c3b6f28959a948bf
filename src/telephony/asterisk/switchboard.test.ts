import { describe, expect, it } from 'vitest';
import { silentLog } from '../../base/log.ts';
import type { Line } from '../line.ts';
import { LineEnd } from '../line.ts';
import type { AriChannel, AriEvent, AriPort } from './ari/ari-port.ts';
import { openSwitchboard } from './switchboard.ts';
import type { ArrivedCall, SwitchboardOptions } from './switchboard.ts';

const APP = 'voicebot';

function caller(id: string, ...args: readonly string[]): AriChannel {
  return {
    id,
    name: `PJSIP/1001-${id}`,
    state: 'Up',
    caller: { number: '1001', name: 'Ann' },
    context: 'phones',
    extension: '100',
    stasis: { app: APP, args },
  };
}

/** A switchboard at an Asterisk that has these channels. */
function switchboardWith(...channels: AriChannel[]) {
  return switchboard(channels);
}

function switchboard(channels: AriChannel[], more: Partial<SwitchboardOptions> = {}) {
  const calls: ArrivedCall[] = [];
  const ends = new Map<string, AbortController>();
  const told = { nobodyWaits: 0 };
  let tell: (event: AriEvent) => void = () => undefined;
  let reconnect: (state: 'up' | 'down') => void = () => undefined;
  const ari: Partial<AriPort> = {
    channels: async () => channels,
    bridges: async () => [],
    storedRecordings: async () => [],
    onUnrouted: (listener) => void (tell = listener),
    onConnection: (listener) => void (reconnect = listener),
  };
  openSwitchboard({
    ari: ari as AriPort,
    app: APP,
    log: silentLog,
    joined: { adopt: async () => undefined, has: () => false },
    lineOf: ({ channelId }) => {
      const end = new AbortController();
      ends.set(channelId, end);
      return { id: channelId, ended: end.signal } as Line;
    },
    onCall: (_line, call) => calls.push(call),
    onNobodyWaits: () => told.nobodyWaits++,
    ...more,
  });
  return {
    calls,
    told,
    ids: () => calls.map(({ channelId }) => channelId),
    arrive: (channel: AriChannel) => {
      channels.push(channel);
      const args = channel.stasis?.args ?? [];
      tell({ type: 'StasisStart', atMs: 0, channelId: channel.id, channel, args });
    },
    hangUp: (channelId: string) => ends.get(channelId)?.abort(new LineEnd('caller')),
    reconnect: () => reconnect('up'),
    settled: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

describe('the switchboard', () => {
  it('takes callers who were there before it, as if they had just come', async () => {
    const { calls, told, settled } = switchboardWith(caller('1.1', 'shop', 'outbound'));
    await settled();
    const party = { direction: 'outbound', number: '1001', name: 'Ann', dialled: '100', bot: 'shop' };
    expect(calls).toEqual([{ channelId: '1.1', party }]);
    expect(told.nobodyWaits).toBe(1);
  });

  it('takes a caller once, who comes while it looks around', async () => {
    const { arrive, ids, settled } = switchboardWith();
    arrive(caller('1.1', 'shop'));
    await settled();
    expect(ids()).toEqual(['1.1']);
  });

  it('finds after a reconnection who came without its being told, and nobody twice', async () => {
    const channels = [caller('1.1')];
    const { reconnect, arrive, ids, settled } = switchboardWith(...channels);
    await settled();
    arrive(caller('1.2'));
    reconnect();
    await settled();
    expect(ids()).toEqual(['1.1', '1.2']);
  });

  it('serves nobody who was moved here and is another daemon’s', async () => {
    const theirs = new Set(['1.1']);
    const { arrive, ids, settled } = switchboard([], { arrives: async (id) => !theirs.has(id) });
    await settled();
    arrive(caller('1.1', 'shop', 'parley:moved'));
    arrive(caller('1.2', 'shop', 'parley:moved'));
    await settled();
    expect(ids()).toEqual(['1.2']);
  });

  it('leaves a caller whom it has let go of to whoever has taken him', async () => {
    const { ids, settled } = switchboard([caller('1.1'), caller('1.2')], {
      wasLetGo: () => true,
      arrives: async (id) => id === '1.2',
    });
    await settled();
    expect(ids()).toEqual(['1.2']);
  });

  it('takes a caller again who came back through the dialplan', async () => {
    const { arrive, hangUp, ids, settled } = switchboardWith(caller('1.1'));
    await settled();
    hangUp('1.1');
    arrive(caller('1.1'));
    expect(ids()).toEqual(['1.1', '1.1']);
  });
});
