/** Which calls are kept, and that no call suffers where they cannot be. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { outcomeOf } from '../../src/recordings/replay/outcome.ts';
import { replayCall } from '../../src/recordings/replay/replay.ts';
import { describeCalls } from '../support/describe-calls.ts';
import type { Suite } from '../support/describe-calls.ts';
import { operatorOf } from '../support/operator.ts';
import { recordedCall, recordedDirs, recordings, textsIn } from '../support/recorded-calls.ts';
import { until } from '../support/until.ts';

const GREETING = 'Добрый день!';
const QUESTION = 'когда вы работаете';
const ANSWER = 'С девяти до шести.';
/** A replay's clock stands still while the call works, that of a busy machine does not. */
const LENGTHS_DIFFER_BY_MS = 2000;
const ANNOUNCEMENT = 'Этот разговор записывается.';
const CONSENT_QUESTION = 'Можно записать разговор?';
const OPERATORS_WORDS = 'Минуту, соединяю.';

const common = {
  reply: () => ANSWER,
  bots: { default: { silence: { afterMs: 20_000 } } },
  kinds: ['simulator'],
} as const;

async function ask({ world }: Suite) {
  const call = await world.dial('100');
  await world.untilHeard(call, GREETING);
  await call.say(world.speech.callerTone(QUESTION));
  await world.untilHeard(call, ANSWER);
  return call;
}

async function unfinished({ world }: Suite): Promise<readonly string[]> {
  return readdir(join(world.dir, 'data/calls/.unfinished'));
}

describeCalls(
  'calls with an alert',
  { ...common, modes: ['stream'], env: { RECORD_CALLS: 'alerts' } },
  (suite) => {
    it('are kept, and others are not', async () => {
      const { world } = suite;
      const before = (await recordedDirs(world)).length;
      await (await ask(suite)).hangup();
      await until('the first call is over', () => world.service.activeCalls === 0);
      world.chat.fail({ kind: 'slow', firstTokenMs: 2500, perTokenMs: 0 }, 2);
      const sinceMs = Date.now();
      await (await ask(suite)).hangup();
      const { call } = await recordedCall(world, sinceMs);
      expect(outcomeOf(call.timeline).turns[0]?.stagesMs.firstChunk).toBeGreaterThan(2000);
      expect(await recordedDirs(world)).toHaveLength(before + 1);
      expect(await unfinished(suite)).toEqual([]);
    });
  },
);

describeCalls(
  'a share of no calls',
  { ...common, modes: ['stream'], env: { RECORD_CALLS: '0%' } },
  (suite) => {
    it('keeps none, and begins none', async () => {
      const call = await ask(suite);
      expect(await unfinished(suite)).toEqual([]);
      await call.hangup();
      await until('the call is over', () => suite.world.service.activeCalls === 0);
      expect(await recordedDirs(suite.world)).toEqual([]);
    });
  },
);

describeCalls('a call that cannot be recorded', { ...common, env: { RECORD_CALLS: 'all' } }, (suite) => {
  it('goes on as ever, and is counted', async () => {
    const { world } = suite;
    const dropped = await recordings(world, 'dropped');
    const kept = await recordings(world, 'kept');
    const dirs = await recordedDirs(world);
    const place = join(world.dir, 'data/calls/.unfinished');
    await rm(place, { recursive: true, force: true });
    await writeFile(place, 'no directory');
    await (await ask(suite)).hangup();
    await until('it is counted', async () => (await recordings(world, 'dropped')) === dropped + 1);
    expect(world.log).toContainEqual(expect.objectContaining({ event: 'recording.dropped' }));
    expect(await recordedDirs(world)).toEqual(dirs);

    await rm(place);
    await mkdir(place);
    const sinceMs = Date.now();
    await (await ask(suite)).hangup();
    await recordedCall(world, sinceMs);
    expect(await recordings(world, 'kept')).toBe(kept + 1);
  });
});

describeCalls(
  'a recorded call in which the operator spoke',
  {
    ...common,
    bots: {
      ...common.bots,
      announcing: { recording: { consent: 'announce', announcement: ANNOUNCEMENT } },
      asking: { recording: { consent: 'ask', question: CONSENT_QUESTION } },
    },
    env: { RECORD_CALLS: 'all' },
  },
  (suite) => {
    const replayed = async (sinceMs: number) => {
      const bundle = await recordedCall(suite.world, sinceMs);
      const told = ({ dialogue, endedBy }: ReturnType<typeof outcomeOf>) => [
        ...dialogue.map(({ kind = '', text, who }) => `${who} ${kind} ${text}`),
        endedBy,
      ];
      const [before, after] = [outcomeOf(bundle.call.timeline), outcomeOf(await replayCall(bundle))];
      expect(told(after)).toEqual(told(before));
      expect(Math.abs(after.lengthMs - before.lengthMs)).toBeLessThan(LENGTHS_DIFFER_BY_MS);
      return told(after);
    };

    it('comes to the same again', async () => {
      const { world } = suite;
      const operator = operatorOf(world.service.httpUrl);
      const sinceMs = Date.now();
      const call = await ask(suite);
      const { id } = await operator.onlyCall();
      await operator.order(`calls/${id}/say`, { text: OPERATORS_WORDS });
      await world.untilHeard(call, OPERATORS_WORDS);
      await operator.order(`calls/${id}/transfer`, { context: 'fallback', extension: 's', priority: 1 });
      await call.ended;
      const told = await replayed(sinceMs);
      expect(told).toContain(`bot operator ${OPERATORS_WORDS}`);
      expect(told.at(-1)).toBe('transferred');
    });

    it('and hung up, as well', async () => {
      const { world } = suite;
      const operator = operatorOf(world.service.httpUrl);
      const sinceMs = Date.now();
      const call = await ask(suite);
      await operator.order(`calls/${(await operator.onlyCall()).id}/hangup`);
      await call.ended;
      const told = await replayed(sinceMs);
      expect(told.slice(-2)).toEqual(['bot goodbye Всего доброго.', 'operator']);
    });

    it('is announced where the bot announces it, and holds nothing that the caller said before', async () => {
      const { world } = suite;
      const sinceMs = Date.now();
      const call = await world.dial('announcing');
      await world.untilStarted(call, ANNOUNCEMENT);
      await call.say(world.speech.callerTone('алло'));
      await world.untilHeard(call, GREETING);
      await call.say(world.speech.callerTone(QUESTION));
      await world.untilHeard(call, ANSWER);
      expect(world.told(call)).toEqual([ANNOUNCEMENT, GREETING, ANSWER]);
      await call.hangup();
      const told = await replayed(sinceMs);
      expect(told.slice(0, 2)).toEqual([`bot consent ${ANNOUNCEMENT}`, `bot greeting ${GREETING}`]);
      const bundle = await recordedCall(world, sinceMs);
      expect(textsIn(bundle.caller, world)).toEqual([QUESTION]);
      expect(textsIn(bundle.bot, world)).toEqual([ANNOUNCEMENT, GREETING, ANSWER]);
    });

    it('is none where the caller says no', async () => {
      const { world } = suite;
      const before = await recordedDirs(world);
      const refused = await recordings(world, 'refused');
      const call = await world.dial('asking');
      await world.untilHeard(call, CONSENT_QUESTION);
      await call.say(world.speech.callerTone('нет'));
      await world.untilHeard(call, GREETING);
      await call.say(world.speech.callerTone(QUESTION));
      await world.untilHeard(call, ANSWER);
      expect(await unfinished(suite)).toEqual([]);
      await call.hangup();
      await until('it is counted', async () => (await recordings(world, 'refused')) === refused + 1);
      expect(await recordedDirs(world)).toEqual(before);
      expect(await unfinished(suite)).toEqual([]);
    });
  },
);
