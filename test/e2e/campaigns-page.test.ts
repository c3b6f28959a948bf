/** The campaigns of the dashboard in a real browser. Nobody is called: the callees are played, and the clock is the test's. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ManualClock } from '../../src/base/manual-clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { operated } from '../../src/http/testing/operated.ts';
import type { Operated } from '../../src/http/testing/operated.ts';
import { Campaigns } from '../../src/outbound/campaigns/campaigns.ts';
import { IN_MEMORY } from '../../src/outbound/campaigns/database.ts';
import { simulatedCallOut } from '../../src/outbound/campaigns/rehearsal/callees.ts';
import { storeAtHand } from '../../src/outbound/campaigns/store-questions.ts';
import { CampaignStore } from '../../src/outbound/campaigns/store.ts';
import { EPOCH_MS, campaignText, listOf } from '../../src/outbound/campaigns/testing/a-campaign.ts';
import { TELEPHONE, describeInBrowser } from '../support/browser.ts';

describeInBrowser('the campaigns of the dashboard', (open) => {
  let http: Operated;
  let url: string;
  let clock: ManualClock;
  let campaigns: Campaigns;

  beforeEach(async () => {
    clock = new ManualClock();
    campaigns = new Campaigns({
      ...{ clock, log: silentLog, bots: () => ['reminder'], epochMs: () => EPOCH_MS + clock.nowMs() },
      store: storeAtHand(new CampaignStore(IN_MEMORY)),
      callOut: simulatedCallOut({ clock, seed: 1 }),
    });
    http = await operated({ campaigns });
    url = await http.app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterEach(async () => {
    await http.app.close();
    await campaigns.close();
  });

  it('show how far each has come, and take orders', async () => {
    await campaigns.create({ campaign: campaignText(), leads: `${listOf(8)}112\n` });
    const { page } = await open(`${url}/#campaigns`, TELEPHONE);
    const row = page.locator('#campaigns-list li');
    const text = () => row.textContent();
    const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
    await expect.poll(text, { timeout: 20_000 }).toContain('0 of 8 done');
    expect(await text()).toContain('1 left out');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(TELEPHONE.width);
    await press('Pause december');
    await expect.poll(() => row.locator('.pill').textContent()).toBe('paused');
    await press('Resume december');
    await expect.poll(() => row.locator('.pill').textContent()).toBe('running');
    await clock.advance(20 * 60_000);
    // The page asks every two seconds.
    await expect.poll(text, { timeout: 20_000 }).toContain('8 of 8 done');
    expect(await row.locator('.pill').textContent()).toBe('finished');
    expect(await page.getByRole('button', { name: 'Cancel december' }).isVisible()).toBe(false);
    const download = page.waitForEvent('download');
    await press('Results of december as CSV');
    expect((await download).suggestedFilename()).toBe('december.csv');
  });

  it('ask before one is cancelled', async () => {
    await campaigns.create({ campaign: campaignText(), leads: listOf(8) });
    const { page } = await open(`${url}/#campaigns`);
    await page.getByRole('button', { name: 'Cancel december' }).click();
    await page.getByRole('button', { name: 'Keep it' }).click();
    expect((await campaigns.one('december')).state).toBe('running');
    await page.getByRole('button', { name: 'Cancel december' }).click();
    await page.getByRole('button', { name: 'Cancel it' }).click();
    await expect.poll(() => page.locator('#campaigns-list .pill').textContent()).toBe('cancelled');
  });
});
