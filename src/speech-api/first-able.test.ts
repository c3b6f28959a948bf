import { describe, expect, it } from 'vitest';
import { sleep } from '../base/clock.ts';
import { ParleyError } from '../base/errors.ts';
import { silentLog } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { noSpans } from '../base/spans.ts';
import { firstAble } from './first-able.ts';
import type { Asking } from './first-able.ts';
import { VendorRest } from './vendor-rest.ts';
import { VendorTally } from './vendor-tally.ts';

interface Behaviour {
  readonly tookMs?: number;
  readonly error?: Error;
}

const QUOTA = new ParleyError('TTS_QUOTA', 'enough');

function office(vendors: Readonly<Record<string, Behaviour>>, hedges = false) {
  const clock = new ManualClock();
  const tally = new VendorTally(clock);
  const rest = new VendorRest(clock, () => 1);
  const asked: string[] = [];
  const ended: string[] = [];
  const candidates = Object.keys(vendors).map((name) => ({
    vendor: { name, synthesizer: undefined, recognizer: undefined },
  }));
  const asking: Asking = {
    doing: 'speaks',
    log: silentLog,
    spans: noSpans,
    tally,
    rest,
    hedge: hedges ? { clock } : undefined,
  };
  const ask = (signal = new AbortController().signal) =>
    firstAble(candidates, asking, signal, async ({ vendor: { name } }, its) => {
      asked.push(name);
      const { tookMs = 0, error } = vendors[name] ?? {};
      try {
        await sleep(clock, tookMs, its);
      } catch (reason) {
        ended.push(name);
        throw reason;
      }
      if (error) throw error;
      return name;
    });
  const askAndWait = async (ms: number) => {
    const answer = ask().catch((error: unknown) => error);
    await clock.advance(ms);
    return answer;
  };
  return { clock, tally, asked, ended, ask, askAndWait };
}

/** As long as a vendor takes nearly always. */
async function usually(tally: VendorTally, clock: ManualClock, name: string, tookMs: number): Promise<void> {
  for (let request = 0; request < 20; request++) {
    const done = tally.watch(name, new AbortController().signal, () => sleep(clock, tookMs));
    await clock.advance(tookMs);
    await done;
  }
}

describe('the first vendor that is able', () => {
  it('is the next one where one fails', async () => {
    const { askAndWait, asked } = office({
      one: { error: new ParleyError('TTS_UNAVAILABLE', 'gone') },
      other: {},
    });
    expect(await askAndWait(0)).toBe('other');
    expect(asked).toEqual(['one', 'other']);
  });

  it('is not one whose quota is used up, until its rest is over; and each rest is longer', async () => {
    const { askAndWait, asked, clock } = office({ one: { error: QUOTA }, other: {} });
    await askAndWait(0);
    await askAndWait(0);
    expect(asked).toEqual(['one', 'other', 'other']);
    await clock.advance(1_000);
    await askAndWait(0);
    await clock.advance(1_000);
    await askAndWait(0);
    await clock.advance(1_000);
    await askAndWait(0);
    expect(asked.slice(3)).toEqual(['one', 'other', 'other', 'one', 'other']);
  });

  it('is asked all the same where all rest, and says itself why it does not serve', async () => {
    const { askAndWait, asked } = office({ one: { error: QUOTA } });
    expect(await askAndWait(0)).toBe(QUOTA);
    expect(await askAndWait(0)).toBe(QUOTA);
    expect(asked).toEqual(['one', 'one']);
  });

  it('is the sooner of two where the first is slower than it nearly always is; the other is ended', async () => {
    const { clock, tally, askAndWait, asked, ended } = office(
      { one: { tookMs: 5_000 }, other: { tookMs: 10 } },
      true,
    );
    await usually(tally, clock, 'one', 300);
    expect(await askAndWait(310)).toBe('other');
    expect([asked, ended]).toEqual([['one', 'other'], ['one']]);
    expect(clock.pending).toBe(0);
  });

  it('stays the first where that is sooner after all, and nobody counts the one that was ended as failing', async () => {
    const { clock, tally, askAndWait, ended } = office(
      { one: { tookMs: 350 }, other: { tookMs: 5_000 } },
      true,
    );
    await usually(tally, clock, 'one', 300);
    expect(await askAndWait(400)).toBe('one');
    expect(ended).toEqual(['other']);
    expect(tally.of('other').requests).toBe(0);
  });

  it('is waited for where the second, asked as well, fails at once', async () => {
    const broken = { error: new ParleyError('TTS_UNAVAILABLE', 'gone') };
    const { clock, tally, askAndWait } = office({ one: { tookMs: 900 }, other: broken }, true);
    await usually(tally, clock, 'one', 300);
    expect(await askAndWait(900)).toBe('one');
  });

  it('is waited for alone where nobody may be asked as well', async () => {
    const { clock, tally, askAndWait, asked } = office({ one: { tookMs: 5_000 }, other: {} });
    await usually(tally, clock, 'one', 300);
    expect(await askAndWait(5_000)).toBe('one');
    expect(asked).toEqual(['one']);
  });

  it('is given up with the client', async () => {
    const { clock, ask, ended, asked } = office({ one: { tookMs: 5_000 }, other: {} }, true);
    const client = new AbortController();
    const answer = ask(client.signal).catch((error: unknown) => error);
    await clock.advance(10);
    const gone = new Error('gone');
    client.abort(gone);
    expect(await answer).toBe(gone);
    expect([asked, ended, clock.pending]).toEqual([['one'], ['one'], 0]);
  });
});
