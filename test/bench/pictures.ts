/** `npm run bench -- pictures DIR`: the dashboard as an operator sees it, on a desk and on a telephone, by day and by night. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { CHROMIUM_PATHS, launchBrowser, LOOKS, openIn } from '../support/browser-pages.ts';
import type { Look } from '../support/browser-pages.ts';
import { startBusyOffice } from '../support/busy-office.ts';
import { until } from '../support/until.ts';

/** On a machine that is busy with other things; half a second on one that is not, ms. */
const SHOWN_WITHIN_MS = 120_000;

/** A machine that is busy with other things is no reason to refuse the calls that are to be seen. */
const PATIENT = { MAX_EVENT_LOOP_LAG_MS: '10000' };

/** A recording has been playing for so long, s. */
const PLAYED_SECONDS = 1.5;

export async function takePictures(dir: string): Promise<readonly string[]> {
  const browser = await launchBrowser();
  if (!browser) throw new Error(`There is no Chromium here: none of ${CHROMIUM_PATHS.join(', ')}.`);
  await mkdir(dir, { recursive: true });
  const office = await startBusyOffice({ HISTORY_KEEP_DAYS: '30', RECORD_CALLS: 'all', ...PATIENT });
  const taken: string[] = [];
  let isOver = false;
  const take = async (page: Page, what: string, { width, scheme }: Look) => {
    const path = join(dir, `${what}-${width}-${scheme}.png`);
    await page.screenshot({ path, fullPage: true });
    taken.push(path);
  };
  try {
    const { httpUrl } = office.world.service;
    const opened = async (look: Look) => {
      const { page } = await openIn(browser, look);
      page.setDefaultTimeout(SHOWN_WITHIN_MS);
      await page.goto(httpUrl);
      await page.locator('#picture .falls').waitFor();
      return page;
    };
    for (const look of LOOKS) {
      const page = await opened(look);
      await take(page, 'live', look);
      await search(page);
      await take(page, 'history', look);
      await play(page);
      await take(page, 'recording', look);
      await page.close();
    }
    const live: (readonly [Page, Look])[] = [];
    for (const look of LOOKS) live.push([await opened(look), look]);
    await office.stop();
    isOver = true;
    for (const [page, look] of live) {
      await page.locator('#gone').waitFor();
      await take(page, 'gone', look);
    }
  } finally {
    await browser.close();
    if (!isOver) await office.stop();
  }
  return taken;
}

/** Finds the call in which somebody waited. */
async function search(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'History' }).click();
  await page.getByLabel('An answer took').selectOption('over 1.5 s');
  await page.getByRole('button', { name: 'Search' }).click();
  await page.locator('#history-found', { hasText: /^1 call$/ }).waitFor();
}

async function play(page: Page): Promise<void> {
  await page.locator('#history-calls .row').first().click();
  await page.locator('#history-report .falls').first().waitFor();
  await page.locator('#history-report .play').click();
  const seconds = () => page.evaluate<number>("document.querySelector('#history audio').currentTime");
  await until('the recording plays', async () => (await seconds()) > PLAYED_SECONDS, SHOWN_WITHIN_MS);
}
