/** The dashboard before a door, and on a line that breaks. */
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { operated } from '../../src/http/testing/operated.ts';
import type { Operated } from '../../src/http/testing/operated.ts';
import { TELEPHONE, describeInBrowser } from '../support/browser.ts';

/** In the place of the service's end of a phone: it answers, and tells which call it is only while the caller types. */
const PHONE_TOLD = `window.WebSocket = class extends EventTarget {
  static OPEN = 1;
  readyState = 1;
  constructor() {
    super();
    const tell = (message) => this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }));
    setTimeout(() => tell({ event: 'answered' }), 100);
    setTimeout(() => tell({ event: 'call', id: 'browser-1' }), 400);
  }
  send() {}
  close() {}
}`;

const TOKEN = 'a-token-of-some-length';

describeInBrowser('the dashboard', (open) => {
  let http: Operated;
  afterEach(() => http.app.close());

  it('asks for the token until it is the right one, keeps it in this tab, and sends it nowhere else', async () => {
    http = await operated({ token: TOKEN });
    http.begin('one');
    const { page, requests } = await open(await http.app.listen({ host: '127.0.0.1', port: 0 }));
    const dialog = page.getByRole('dialog', { name: 'Token' });
    const enter = async (token: string) => {
      await dialog.getByLabel('Token').fill(token);
      await page.keyboard.press('Enter');
    };
    await dialog.waitFor();
    expect(await page.locator('#live .row').count()).toBe(0);
    await enter('a-wrong-one');
    await expect.poll(() => dialog.getByRole('alert').textContent()).toBe('That token was refused.');
    await enter(TOKEN);
    await expect.poll(() => page.locator('#live .row').count()).toBe(1);
    expect(await dialog.count()).toBe(0);
    await page.reload();
    await expect.poll(() => page.locator('#live .row').count()).toBe(1);
    await page.getByRole('button', { name: 'Call a bot' }).click();
    await page.getByLabel('with the microphone').uncheck();
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    await expect.poll(() => http.orders).toEqual([{ pageCall: undefined }]);
    expect(requests.filter((request) => request.includes(TOKEN))).toEqual([]);
    expect(await page.evaluate('localStorage.length + document.cookie.length')).toBe(0);
  });

  it('shows what the service masks, and nothing more', async () => {
    http = await operated();
    const timeline = http.begin('one');
    timeline.mark('call.answered', {});
    timeline.mark('playback.started', { kind: 'greeting', index: 0, text: 'Good morning, Ann.' });
    const { page } = await open(await http.app.listen({ host: '127.0.0.1', port: 0 }));
    await expect.poll(() => page.locator('#transcript').textContent()).toContain('«3 words»');
    expect(await page.locator('#live').textContent()).toContain('+7 *** **12');
    expect(await page.locator('body').textContent()).not.toMatch(/morning|9161234512/);
  });

  it('says that it has lost the service, and shows what is there when it is back', async () => {
    http = await operated();
    http.begin('one');
    const url = await http.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = http.app.server.address() as AddressInfo;
    const { page } = await open(url);
    await expect.poll(() => page.locator('#live .row').count()).toBe(1);
    expect(await page.locator('#hangup').isEnabled()).toBe(true);
    await http.app.close();
    await expect.poll(() => page.locator('#ready').textContent()).toBe('no connection');
    await expect.poll(() => page.locator('#gone').textContent()).toMatch(/^No connection to Parley since/);
    await expect.poll(() => page.locator('#live .pill').textContent()).toBe('not known');
    const clock = await page.locator('#live .since').textContent();
    for (const id of ['say', 'transfer', 'hangup', 'phone-call'])
      expect(await page.locator(`#${id}`).isDisabled(), id).toBe(true);
    await page.waitForTimeout(1500);
    expect(await page.locator('#live .since').textContent()).toBe(clock);
    http = await operated();
    http.begin('two');
    http.begin('three');
    await http.app.listen({ host: '127.0.0.1', port });
    await expect.poll(() => page.locator('#live .row').count(), { timeout: 15_000 }).toBe(2);
    await expect.poll(() => page.locator('#gone').isHidden()).toBe(true);
    await expect.poll(() => page.locator('#live .pill').first().textContent()).toBe('rings');
  });

  it('leaves the typing where it is on a narrow screen when the call from the page appears', async () => {
    http = await operated();
    const { page } = await open(await http.app.listen({ host: '127.0.0.1', port: 0 }), TELEPHONE);
    await page.evaluate(PHONE_TOLD);
    await page.getByRole('button', { name: 'Call a bot' }).click();
    await page.getByLabel('with the microphone').uncheck();
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    const typed = page.getByLabel('What the caller says');
    await typed.waitFor();
    await typed.pressSequentially('when do you open', { delay: 30 });
    expect(await typed.inputValue()).toBe('when do you open');
    expect(await page.evaluate('document.activeElement.id')).toBe('phone-text');
  });
});
