/** Names that come from outside, made to do harm: whoever calls is served or sent on, and nothing is written where it does not belong. */
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { describeCalls } from '../support/describe-calls.ts';

const GREETING = 'Добрый день!';
const ANSWER = 'С девяти до шести.';
/** Whatever becomes of a name, this would still be found in it. */
const TRACE = `trace${randomUUID().slice(0, 8)}`;

const NAMES = {
  'a way up': `../../${TRACE}`,
  'a way to the root': `${'../'.repeat(12)}${TRACE}`,
  'an absolute path': `/tmp/${TRACE}`,
  'an encoded way up': `..%2f..%2f${TRACE}`,
  'a NUL': `${TRACE}\0.wav`,
  'a line break': `${TRACE}\n{"level":"info","event":"forged"}\r\nX-Forged: yes`,
  'a dialplan separator': `${TRACE},s,1&SIP/${TRACE}`,
  'a page': `"><script>${TRACE}</script>`,
  'great length': `${TRACE}${'x'.repeat(20_000)}`,
  'a property of every object': '__proto__',
} as const;
const names = Object.entries(NAMES);

const extensions = {
  ...Object.fromEntries(names.map(([, name]) => [name, 'default'])),
  ...Object.fromEntries(names.map(([what, name]) => [`bot: ${what}`, name])),
};

describeCalls(
  'whoever calls with a hostile name',
  {
    reply: () => ANSWER,
    kinds: ['simulator'],
    env: { DIALPLAN_FALLBACK: 'fallback,s,1' },
    standIn: { extensions },
  },
  (suite) => {
    /** Every file that bears the trace, anywhere that a name could have led to. */
    async function traces(): Promise<string[]> {
      const { dir, telephony } = suite.world;
      const places = [dir, telephony.mediaDir].map((place) => readdir(place, { recursive: true }));
      const above = ['/', '/etc', tmpdir(), dirname(tmpdir()), process.cwd()].map((place) => readdir(place));
      return (await Promise.all([...places, ...above])).flat().filter((name) => name.includes(TRACE));
    }

    /** What Parley writes is named in plain characters. */
    async function expectPlainFiles(): Promise<void> {
      const { dir, telephony } = suite.world;
      const files = [
        ...(await readdir(join(dir, 'data'), { recursive: true })),
        ...(await readdir(telephony.mediaDir)),
      ];
      expect(files.filter((file) => !/^[\w./-]+$/.test(file) || file.includes('..'))).toEqual([]);
      expect(await traces()).toEqual([]);
    }

    it('as the number that they dial and call from is served, each of them', async () => {
      const { world } = suite;
      const served = await Promise.all(
        names.map(async ([what, name]) => {
          const call = await world.telephony.phone.dial(name, { callerNumber: name });
          await world.untilHeard(call, GREETING);
          await call.say(world.speech.callerTone('какие часы'));
          await world.untilStarted(call, ANSWER);
          await expectPlainFiles();
          await call.hangup();
          return what;
        }),
      );
      expect(served).toEqual(Object.keys(NAMES));
      expect(world.log.filter(({ event }) => event === 'forged')).toEqual([]);
    });

    it('as the name of the bot is sent on to the fallback, each of them', async () => {
      const { world } = suite;
      const handedBack = () => world.telephony.simulator?.handedBack() ?? [];
      const before = handedBack().length;
      const ends = names.map(async ([what]) => {
        const call = await world.telephony.phone.dial(`bot: ${what}`);
        return { what, ...(await call.ended) };
      });
      expect(await Promise.all(ends)).toMatchObject(names.map(([what]) => ({ what, by: 'them' })));
      expect(handedBack().slice(before)).toMatchObject(names.map(() => ({ place: 'fallback,s,1' })));
      const reasons = world.log.filter(({ event }) => event === 'call.refused').map(({ reason }) => reason);
      expect(reasons).toEqual(names.map(() => 'unknown-bot'));
      await expectPlainFiles();
      const longest = Math.max(...world.log.map((line) => JSON.stringify(line).length));
      expect(longest).toBeLessThan(LONGEST_LINE);
    });
  },
);

/** Characters: no name fills the disk through the log. */
const LONGEST_LINE = 10_000;
