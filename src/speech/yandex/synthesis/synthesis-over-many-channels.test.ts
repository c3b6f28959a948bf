import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../base/clock.ts';
import { CHANNEL_POOL_DEFAULTS } from '../channel-pool.ts';
import { Listening } from '../../synthesis/testing/listening.ts';
import { GrpcServerDouble, ramp, speak } from './testing/grpc-server-double.ts';
import { GrpcSynthesizer } from './grpc-synthesizer.ts';

const settings = { ...CHANNEL_POOL_DEFAULTS, connectMs: 500, retryMs: 50 };
const credentials = { headers: async () => ({}) };

let server: GrpcServerDouble;

beforeEach(async () => {
  server = new GrpcServerDouble();
  await server.start();
});

afterEach(() => server.kill());

describe('synthesis over many channels', () => {
  it('spreads 100 syntheses at once evenly over its connections', async () => {
    server.behave = (stream) => setTimeout(() => speak(stream, [ramp(0, 100)]), 50);
    const synthesizer = new GrpcSynthesizer({ url: server.url, clock: systemClock, settings, credentials });
    await vi.waitFor(() => expect(synthesizer.channels.connected).toBe(synthesizer.channels.channels), 5000);
    const all = Array.from({ length: 100 }, () => new Listening(synthesizer));
    await Promise.all(all.map(({ ended }) => ended));
    expect(all.every((heard) => heard.error === undefined)).toBe(true);
    const perPeer = [...new Set(server.peers)].map(
      (peer) => server.peers.filter((other) => other === peer).length,
    );
    expect(perPeer).toEqual([25, 25, 25, 25]);
    await synthesizer.close();
  });

  it('lets a call on a replaced channel finish', async () => {
    const synthesizer = new GrpcSynthesizer({
      url: server.url,
      clock: systemClock,
      settings: { ...settings, channels: 1, failuresToReplace: 1 },
      credentials,
    });
    await vi.waitFor(() => expect(synthesizer.channels.connected).toBe(synthesizer.channels.channels), 5000);
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
});
