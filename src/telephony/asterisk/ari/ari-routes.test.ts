import { describe, expect, it } from 'vitest';
import { silentLog } from '../../../base/log.ts';
import type { AriEvent } from './ari-port.ts';
import { AriRoutes } from './ari-routes.ts';

const event = (channelId: string): AriEvent => ({ type: 'StasisEnd', channelId, atMs: 0 });

function routesWithEars() {
  const routes = new AriRoutes(silentLog);
  const heard: string[] = [];
  const listen = (name: string) => (told: AriEvent) =>
    void heard.push(`${name}: ${told.type} ${told.channelId}`);
  return { routes, heard, listen };
}

describe('routes', () => {
  it('keep nothing of 10,000 calls that are over', () => {
    const { routes, heard, listen } = routesWithEars();
    for (let call = 0; call < 10_000; call++) routes.route(`call-${call}`, listen('old'))();
    routes.census()(new Set(), 0);
    expect(heard).toEqual([]);
  });

  it('hand a channel without a route to whoever takes new calls', () => {
    const { routes, heard, listen } = routesWithEars();
    routes.onUnrouted(listen('unrouted'));
    routes.route('a', listen('a'));
    routes.deliver(event('a'));
    routes.deliver(event('b'));
    expect(heard).toEqual(['a: StasisEnd a', 'unrouted: StasisEnd b']);
  });

  it('are not ended by the end of an earlier route for the same channel', () => {
    const { routes, heard, listen } = routesWithEars();
    const endFirst = routes.route('a', listen('first'));
    routes.route('a', listen('second'));
    endFirst();
    routes.deliver(event('a'));
    expect(heard).toEqual(['second: StasisEnd a']);
  });

  it('registered after the channels were asked for are not told that theirs is gone', () => {
    const { routes, heard, listen } = routesWithEars();
    const tell = routes.census();
    routes.route('new', listen('new'));
    tell(new Set(), 0);
    expect(heard).toEqual([]);
  });

  it('are told again to count once making the channel has failed', async () => {
    const { routes, heard, listen } = routesWithEars();
    routes.route('a', listen('a'));
    await expect(routes.whileMaking('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    routes.census()(new Set(), 0);
    expect(heard).toEqual(['a: ChannelGone a']);
  });
});
