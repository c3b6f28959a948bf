/** The API's description in a real browser, under the policy that lets pages run and load nothing but what comes from here. */
import { afterEach, expect, it } from 'vitest';
import { operated } from '../../src/http/testing/operated.ts';
import type { Operated } from '../../src/http/testing/operated.ts';
import { describeInBrowser } from '../support/browser.ts';

describeInBrowser('the description of the API', (open) => {
  let http: Operated;
  afterEach(() => http.app.close());

  it('can be read and tried out, and loads nothing from elsewhere', async () => {
    http = await operated();
    http.begin('one');
    const url = await http.app.listen({ host: '127.0.0.1', port: 0 });
    const { page, errors, requests } = await open(`${url}/docs`);
    const calls = page.locator('.opblock', { hasText: 'Live calls and the last ones' });
    await calls.locator('.opblock-summary-control').click();
    await calls.getByRole('button', { name: 'Try it out' }).click();
    await calls.getByRole('button', { name: 'Execute' }).click();
    await expect.poll(() => calls.locator('.live-responses-table').textContent()).toContain('ringing');
    expect(errors).toEqual([]);
    expect(requests.filter((request) => !request.startsWith(`${url}/`))).toEqual([]);
  });
});
