import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import { Listening } from '../listening.ts';
import { CHANNEL_POOL_DEFAULTS, ChannelPool } from './channel-pool.ts';
import { GrpcServerDouble, ramp, speak } from './grpc-server-double.ts';
import { GrpcSynthesizer } from './grpc-synthesizer.ts';

const settings = { ...CHANNEL_POOL_DEFAULTS, connectMs: 500, retryMs: 50 };
const credentials = { headers: async () => ({}) };

let server: GrpcServerDouble;

beforeEach(async () => {
  server = new GrpcServerDouble();
  await server.start();
});

afterEach(() => server.kill());

function sockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
}

describe('the pool of gRPC channels', () => {
  it.each(['https://host:443', 'grpc://host', 'host:443', 'grpcs://host:443/path'])('refuses %s', (url) => {
    expect(() => new ChannelPool({ url, clock: systemClock })).toThrow('SETTINGS_INVALID');
  });

  it('is connected before the first call', async () => {
    const pool = new ChannelPool({ url: server.url, clock: systemClock, settings });
    expect(await pool.warm(2000)).toBe(4);
    pool.close();
  });

  it('says at once that nothing is connected when the server is down', async () => {
    server.kill();
    const pool = new ChannelPool({ url: server.url, clock: systemClock, settings });
    expect(await pool.warm(5000)).toBe(0);
    pool.close();
  });

  it('spreads 100 syntheses at once evenly over its connections', async () => {
    server.behave = (stream) => setTimeout(() => speak(stream, [ramp(0, 100)]), 50);
    const synthesizer = new GrpcSynthesizer({ url: server.url, clock: systemClock, settings, credentials });
    await synthesizer.warm(2000);
    const all = Array.from({ length: 100 }, () => new Listening(synthesizer));
    await Promise.all(all.map(({ ended }) => ended));
    expect(all.every((heard) => heard.error === undefined)).toBe(true);
    const perPeer = [...new Set(server.peers)].map(
      (peer) => server.peers.filter((other) => other === peer).length,
    );
    expect(perPeer).toEqual([25, 25, 25, 25]);
    await synthesizer.close();
  });

  it('heals when the server is killed and comes back on the same port', async () => {
    const pool = new ChannelPool({ url: server.url, clock: systemClock, settings });
    await pool.warm(2000);
    server.kill();
    await vi.waitFor(() => expect(pool.connectedChannels).toBe(0), 3000);
    await server.start();
    await vi.waitFor(() => expect(pool.connectedChannels).toBe(4), 5000);
    pool.close();
  });

  it('replaces a connected channel whose calls keep failing, and never stops serving', async () => {
    const pool = new ChannelPool({
      url: server.url,
      clock: systemClock,
      settings: { ...settings, channels: 2 },
    });
    await pool.warm(2000);
    const good = pool.lease();
    const bad = pool.lease();
    bad.release('failure');
    for (let n = 0; n < 2; n++) {
      const again = pool.lease();
      expect(again.client === bad.client).toBe(true);
      again.release('failure');
    }
    expect(pool.lease().client === good.client).toBe(true);
    await vi.waitFor(() => {
      const lease = pool.lease();
      expect(lease.client !== bad.client && lease.client !== good.client).toBe(true);
    }, 3000);
    pool.close();
  });

  it('lets a call on a replaced channel finish', async () => {
    const synthesizer = new GrpcSynthesizer({
      url: server.url,
      clock: systemClock,
      settings: { ...settings, channels: 1, failuresToReplace: 1 },
      credentials,
    });
    await synthesizer.warm(2000);
    server.behave = () => undefined;
    const slow = new Listening(synthesizer);
    await vi.waitFor(() => expect(server.streams).toHaveLength(1));
    server.behave = (stream) => stream.emit('error', { code: 14, details: 'scripted' });
    await new Listening(synthesizer).ended;
    server.behave = (stream) => speak(stream, [ramp(0, 100)]);
    await vi.waitFor(async () => {
      await new Listening(synthesizer).ended;
      expect(new Set(server.peers).size).toBe(2);
    }, 3000);
    speak(server.streams[0]!, [ramp(0, 100)]);
    await slow.ended;
    expect(slow.error).toBeUndefined();
    expect(slow.samples).toHaveLength(100);
    await synthesizer.close();
  });

  it.each(['up', 'down'])(
    'leaves no socket behind when it is closed with the server %s',
    async (condition) => {
      const before = sockets();
      const pool = new ChannelPool({ url: server.url, clock: systemClock, settings });
      await pool.warm(2000);
      if (condition === 'down') server.kill();
      if (condition === 'down') await vi.waitFor(() => expect(pool.connectedChannels).toBe(0));
      pool.close();
      await vi.waitFor(() => expect(sockets()).toBeLessThanOrEqual(before), 3000);
    },
  );
});
