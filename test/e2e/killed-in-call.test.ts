/** Parley is killed in the middle of calls and started again: every caller hears an apology, and the conversation goes on. */
import { readFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { TestContext } from 'vitest';
import { NOTHING } from '../../src/lab/local-asterisk/leftovers.ts';
import { startCompanyServer } from '../support/company.ts';
import { lastConversation } from '../support/conversation-of.ts';
import { describeRealTelephony } from '../support/describe-telephonies.ts';
import { wentToFallback } from '../support/fallback.ts';
import { pumpsOrderedFrom } from '../support/pumps.ts';
import { serveApartFor } from '../support/served-apart.ts';
import type { ServedApart } from '../support/served-apart.ts';
import { until } from '../support/until.ts';
import type { WorldOptions } from '../support/world.ts';

const GREETING = 'Добрый день!';
const HOURS = 'Мы работаем с девяти до шести, без обеда.';
const SATURDAY = 'В субботу до двух.';
const RECONNECTED = 'Мы снова тут.';
const QUESTION = 'Здравствуйте, подскажите, пожалуйста, часы работы вашего офиса.';
const INTERRUPTION = 'Подождите, а в субботу?';
/** Each lasts longer than starting Parley takes: 30 ms a character. */
const STORY = [1, 2, 3, 4, 5, 6].map((part) => `Часть ${part} ${'и так далее '.repeat(8)}до конца.`);

/** What starting the process takes, an apology, and a busy machine. */
const BACK_WITHIN_MS = 20_000;

const COUNT = 'Сколько штук?';
const UNSURE = 'Вам перезвонят.';

const botOf = (url: string) => ({
  reconnected: RECONNECTED,
  greeting: GREETING,
  ...pumpsOrderedFrom(url, { count: COUNT, unsure: UNSURE, placed: 'Заказ принят.' }),
});

const bots = { default: { reconnected: RECONNECTED, endpointing: { silenceMs: 700 } } };

describeRealTelephony('after kill -9 in a call', (kind) => {
  const start = (context: TestContext, options: Partial<WorldOptions>) => {
    const reply = [
      ['суббот', SATURDAY],
      ['часы', HOURS],
    ] as const;
    return serveApartFor(context, { kind, reply, bots, ...options });
  };

  const records = async ({ surroundings }: ServedApart) => readdir(join(surroundings.dir, 'data/live'));

  it.for(['file', 'stream'])('the conversation goes on where it was, in %s mode', async (mode, context) => {
    const served = await start(context, { env: { MEDIA_MODE: mode } });
    const call = await served.surroundings.telephony.phone.dial('100');
    await served.listening.untilHeard(call, GREETING);
    await served.say(call, 'question1');
    await served.listening.untilHeard(call, HOURS);
    const [record = ''] = await records(served);
    const { mode: rights } = await stat(join(served.surroundings.dir, 'data/live', record));
    expect(rights & 0o777).toBe(0o600);

    await served.killAndRestart();
    await served.listening.untilHeard(call, RECONNECTED, BACK_WITHIN_MS);
    await served.say(call, 'interruption');
    await served.listening.untilHeard(call, SATURDAY);
    await call.hangup();

    expect(served.texts(call)).toEqual([GREETING, HOURS, RECONNECTED, SATURDAY]);
    const said = lastConversation(served.surroundings.chat);
    expect(said).toEqual([
      { role: 'assistant', content: GREETING },
      { role: 'user', content: QUESTION },
      { role: 'assistant', content: `${HOURS}| ${RECONNECTED}` },
      { role: 'user', content: INTERRUPTION },
    ]);
    expect(await served.surroundings.telephony.leftovers()).toEqual(NOTHING);
    await until('nothing of the call is kept', async () => (await records(served)).length === 0);
  });

  it.for(['file', 'stream'])(
    'what it was saying is not said to its end, in %s mode',
    async (mode, context) => {
      const served = await start(context, { reply: () => STORY.join('|'), env: { MEDIA_MODE: mode } });
      const call = await served.surroundings.telephony.phone.dial('100');
      await served.listening.untilHeard(call, GREETING);
      await served.say(call, 'question1');
      await served.listening.untilStarted(call, STORY[0] ?? '');
      await served.killAndRestart();
      await served.listening.untilHeard(call, RECONNECTED, BACK_WITHIN_MS);
      await call.hangup();
      // In file mode Asterisk plays on what it had been given, for as long as the service takes to be back.
      const [greeting, ...told] = served.texts(call);
      expect([greeting, told.at(-1)]).toEqual([GREETING, RECONNECTED]);
      expect(told.slice(0, -1)).toEqual(STORY.slice(0, told.length - 1));
      expect(told.length - 1).toBeLessThan(STORY.length);
      expect(await served.surroundings.telephony.leftovers()).toEqual(NOTHING);
    },
  );

  it('callers who hung up meanwhile leave nothing behind', async (context) => {
    const served = await start(context, {});
    const call = await served.surroundings.telephony.phone.dial('100');
    await until('the greeting sounds', () => served.texts(call).length === 1);
    served.service.signal('SIGKILL');
    await served.service.ended;
    await call.hangup();
    await served.startAgain();
    expect(await served.surroundings.telephony.leftovers()).toEqual(NOTHING);
    await until('nothing of the call is kept', async () => (await records(served)).length === 0);
  });

  it('an order that was on its way is posted once, and nobody says that it was placed', async (context) => {
    const company = await startCompanyServer(() => new Promise(() => undefined));
    try {
      const served = await start(context, {
        bots: { ...bots, pumps: botOf(company.url) },
        reply: () => '',
      });
      const call = await served.surroundings.telephony.phone.dial('pumps');
      await served.listening.untilHeard(call, COUNT);
      await call.say(served.surroundings.speech.callerTone('две'));
      await until('the order is on its way', () => company.posts.length > 0);
      await until('the script is kept', async () =>
        (await readFile(await liveRecord(served), 'utf8')).includes('"phase":"running"'),
      );

      await served.killAndRestart();
      await served.listening.untilHeard(call, UNSURE, BACK_WITHIN_MS);
      expect(await call.ended).toMatchObject({ by: 'them' });
      expect(served.texts(call)).toEqual([GREETING, COUNT, RECONNECTED, UNSURE]);
      expect(company.posts.map(({ body }) => body)).toEqual(['{"count":"2"}']);
    } finally {
      await company.stop();
    }
  });

  const liveRecord = async (served: ServedApart) =>
    join(served.surroundings.dir, 'data/live', (await records(served))[0] ?? '');

  it('a caller whose bot is gone is sent to the fallback', async (context) => {
    const shop = { greeting: 'Магазин слушает.' };
    const served = await start(context, {
      bots: { ...bots, shop },
      env: { DIALPLAN_FALLBACK: 'fallback,s,1' },
    });
    const call = await served.surroundings.telephony.phone.dial('shop');
    await served.listening.untilHeard(call, shop.greeting);
    await rm(join(served.surroundings.settings.bots.dir, 'shop.yaml'));
    await served.killAndRestart();
    expect(await call.ended).toMatchObject({ by: 'them' });
    expect(wentToFallback(call)).toBe(true);
    expect(await served.surroundings.telephony.leftovers()).toEqual(NOTHING);
    await until('nothing of the call is kept', async () => (await records(served)).length === 0);
  });
});
