/** The fleet of the dashboard in a real browser. */
import { expect, it } from 'vitest';
import { operated } from '../../src/http/testing/operated.ts';
import { LAPTOP, TELEPHONE, describeInBrowser } from '../support/browser.ts';

const AT = '2026-01-01T09:00:00.000Z';

function daemon(name: string, more: object = {}) {
  return {
    ...{ name, version: '1.0.0', ariApp: `voicebot-${name}`, calls: 40, maxCalls: 100, draining: false },
    ...{ alive: true, startedAt: AT, heardAt: new Date().toISOString(), isSelf: false },
    ...more,
  };
}

describeInBrowser('the fleet of the dashboard', (open) => {
  it('shows every daemon and every call, on a telephone and on a desk, and drains one after asking', async () => {
    const drained: string[] = [];
    const http = await operated({
      fleet: {
        isFleet: true,
        degraded: [],
        look: async () => ({
          daemons: [
            daemon('parley-1', { isSelf: true }),
            daemon('parley-2', { draining: drained.includes('parley-2') }),
            daemon('parley-3', { alive: false }),
          ],
          calls: [{ id: 'a-call-of-the-second', daemon: 'parley-2', bot: 'shop', startedAt: AT, turn: 3 }],
        }),
        drain: async (name) => void drained.push(name),
      },
    });
    try {
      const url = await http.app.listen({ host: '127.0.0.1', port: 0 });
      for (const screen of [TELEPHONE, LAPTOP]) {
        drained.length = 0;
        const { page } = await open(`${url}/#fleet`, screen);
        const pills = page.locator('#fleet-daemons .pill');
        await expect
          .poll(() => pills.allTextContents(), { timeout: 20_000 })
          .toEqual(['serving', 'serving', 'gone']);
        expect(await page.locator('#fleet-sums').textContent()).toBe('2 daemons, 80 of 200 calls');
        expect(await page.locator('#fleet-calls').textContent()).toContain('a-call-of-the-second');
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(screen.width);
        await page.getByRole('button', { name: 'Drain parley-2' }).click();
        await page.locator('#drain-dialog').getByRole('button', { name: 'Drain' }).click();
        await expect
          .poll(() => pills.allTextContents(), { timeout: 20_000 })
          .toEqual(['serving', 'draining', 'gone']);
      }
    } finally {
      await http.app.close();
    }
  });
});
