/** The report of a call in a real browser: it looks right on every screen, plays from wherever one points at, and runs nothing of what it shows. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { comparisonPage } from '../../src/recordings/report/comparison-page.ts';
import { compareCalls } from '../../src/recordings/report/comparison.ts';
import type { ReportedCall } from '../../src/recordings/report/reported-call.ts';
import { reportPage } from '../../src/recordings/report/report-page.ts';
import { transcriptOf } from '../../src/recordings/report/transcript.ts';
import { LAPTOP, TELEPHONE, describeInBrowser } from '../support/browser.ts';
import { HOSTILE, toldCall } from '../support/told-call.ts';

/** How far from the place that was pointed at the recording may already be when it is asked, s. */
const SOON = 1;

describeInBrowser('the report of a call', (open) => {
  let dir: string;
  let call: ReportedCall;
  let url: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'parley-report-'));
    call = await toldCall();
    url = await saved('report.html', await reportPage(call));
  });
  afterAll(() => rm(dir, { recursive: true }));

  async function saved(name: string, page: string): Promise<string> {
    await writeFile(join(dir, name), page);
    return pathToFileURL(join(dir, name)).href;
  }

  const isPlaying = (page: Page) => page.evaluate<boolean>(`!document.querySelector('audio').paused`);
  const seconds = (page: Page) => page.evaluate<number>(`document.querySelector('audio').currentTime`);
  const expectPlayingFrom = async (page: Page, ms: number) => {
    await expect.poll(() => isPlaying(page)).toBe(true);
    const at = await seconds(page);
    expect(at).toBeGreaterThan(ms / 1000 - 0.05);
    expect(at).toBeLessThan(ms / 1000 + SOON);
  };

  it.each([LAPTOP, { ...LAPTOP, scheme: 'dark' as const }, TELEPHONE])(
    'has no errors, loads nothing and does not hang over at $width pixels, $scheme',
    async (look) => {
      const { page, errors, requests } = await open(url, look);
      await page.locator('.play').click();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(look.width);
      expect(errors).toEqual([]);
      expect(requests).toEqual([]);
    },
  );

  it.each([LAPTOP, TELEPHONE])('compares calls without hanging over at $width pixels', async (look) => {
    const shorter = { name: HOSTILE, timeline: call.timeline.filter(({ turn }) => turn < 4) };
    const comparison = await saved('comparison.html', await comparisonPage(compareCalls(call, shorter)));
    const { page, errors, requests } = await open(comparison, look);
    expect(await page.locator('.turn').count()).toBe(5);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(look.width);
    expect(await page.locator('img, script').count()).toBe(0);
    expect([...errors, ...requests]).toEqual([]);
  });

  it('shows hostile words as words, and runs nothing of them', async () => {
    const { page, errors } = await open(url);
    const shown = HOSTILE.replace('\u202e', '\ufffd');
    expect(await page.locator('#turn-4 .line.caller .words').textContent()).toContain(shown);
    expect(await page.title()).toContain('2026-11-20');
    expect(await page.locator('img, iframe, object').count()).toBe(0);
    expect(await page.locator('script').count()).toBe(1);
    expect(errors).toEqual([]);
  });

  it('plays from a line of the transcript, marks it, and moves on', async () => {
    const { page } = await open(url);
    const line = transcriptOf(call.timeline).find(({ turn, speaker }) => turn === 3 && speaker === 'bot');
    const button = page.locator('#turn-3 .line.bot').first();
    await button.click();
    await expectPlayingFrom(page, line?.fromMs ?? Number.NaN);
    expect(await button.getAttribute('aria-current')).toBe('true');
    const before = await seconds(page);
    await expect.poll(() => seconds(page)).toBeGreaterThan(before + 0.2);
  });

  it('plays from where one clicks into the waveform and into a waterfall', async () => {
    const { page } = await open(url);
    const click = async (selector: string, part: number) => {
      const plot = page.locator(selector).first();
      const box = (await plot.boundingBox()) ?? { width: 0, height: 0 };
      await plot.click({ position: { x: box.width * part, y: box.height / 2 } });
      const from = Number(await plot.getAttribute('data-from'));
      const to = Number(await plot.getAttribute('data-to'));
      await expectPlayingFrom(page, from + (to - from) * part);
    };
    await click('.waves', 0.5);
    await click('#turn-2 .falls .plot:not(.axis)', 0.75);
    const head = await page.locator('#turn-2 .head').boundingBox();
    const plot = await page.locator('#turn-2 .falls .plot').first().boundingBox();
    if (!head || !plot) throw new Error('The playhead is not to be seen.');
    const from = Number(await page.locator('#turn-2 .head').getAttribute('data-head-from'));
    const to = Number(await page.locator('#turn-2 .head').getAttribute('data-head-to'));
    const shown = from + ((head.x - plot.x) / plot.width) * (to - from);
    expect(Math.abs(shown - (await seconds(page)) * 1000)).toBeLessThan(SOON * 1000);
  });

  it('leads from what went wrong to where it can be heard', async () => {
    const { page } = await open(url);
    const breach = page.locator('.breaches .critical a').first();
    await breach.click();
    await expectPlayingFrom(page, Number(await breach.getAttribute('data-at')));
    expect(new URL(page.url()).hash).toBe('#turn-2');
    const title = page.locator('#turn-2 h2');
    await expect.poll(async () => (await title.boundingBox())?.y).toBeLessThan(LAPTOP.height);
    const player = await page.locator('.player').boundingBox();
    expect((await title.boundingBox())?.y).toBeGreaterThan((player?.y ?? Infinity) + (player?.height ?? 0));
  });

  it('is played by keys alone', async () => {
    const { page } = await open(url);
    await page.keyboard.press('Space');
    await expect.poll(() => isPlaying(page)).toBe(true);
    await page.keyboard.press('Space');
    expect(await isPlaying(page)).toBe(false);
    await page.locator('.waves').focus();
    await page.keyboard.press('Home');
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft', 'Shift+ArrowRight'])
      await page.keyboard.press(key);
    expect(await seconds(page)).toBeCloseTo(7, 1);
    expect(await page.locator('.waves').getAttribute('aria-valuetext')).toBe('0:07.0');
    const lines = page.locator('#turn-1 .line');
    await lines.first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expectPlayingFrom(page, Number(await lines.nth(1).getAttribute('data-at')));
  });

  it('reaches everything in the order in which it stands', async () => {
    const { page } = await open(url);
    const reached: string[] = [];
    for (let presses = 0; presses < 20; presses++) {
      await page.keyboard.press('Tab');
      reached.push(
        await page.evaluate<string>(`document.activeElement.closest('section, article').className`),
      );
    }
    const order = reached.filter((place, at) => place !== reached[at - 1]);
    expect(order).toEqual(['breaches', 'player', 'turn']);
  });

  it('lets one side be heard alone', async () => {
    const { page, errors } = await open(url);
    await page.addInitScript(TAP_SPEAKERS);
    await page.reload();
    const callerSpeaks = transcriptOf(call.timeline).find(({ speaker }) => speaker === 'caller');
    const loudness = async (side: string) => {
      await page.getByRole('radio', { name: side, exact: true }).check({ force: true });
      await page.evaluate(
        `document.querySelector('audio').currentTime = ${(callerSpeaks?.fromMs ?? 0) / 1000}`,
      );
      const loudest: number[] = [];
      for (let looks = 0; looks < 10; looks++) {
        await page.waitForTimeout(50);
        loudest.push(await page.evaluate<number>('loudestAtTheSpeakers()'));
      }
      return Math.max(...loudest);
    };
    await page.locator('.play').click();
    expect(await loudness('Caller')).toBeGreaterThan(0.05);
    expect(await loudness('Bot')).toBe(0);
    expect(errors).toEqual([]);
  });
});

/** Lets a test hear what a page sends to the speakers through an audio graph: how loud the loudest of the last samples was, 0 to 1. */
const TAP_SPEAKERS = `
  const taps = [];
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (to, ...rest) {
    if (to instanceof AudioDestinationNode) {
      taps.push(this.context.createAnalyser());
      connect.call(this, taps.at(-1));
    }
    return connect.call(this, to, ...rest);
  };
  window.loudestAtTheSpeakers = () => Math.max(...taps.map((tap) => {
    const samples = new Float32Array(tap.fftSize);
    tap.getFloatTimeDomainData(samples);
    return Math.max(...samples.map(Math.abs));
  }));
`;
