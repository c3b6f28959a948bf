import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import type { SpeechApi } from './server.ts';
import { scriptedVendor, serveSpeech } from './testing/served.ts';
import { VendorProbes } from './vendor-probes.ts';

const MINUTE_MS = 60_000;

function probed(answer: () => Promise<void>) {
  const clock = new ManualClock();
  const asked: AbortSignal[] = [];
  const probe = (signal: AbortSignal) => (asked.push(signal), answer());
  const vendor = { ...scriptedVendor('first'), probe };
  return { clock, asked, vendor, probes: new VendorProbes(clock) };
}

describe('a vendor of whom nothing is known', () => {
  it('is asked once in five minutes, however many want to know', async () => {
    const { clock, asked, vendor, probes } = probed(async () => undefined);
    const look = () => probes.isThere(vendor, undefined);
    expect(await Promise.all([look(), look()])).toEqual([true, true]);
    await clock.advance(5 * MINUTE_MS - 1);
    expect([await look(), asked.length]).toEqual([true, 1]);
    await clock.advance(1);
    expect([await look(), asked.length]).toEqual([true, 2]);
  });

  it('is not asked while requests tell of it', async () => {
    const { asked, vendor, probes } = probed(() => Promise.reject(new Error('away')));
    expect([await probes.isThere(vendor, 5 * MINUTE_MS - 1), asked.length]).toEqual([undefined, 0]);
    expect([await probes.isThere(vendor, 5 * MINUTE_MS), asked.length]).toEqual([false, 1]);
  });

  it('is away if it does not answer within two seconds, and is left alone then', async () => {
    const { clock, asked, vendor, probes } = probed(() => new Promise(() => undefined));
    const told = probes.isThere(vendor, undefined);
    await clock.advance(2000);
    expect([await told, asked[0]?.aborted]).toEqual([false, true]);
  });
});

describe('GET /v1/health', () => {
  let api: SpeechApi;
  afterEach(() => api.close());

  it('says of a vendor that cannot be reached that it is not well, before any request has failed', async () => {
    const away = { ...scriptedVendor('away'), probe: () => Promise.reject(new Error('refused')) };
    const there = { ...scriptedVendor('there'), probe: async () => undefined };
    api = await serveSpeech({ vendors: [away, there, scriptedVendor('unasked')] });
    const answer = await fetch(`${api.url}/v1/health`);
    expect([answer.status, await answer.json()]).toMatchObject([
      200,
      {
        status: 'degraded',
        providers: {
          away: { status: 'unhealthy', reachable: false },
          there: { status: 'healthy', reachable: true },
          unasked: { status: 'healthy', reachable: null },
        },
      },
    ]);
  });
});
