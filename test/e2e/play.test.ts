/** Somebody tries a bot without a PBX and without keys: types a question into the page, and hears the answer. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findSounds } from '../../src/lab/phone/hear.ts';
import { describeInBrowser } from '../support/browser.ts';
import { listenTo } from '../support/page-ears.ts';
import { startParley } from '../support/parley-process.ts';
import type { ParleyProcess } from '../support/parley-process.ts';
import { until } from '../support/until.ts';

/** Of a whole program on a busy machine, ms. */
const STARTED_WITHIN_MS = 60_000;
const HEARD_WITHIN_MS = 30_000;

describeInBrowser('parley play', (open) => {
  let dir: string;
  let parley: ParleyProcess;
  let address: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'parley-play-test-'));
    // What stands in .env is somebody's, and the page and its port are not to depend on it.
    await writeFile(join(dir, '.env'), 'HTTP_PORT=1\nARI_URL=http://127.0.0.1:1\nMEDIA_DIR=/nowhere\n');
    parley = startParley(['demo', '--serve', '--no-open', '--port', '0'], dir, {
      TMPDIR: dir,
      NO_COLOR: '1',
    });
    await until('the address is told', () => /http:\S+/.test(parley.printed), STARTED_WITHIN_MS);
    address = /http:\S+/.exec(parley.printed)?.[0] ?? '';
  });
  afterAll(async () => {
    await parley.stop();
    await rm(dir, { recursive: true, force: true });
  });

  it('answers what is typed, so that it is heard, in each shipped language', async () => {
    const { page, errors } = await open(address);
    const ears = await listenTo(page);
    const heardMs = () =>
      findSounds(ears.call.heard()).reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
    const transcript = () => page.locator('#transcript').textContent();
    // The phone is open, and says why it does not ask for the microphone.
    expect(await page.locator('#phone-status').textContent()).toContain('no speech is understood here');
    expect(await page.getByLabel('with the microphone').isChecked()).toBe(false);
    for (const [bot, greeting, question, answer] of [
      ['default', 'Ромашка', 'До скольки вы работаете?', 'с девяти до восемнадцати'],
      ['english', 'Daisy', 'Where are you?', 'Garden Street'],
      ['hebrew', 'חרצית', 'כמה זה עולה?', 'שקלים'],
    ] as const) {
      await page.getByLabel('Bot', { exact: true }).selectOption(bot);
      await page.getByRole('button', { name: 'Call', exact: true }).click();
      await until(
        `${bot} greets`,
        async () => (await transcript())?.includes(greeting) ?? false,
        HEARD_WITHIN_MS,
      );
      await until(`${bot} is heard`, () => heardMs() > 0, HEARD_WITHIN_MS);
      await page.getByLabel('What the caller says').fill(question);
      await page.keyboard.press('Enter');
      await until(
        `${bot} answers`,
        async () => (await transcript())?.includes(answer) ?? false,
        HEARD_WITHIN_MS,
      );
      const greetedMs = heardMs();
      await until(`the answer of ${bot} is heard`, () => heardMs() > greetedMs + 500, HEARD_WITHIN_MS);
      expect(parley.printed).toContain(`caller  ${question}`);
      await page.getByRole('button', { name: 'Hang up', exact: true }).click();
    }
    ears.stop();
    expect(errors).toEqual([]);
  });

  it('ends when it is told to, and leaves nothing behind', async () => {
    expect(await parley.stop()).toBe(0);
    // The second is the compiler's cache.
    expect((await readdir(dir)).filter((name) => !/^(\.env|tsx-\d+)$/.test(name))).toEqual([]);
    await expect(fetch(new URL('/healthz', address))).rejects.toThrow();
  });
});
