/** The dashboard in a real browser, against a running service with calls in it. */
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startBusyOffice } from '../support/busy-office.ts';
import type { BusyOffice } from '../support/busy-office.ts';
import { LAPTOP, TELEPHONE, describeInBrowser } from '../support/browser.ts';

/** Whoever wants to look at the pictures names a directory. */
const PICTURES = process.env['PICTURES_DIR'];

describeInBrowser('the dashboard', (open) => {
  let office: BusyOffice;
  let pictures: string;

  beforeAll(async () => {
    office = await startBusyOffice();
    pictures = PICTURES ?? (await mkdtemp(join(tmpdir(), 'parley-pictures-')));
    await mkdir(pictures, { recursive: true });
  });
  afterAll(() => office.stop());

  const url = () => office.world.service.httpUrl;
  const DARK = { scheme: 'dark' } as const;

  it.each([LAPTOP, { ...LAPTOP, ...DARK }, TELEPHONE, { ...TELEPHONE, ...DARK }])(
    'shows all of it without hanging over at $width pixels, $scheme',
    async (look) => {
      const { page, errors, requests } = await open(url(), look);
      await page.locator('#picture .falls').waitFor();
      await page.waitForTimeout(500);
      await page.screenshot({
        path: join(pictures, `dashboard-${look.width}-${look.scheme}.png`),
        fullPage: true,
      });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(look.width);
      expect(errors).toEqual([]);
      expect(requests.filter((request) => !request.startsWith(`${url()}/`))).toEqual([]);
    },
  );
});
