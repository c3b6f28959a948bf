import { describe, expect, it } from 'vitest';
import { ORDINARY_CALLEES } from './callees.ts';
import { rehearseCampaign } from './rehearse-campaign.ts';
import { EPOCH_MS, campaignText, listOf } from '../testing/a-campaign.ts';

const RETRIES = { maxTries: 3, busy: '10 min', noAnswer: '2 h', machine: '4 h', abandoned: '1 d' };
const GENEROUS = { concurrency: 200, callsPerSecond: 10, retries: RETRIES };

describe('a rehearsed campaign', () => {
  it('calls ten thousand leads, and breaks no limit', { timeout: 300_000 }, async () => {
    const texts = { campaign: campaignText(GENEROUS), leads: listOf(10_000) };
    const { progress, breaches, peak, calls } = await rehearseCampaign(texts, {
      seed: 1,
      epochMs: EPOCH_MS,
    });
    expect(breaches).toEqual([]);
    expect(progress.state).toBe('finished');
    expect(progress.leads).toEqual({ waiting: 0, calling: 0, done: 10_000, dropped: 0 });
    expect(progress.outcomes.reached).toBeGreaterThan(5500);
    expect(progress.outcomes.busy).toBeLessThan(progress.outcomes.noAnswer ?? 0);
    expect(calls).toBe(progress.tries);
    expect(peak).toBeGreaterThan(100);
    expect(peak).toBeLessThanOrEqual(200);
  });

  it('is the same for the same seed, and another for another', async () => {
    const texts = { campaign: campaignText(GENEROUS), leads: listOf(200) };
    const outcomes = async (seed: number) => {
      const { progress, tookMs } = await rehearseCampaign(texts, { seed, epochMs: EPOCH_MS });
      return { ...progress.outcomes, tookMs };
    };
    expect(await outcomes(1)).toEqual(await outcomes(1));
    expect(await outcomes(1)).not.toEqual(await outcomes(2));
  });

  it('slows down and then pauses by itself where too many pick up and hear nobody', async () => {
    const mix = { ...ORDINARY_CALLEES, impatient: 20 };
    const texts = { campaign: campaignText(GENEROUS), leads: listOf(3000) };
    const { progress, breaches } = await rehearseCampaign(texts, { seed: 1, epochMs: EPOCH_MS, mix });
    expect(breaches).toEqual([]);
    expect(progress).toMatchObject({ state: 'paused', reason: 'abandonment' });
    expect(progress.leads.waiting).toBeGreaterThan(2000);
  });
});
