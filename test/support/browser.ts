/** Suites with pages in a real browser. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeEach, describe } from 'vitest';
import { CHROMIUM_PATHS, LAPTOP, launchBrowser, openIn } from './browser-pages.ts';
import type { Look, Visit } from './browser-pages.ts';

export { LAPTOP, TELEPHONE } from './browser-pages.ts';
export type { Look, Visit } from './browser-pages.ts';

export type OpenPage = (url: string, look?: Look) => Promise<Visit>;

export interface BrowserOptions {
  /** A WAV file that is heard by the microphone, once, from the moment it is opened; pages need not ask for it. It may be written until then. */
  readonly microphone?: () => string;
}

/** A suite with a browser; what it opens is closed after each test. Without a browser it is skipped and says why, or fails where one is required. */
export function describeInBrowser(
  name: string,
  tests: (open: OpenPage) => void,
  { microphone }: BrowserOptions = {},
): void {
  describe(name, () => {
    let browser: Browser | undefined;
    const pages: Page[] = [];

    beforeEach(async (context) => {
      browser ??= await launchBrowser(microphone?.());
      if (browser) return;
      if (process.env['REQUIRE_CHROMIUM'] === '1') throw new Error('There is no Chromium here.');
      context.skip(`no Chromium: none of ${CHROMIUM_PATHS.join(', ')}`);
    });
    afterEach(async () => {
      await Promise.all(pages.splice(0).map((page) => page.close()));
    });
    afterAll(async () => {
      await browser?.close();
    });

    tests(async (url, look = LAPTOP) => {
      if (!browser) throw new Error('A page can be opened inside a test only.');
      const visit = await openIn(browser, look);
      pages.push(visit.page);
      await visit.page.goto(url);
      return visit;
    });
  });
}
