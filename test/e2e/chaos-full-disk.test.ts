/** The disk is full. Stream mode needs none; in file mode, where nothing can be played without one, callers are handed on. */
import { expect, it } from 'vitest';
import type { TestContext } from 'vitest';
import { NOTHING } from '../../src/lab/local-asterisk/leftovers.ts';
import { describeRealTelephony } from '../support/describe-telephonies.ts';
import { FIRST, GREETING, MOST_SILENCE_MS, silenceMs } from '../support/failing.ts';
import { limitProcess } from '../support/process-limits.ts';
import { wentToFallback } from '../support/fallback.ts';
import { serveApartFor } from '../support/served-apart.ts';

const REST = 'Это всё.';
/** One chunk is the harder case: an answer of several fails more often. */
const reply = [
  ['часы', FIRST],
  ['суббот', REST],
] as const;

/** These callers wait for one another. */
const bots = { default: { silence: { afterMs: 60_000 } } };

describeRealTelephony('on a full disk', (kind) => {
  const start = (context: TestContext, mode: string) =>
    serveApartFor(context, {
      kind,
      reply,
      bots,
      env: { MEDIA_MODE: mode, DIALPLAN_FALLBACK: 'fallback,s,1' },
    });

  it('a call in stream mode goes on untouched, and so does one that comes then', async (context) => {
    const served = await start(context, 'stream');
    const { service, listening, surroundings, texts } = served;
    const { pid } = service;
    const call = await surroundings.telephony.phone.dial('100');
    await listening.untilHeard(call, GREETING);
    await limitProcess(pid, { fileBytes: 0 });
    const later = await surroundings.telephony.phone.dial('100');
    for (const one of [call, later]) {
      await served.say(one, 'question1');
      await listening.untilHeard(one, FIRST);
      await served.say(one, 'interruption');
      await listening.untilHeard(one, REST);
      await one.hangup();
      expect(texts(one)).toEqual([GREETING, FIRST, REST]);
    }
    expect(await surroundings.telephony.leftovers()).toEqual(NOTHING);
  });

  it('a call in file mode is handed on as soon as nothing can be said, and served again when there is room', async (context) => {
    const served = await start(context, 'file');
    const { service, listening, surroundings, texts } = served;
    const { pid } = service;
    const call = await surroundings.telephony.phone.dial('100');
    await listening.untilHeard(call, GREETING);
    await limitProcess(pid, { fileBytes: 0 });
    const { endedAtMs } = await served.say(call, 'question1');
    expect(await call.ended).toMatchObject({ by: 'them' });
    expect(wentToFallback(call)).toBe(true);
    expect(silenceMs(call, endedAtMs)).toBeLessThan(MOST_SILENCE_MS);
    expect(texts(call)).toEqual([GREETING]);

    const later = await surroundings.telephony.phone.dial('100');
    expect(await later.ended).toMatchObject({ by: 'them' });
    expect(wentToFallback(later)).toBe(true);

    await limitProcess(pid, { fileBytes: Infinity });
    const last = await surroundings.telephony.phone.dial('100');
    await listening.untilHeard(last, GREETING);
    await served.say(last, 'question1');
    await listening.untilHeard(last, FIRST);
    await last.hangup();
    expect(await surroundings.telephony.leftovers()).toEqual(NOTHING);
  });
});
