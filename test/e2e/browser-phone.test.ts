/** A bot is called from the dashboard: what is asserted is what the page was asked by the microphone, and what its speakers played. */
import { mkdtempSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { concatBytes, silence } from '../../src/audio/pcm.ts';
import { Resampler } from '../../src/audio/resample.ts';
import { encodeWav } from '../../src/audio/wav.ts';
import { readBundle } from '../../src/recordings/bundle/bundle.ts';
import { outcomeOf } from '../../src/recordings/replay/outcome.ts';
import { replayCall } from '../../src/recordings/replay/replay.ts';
import { recordedCaller } from '../support/recorded-callers.ts';
import { LAPTOP, TELEPHONE, describeInBrowser } from '../support/browser.ts';
import { listenTo } from '../support/page-ears.ts';
import type { PageEars } from '../support/page-ears.ts';
import { until } from '../support/until.ts';
import { startWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

const GREETING = 'Добрый день!';
const ANSWER = 'С девяти до шести, без обеда.';
const LONG_ANSWER =
  'Это длинный ответ, который никто не дослушает до самого конца, потому что он очень длинный.';
const TYPED_ANSWER = 'По субботам тоже.';

/** The microphone opens when the page calls: before it hears anybody, the greeting is over, ms. */
const SPEAKS_AFTER_MS = 3500;
const MICROPHONE_RATE_HZ = 48_000;

const dir = mkdtempSync(join(tmpdir(), 'parley-microphone-'));
const microphone = join(dir, 'caller.wav');

describeInBrowser(
  'the browser phone',
  (open) => {
    let world: World;
    let ears: PageEars | undefined;

    beforeAll(async () => {
      const { pcm, text } = await recordedCaller('question1');
      world = await startWorld({
        kind: 'simulator',
        hears: 'voices',
        env: { MEDIA_MODE: 'stream', TTS_CACHE_MB: '0', RECORD_CALLS: 'all' },
        bots: { default: { silence: { afterMs: 20_000 } }, other: { greeting: 'Другой бот слушает.' } },
        reply: (messages) => {
          const asked = String(messages.at(-1)?.content);
          if (/суббот/.test(asked)) return TYPED_ANSWER;
          return /долго/.test(asked) ? LONG_ANSWER : ANSWER;
        },
      });
      world.speech.registerClip(pcm, text);
      const { sampleRateHz } = pcm;
      const speech = [silence(SPEAKS_AFTER_MS, sampleRateHz), pcm, silence(2000, sampleRateHz)];
      const resampler = new Resampler(sampleRateHz, MICROPHONE_RATE_HZ);
      const data = resampler.push(concatBytes(speech.map((part) => part.data)));
      await writeFile(microphone, encodeWav({ sampleRateHz: MICROPHONE_RATE_HZ, data }));
    });
    afterEach(async () => {
      ears?.stop();
      await until('no call is live', () => world.service.activeCalls === 0);
    });
    afterAll(async () => {
      await world.stop();
      await rm(dir, { recursive: true });
    });

    async function calling({ bot = 'default', byVoice = false, look = LAPTOP } = {}) {
      const visit = await open(world.service.httpUrl, look);
      const { page } = visit;
      ears = await listenTo(page);
      await page.getByRole('button', { name: 'Call a bot' }).click();
      await page.getByLabel('Bot', { exact: true }).selectOption(bot);
      if (!byVoice) await page.getByLabel('with the microphone').uncheck();
      await page.getByRole('button', { name: 'Call', exact: true }).click();
      const type = async (text: string) => {
        await page.getByLabel('What the caller says').fill(text);
        await page.keyboard.press('Enter');
      };
      return { ...visit, call: ears.call, type };
    }

    it('hears the microphone, and plays the answer', async () => {
      const { page, call, errors } = await calling({ byVoice: true });
      await world.untilHeard(call, GREETING);
      await world.untilHeard(call, ANSWER);
      await expect.poll(() => page.locator('#transcript').textContent()).toMatch(/часы работы/i);
      expect(await page.locator('#call-number').textContent()).toBe('Browser phone');
      await page.getByRole('button', { name: 'Hang up', exact: true }).click();
      await expect.poll(() => page.locator('#past').textContent()).toContain('the caller hung up');
      expect(errors).toEqual([]);
    });

    it('answers what is typed, without a microphone', async () => {
      const { page, call, type, errors } = await calling();
      await world.untilHeard(call, GREETING);
      await type('А по субботам?');
      await world.untilHeard(call, TYPED_ANSWER);
      expect(await page.locator('#transcript .line.caller .words').allTextContents()).toEqual([
        'А по субботам?',
      ]);
      await page.getByRole('button', { name: 'Close' }).click();
      await expect.poll(() => page.locator('#past').textContent()).toContain('the caller hung up');
      expect(errors).toEqual([]);
    });

    it('is recorded, what is typed included, and replays to the same', async () => {
      const { page, call, type } = await calling();
      await world.untilHeard(call, GREETING);
      await type('А по субботам?');
      await world.untilHeard(call, TYPED_ANSWER);
      const id = world.log.findLast(({ call: of }) => String(of).startsWith('browser-'))?.['call'];
      await page.getByRole('button', { name: 'Close' }).click();
      const bundles = join(world.dir, 'data', 'calls');
      const named = async () => (await readdir(bundles)).find((name) => name.includes(String(id)));
      await until('the call is recorded', async () => (await named()) !== undefined);
      const bundle = await readBundle(join(bundles, (await named()) ?? ''));
      const { dialogue } = outcomeOf(await replayCall(bundle));
      expect(dialogue.map(({ text }) => text)).toEqual([GREETING, 'А по субботам?', TYPED_ANSWER]);
    });

    it('falls silent at once when something is typed over the answer', async () => {
      const { call, type, page } = await calling();
      await world.untilHeard(call, GREETING);
      const heardOf = (answer: string) => world.heard(call).find(({ text }) => text === answer)?.soundMs;
      await type('Расскажи долго.');
      await world.untilStarted(call, LONG_ANSWER);
      await type('А по субботам?');
      // On a busy machine typing takes a second by itself, and the bot speaks on.
      const untilTypedMs = heardOf(LONG_ANSWER) ?? NaN;
      await world.untilHeard(call, TYPED_ANSWER);
      expect((heardOf(LONG_ANSWER) ?? NaN) - untilTypedMs).toBeLessThan(1500);
      await page.getByRole('button', { name: 'Close' }).click();
    });

    it('fits a small screen, in the dark', async () => {
      const { page, call, errors } = await calling({ look: { ...TELEPHONE, scheme: 'dark' } });
      await world.untilHeard(call, GREETING);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(TELEPHONE.width);
      const box = await page.getByRole('region', { name: 'Browser phone' }).boundingBox();
      expect((box?.y ?? 0) + (box?.height ?? Infinity)).toBeLessThanOrEqual(TELEPHONE.height);
      await page.getByRole('button', { name: 'Close' }).click();
      expect(errors).toEqual([]);
    });

    it('calls the bot that was chosen', async () => {
      const { call, page } = await calling({ bot: 'other' });
      await world.untilHeard(call, 'Другой бот слушает.');
      await page.getByRole('button', { name: 'Close' }).click();
    });
  },
  { microphone: () => microphone },
);
