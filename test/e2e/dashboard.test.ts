/** The dashboard in a real browser, against a running service with calls in it. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBusyOffice } from '../support/busy-office.ts';
import type { BusyOffice } from '../support/busy-office.ts';
import { LAPTOP, TELEPHONE, describeInBrowser } from '../support/browser.ts';
import type { Look, OpenPage } from '../support/browser.ts';
import { until } from '../support/until.ts';

const GREETING = 'Good morning, Elm Street Dental. How can I help?';

describeInBrowser('the dashboard', (open) => {
  let office: BusyOffice;

  beforeAll(async () => {
    office = await startBusyOffice({ HISTORY_KEEP_DAYS: '30', RECORD_CALLS: 'all' });
  });
  afterAll(() => office?.stop());

  const url = () => office.world.service.httpUrl;
  const opened = async (...[look]: Parameters<OpenPage> extends [string, ...infer Rest] ? Rest : never) => {
    const visit = await open(url(), look);
    await visit.page.locator('#picture .falls').waitFor();
    return visit;
  };
  /** By day, and by night: the page need not be loaded again to be dark. */
  const expectNothingHangsOver = async (page: Page, { width }: Look) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await page.evaluate('document.documentElement.scrollWidth'), colorScheme).toBe(width);
    }
  };
  const rows = (page: Page, list: 'live' | 'past') => page.locator(`#${list} .row`);
  /** Calls, and shows that call. */
  const called = async (page: Page, callerNumber: string) => {
    const call = await office.world.telephony.phone.dial('reception', { callerNumber });
    await rows(page, 'live').filter({ hasText: callerNumber }).click();
    await office.world.untilHeard(call, GREETING);
    return call;
  };

  it.each([LAPTOP, TELEPHONE])('shows all of it without hanging over at $width pixels', async (look) => {
    const { page, errors, requests } = await opened(look);
    await expect.poll(() => page.locator('.dot').count()).toBeGreaterThan(10);
    await expectNothingHangsOver(page, look);
    expect(errors).toEqual([]);
    expect(requests.filter((request) => !request.startsWith(`${url()}/`))).toEqual([]);
  });

  it('tells what is going on: calls with what is said in them, alerts, providers, what calls cost', async () => {
    const { page } = await opened();
    const text = (id: string) => page.locator(id).textContent();
    expect(await rows(page, 'live').count()).toBe(3);
    expect(await rows(page, 'past').count()).toBe(3);
    expect(await text('#figure-live')).toBe('3');
    await expect.poll(() => text('#live')).toContain('Behind the house, the first hour is free.');
    expect(await page.locator('#transcript .line').allTextContents()).toHaveLength(7);
    expect(await text('#transcript')).toMatch(/Caller\d:\d\dA quarter past two/i);
    expect(await page.getByRole('region', { name: 'Alerts' }).textContent()).toMatch(/Late answers.*1\.5 s/);
    expect(await text('#providers')).toMatch(/yandex-grpcspeakswell.*yandex-v3hearswell/);
    expect(await text('#ready')).toBe('takes calls');
    expect(await text('#figure-cost')).toMatch(/^EUR\s0\.0\d/);
  });

  it('shows a call as it happens, from its first ring to its end', async () => {
    const { page, errors } = await opened();
    const call = await called(page, '+4930111111');
    const row = rows(page, 'live').filter({ hasText: '+4930111111' });
    const transcript = page.getByRole('log', { name: 'Transcript' });
    await expect.poll(() => transcript.textContent()).toContain(GREETING);
    const said = call.say(office.world.speech.callerTone('How do I cancel?'));
    await expect.poll(() => row.textContent()).toContain('caller speaks');
    await said;
    await expect.poll(() => row.textContent()).toContain('bot speaks');
    await expect.poll(() => transcript.textContent()).toContain('Call us by noon of the day before.');
    await expect.poll(() => page.locator('#picture h2').textContent()).toBe('Turn 1');
    await expect.poll(() => page.locator('#picture .outcome').textContent()).toBe('Answered');
    expect(await page.locator('#picture .lane-name').allTextContents()).toContain('Recognition');
    await call.hangup();
    await expect.poll(() => row.count()).toBe(0);
    const past = rows(page, 'past').first();
    await expect.poll(() => past.textContent()).toMatch(/\+4930111111.*the caller hung up/);
    expect(await page.locator('#orders').isVisible()).toBe(false);
    await expect.poll(() => page.locator('#call-ear').textContent()).toMatch(/heard it.*Greeting.*Answers\d/);
    expect(errors).toEqual([]);
  });

  it('leads from a slow answer in the chart to where its time went', async () => {
    const { page } = await opened();
    // On a busy machine other calls have slow answers as well.
    const slow = page.locator('#past li').filter({ hasText: '+498912345607' });
    const id = await slow.getAttribute('data-key');
    await page.locator(`.dot.warning[data-call="${id}"]`).first().dispatchEvent('click');
    await expect.poll(() => page.locator('#call-number').textContent()).toBe('+498912345607');
    await expect.poll(() => page.locator('#picture .wait.warning b').textContent()).toMatch(/^[12]\.\d\d s$/);
    expect(await page.locator('#picture .notes').textContent()).toContain('first token took');
    await expect
      .poll(() => page.locator('#call-ear .out-of-order').first().textContent())
      .toMatch(/^[12]\.\d\d s, turn \d, at 0:\d\d$/);
    expect(await page.locator('#call-ear').textContent()).toMatch(/Spent on *model \d/);
    await page.locator('.turn-choice', { hasText: 'Greeting' }).click();
    await expect.poll(() => page.locator('#picture h2').textContent()).toBe('Greeting');
  });

  it('speaks to a caller, once that is confirmed', async () => {
    const { page, errors } = await opened();
    const call = await called(page, '+4930222222');
    await page.locator('#say').click();
    await page.getByLabel('Words').fill('Never said.');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('#say').click();
    expect(await page.getByLabel('Words').inputValue()).toBe('');
    await page.getByLabel('Words').fill('A colleague will be with you.');
    await page.getByRole('dialog').getByRole('button', { name: 'Say' }).click();
    await office.world.untilHeard(call, 'A colleague will be with you.');
    expect(office.world.heard(call).map(({ text }) => text)).not.toContain('Never said.');
    await expect.poll(() => page.locator('#transcript').textContent()).toContain('the operator’s words');
    await call.hangup();
    expect(errors).toEqual([]);
  });

  it('hands a caller over', async () => {
    const { page } = await opened();
    const call = await called(page, '+4930333333');
    await page.locator('#transfer').click();
    await page.getByLabel('Context').fill('fallback');
    await page.getByLabel('Extension').fill('s');
    await page.getByRole('dialog').getByRole('button', { name: 'Transfer' }).click();
    expect(await call.ended).toMatchObject({ by: 'them' });
    await expect.poll(() => rows(page, 'past').first().textContent()).toContain('handed over');
  });

  describe('the history', () => {
    /** Finds the call in which somebody waited, and opens it. */
    const opensSlowCall = async (page: Page) => {
      await page.getByRole('button', { name: 'History' }).click();
      await page.getByLabel('An answer took').selectOption('over 1.5 s');
      await page.getByLabel('Was said').fill('forty euro');
      await page.getByRole('button', { name: 'Search' }).click();
      const list = page.locator('#history-calls .row');
      await expect.poll(() => list.allTextContents()).toEqual([expect.stringContaining('+498912345607')]);
      await list.click();
      await page.locator('#history-report .falls').first().waitFor();
    };

    it.each([LAPTOP, TELEPHONE])(
      'shows a recorded call without hanging over at $width pixels',
      async (look) => {
        const { page, errors } = await open(url(), look);
        await opensSlowCall(page);
        await expectNothingHangsOver(page, look);
        expect(errors).toEqual([]);
      },
    );

    it('finds a call by keys alone, plays it from where its answer was slow, and falls silent when it is left', async () => {
      const { page, errors } = await open(url());
      const focused = () =>
        page.evaluate<string>("document.querySelector('button:focus, a:focus')?.textContent ?? ''");
      const tabTo = async (wanted: string) => {
        for (let presses = 0; !(await focused()).includes(wanted); presses++) {
          expect(presses, wanted).toBeLessThan(40);
          await page.keyboard.press('Tab');
        }
      };
      const playedSeconds = () =>
        page.evaluate<number>("document.querySelector('#history audio').currentTime");
      await tabTo('History');
      await page.keyboard.press('Enter');
      await page.getByLabel('Number').fill('(089) 123-456');
      await page.keyboard.press('Enter');
      await expect.poll(() => page.locator('#history-found').textContent()).toBe('No such calls.');
      await page.getByLabel('Number').fill('89 123-456');
      await page.keyboard.press('Enter');
      await expect.poll(() => page.locator('#history-found').textContent()).toBe('1 call');
      await tabTo('+498912345607');
      await page.keyboard.press('Enter');
      await page.locator('#history-report .player').waitFor();
      await expect.poll(() => page.locator('#history-ear').textContent()).toMatch(/heard it.*Greeting/);
      expect(await page.locator('#history-report .breaches').textContent()).toContain(
        'The answer came after',
      );
      expect(await page.locator('#history-report').textContent()).toContain(
        'Forty euros, and it takes half an hour.',
      );
      await tabTo('warning');
      await page.keyboard.press('Enter');
      await expect.poll(playedSeconds).toBeGreaterThan(1);
      await expect.poll(() => page.getByRole('button', { name: 'Pause' }).count()).toBe(1);
      await page.getByRole('button', { name: 'Live' }).click();
      expect(await page.locator('#history audio').count()).toBe(0);
      expect(await page.locator('#board').isVisible()).toBe(true);
      expect(errors).toEqual([]);
    });

    it('gives what was found away as a file', async () => {
      const { page } = await open(url());
      await page.getByRole('button', { name: 'History' }).click();
      await page.getByLabel('Answered by').fill('billing');
      await page.getByRole('button', { name: 'Search' }).click();
      await expect.poll(() => page.locator('#history-found').textContent()).toBe('1 call');
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'CSV' }).click(),
      ]);
      expect(file.suggestedFilename()).toBe('calls.csv');
      expect(await readFile(await file.path(), 'utf8')).toMatch(
        /^id,startedAt.*\r\n.*billing.*'\+4915112340042/s,
      );
    });
  });

  it('is worked by keys alone: from the list to a call, and to its end', async () => {
    const { page, errors } = await opened();
    const call = await office.world.telephony.phone.dial('reception', { callerNumber: '+4930444444' });
    await office.world.untilHeard(call, GREETING);
    const focused = () => page.evaluate<string>("document.querySelector('button:focus')?.textContent ?? ''");
    const tabTo = async (wanted: string) => {
      for (let presses = 0; !(await focused()).includes(wanted); presses++) {
        expect(presses, wanted).toBeLessThan(40);
        await page.keyboard.press('Tab');
      }
    };
    await tabTo('+4930444444');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#call-number').textContent()).toBe('+4930444444');
    await tabTo('Hang up…');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    expect(await focused()).toBe('Hang up…');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByRole('dialog').textContent()).toContain('Hang up on +4930444444?');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Hang up');
    await page.keyboard.press('Enter');
    expect(await call.ended).toMatchObject({ by: 'them' });
    await until('the end is shown', async () =>
      ((await rows(page, 'past').first().textContent()) ?? '').includes('the operator hung up'),
    );
    expect(errors).toEqual([]);
  });
});
