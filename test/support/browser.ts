/** Pages in a real browser, as a person would see them: Debian's Chromium, without a window. */
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeEach, describe } from 'vitest';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export interface Visit {
  readonly page: Page;
  /** Errors on the console and those that nothing caught. */
  readonly errors: readonly string[];
  /** What the page has asked the network for, itself excepted. */
  readonly requests: readonly string[];
}

export interface Look {
  readonly width: number;
  readonly height: number;
  readonly scheme: 'light' | 'dark';
}

export const LAPTOP: Look = { width: 1280, height: 900, scheme: 'light' };
export const TELEPHONE: Look = { width: 390, height: 844, scheme: 'light' };

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
      const path = PATHS.find((candidate) => existsSync(candidate));
      if (path !== undefined) browser ??= await launch(path, microphone?.());
      else if (process.env['REQUIRE_CHROMIUM'] === '1') throw new Error('There is no Chromium here.');
      else context.skip(`no Chromium: none of ${PATHS.join(', ')}`);
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

function launch(executablePath: string, microphone: string | undefined): Promise<Browser> {
  const args = [
    // Chromium refuses to put root into its sandbox.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ...(microphone === undefined
      ? []
      : [
          '--use-fake-ui-for-media-stream',
          '--use-fake-device-for-media-stream',
          `--use-file-for-fake-audio-capture=${microphone}%noloop`,
        ]),
  ];
  return chromium.launch({ executablePath, args });
}

async function openIn(browser: Browser, { width, height, scheme }: Look): Promise<Visit> {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme });
  const errors: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('request', (request) => {
    const isDocument = request.isNavigationRequest() && requests.length === 0;
    if (!isDocument && !request.url().startsWith('data:')) requests.push(request.url());
  });
  return { page, errors, requests };
}
