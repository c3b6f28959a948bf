/** Pages in a real browser, as a person would see them: Debian's Chromium, without a window. */
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';

export const CHROMIUM_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

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

/** Each by day and by night. */
export const LOOKS: readonly Look[] = [LAPTOP, TELEPHONE].flatMap((look) => [
  look,
  { ...look, scheme: 'dark' as const },
]);

/** Undefined where no Chromium is installed. `microphone` is a WAV file that is heard by it, once, from the moment it is opened. */
export async function launchBrowser(microphone?: string): Promise<Browser | undefined> {
  const executablePath = CHROMIUM_PATHS.find((candidate) => existsSync(candidate));
  if (executablePath === undefined) return undefined;
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

export async function openIn(browser: Browser, { width, height, scheme }: Look): Promise<Visit> {
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
