/**
 * A caller waits, a colleague is rung, and the two are joined: what both phones hear of it on a real Asterisk. What the stand-in makes of
 * the same is in src/telephony/asterisk/colleagues.test.ts; how the bot talks to both, in src/call/actions-of-a-call.test.ts.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { tone } from '../../src/audio/tone.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { NOTHING } from '../../src/lab/local-asterisk/leftovers.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import { tonesHeard } from '../../src/lab/phone/tones.ts';
import { AsteriskTelephone } from '../../src/telephony/asterisk/asterisk-telephone.ts';
import { MEDIA_FORMATS } from '../../src/telephony/asterisk/stream/media-format.ts';
import type { Colleague, Consultation } from '../../src/telephony/consultation.ts';
import { clipOf } from '../../src/telephony/line.ts';
import type { Line } from '../../src/telephony/line.ts';
import { LevelDetector } from '../../src/telephony/streaming/testing/level-detector.ts';
import { describeTelephonies } from '../support/describe-telephonies.ts';
import { startTelephony } from '../support/telephony.ts';
import type { Telephony } from '../support/telephony.ts';

const CALLER_HZ = 440;
const COLLEAGUE_HZ = 700;
const BOT_HZ = 1100;

describeTelephonies(
  'a colleague who is rung',
  (kind) => {
    describe.each(['file', 'stream'] as const)('in %s mode', (mode) => {
      let telephony: Telephony;
      let telephone: AsteriskTelephone;
      let lines: Line[];
      let onLine: (line: Line) => void;

      beforeAll(async () => {
        telephony = await startTelephony(kind, []);
        lines = [];
        telephone = await opened();
      });
      afterEach(async () => {
        await Promise.all(lines.splice(0).map((line) => line.close()));
        expect(await telephony.leftovers()).toEqual(NOTHING);
      });
      afterAll(async () => {
        await telephone.close();
        await telephony.stop();
      });

      async function opened(): Promise<AsteriskTelephone> {
        const asterisk = new AsteriskTelephone({
          ari: telephony.ari,
          mode,
          format: MEDIA_FORMATS.slin16,
          mediaDir: telephony.mediaDir,
          clock: systemClock,
          log: silentLog,
          random: Math.random,
          speechDetector: (rateHz) => new LevelDetector(rateHz),
          trace: undefined,
          leftCalls: () => [],
          onArrival: ({ line }) => {
            lines.push(line);
            onLine(line);
          },
          onNobodyWaits: () => undefined,
        });
        await asterisk.open(new AbortController().signal);
        return asterisk;
      }

      async function called() {
        const arrived = new Promise<Line>((resolve) => (onLine = resolve));
        const dialling = telephony.phone.dial('100');
        const line = await arrived;
        await line.answer();
        return { line, caller: await dialling };
      }

      function consult(line: Line, withinMs = 5000, signal = new AbortController().signal) {
        const to = { kind: 'endpoint', endpoint: telephony.desk.endpoint } as const;
        if (!line.consult) throw new Error('this line cannot ring anybody');
        return line.consult(to, { withinMs, variables: { PARLEY_REASON: 'a pump\\, quickly' } }, signal);
      }

      async function answered(line: Line): Promise<{ colleague: Colleague; desk: PhoneCall }> {
        const taken = new Promise<PhoneCall>((resolve) => telephony.desk.whenCalled(resolve));
        const rung: Consultation = await consult(line);
        if (rung.outcome !== 'answered') throw new Error(rung.outcome);
        return { colleague: rung.colleague, desk: await taken };
      }

      it('is spoken to alone and heard, then talks to the caller; both hang up together', async () => {
        const { caller, line } = await called();
        const { colleague, desk } = await answered(line);
        const spoke = new Promise<void>((resolve) =>
          colleague.hearing.listen({
            speechStarted: () => resolve(),
            speechStopped: () => undefined,
            digit: () => undefined,
          }),
        );
        await colleague.player.play(clipOf(tone(BOT_HZ, 400, colleague.player.sampleRateHz))).finished;
        await Promise.all([desk.say(tone(COLLEAGUE_HZ, 400, 8000)), spoke]);
        expect(hears(desk, BOT_HZ)).toBe(true);
        expect(hears(caller, BOT_HZ)).toBe(false);
        expect(hears(caller, COLLEAGUE_HZ)).toBe(false);
        await colleague.connect();
        await Promise.all([colleague.close(), line.close()]);
        expect(line.ended.reason).toMatchObject({ by: 'transferred' });
        await Promise.all([caller.say(tone(CALLER_HZ, 400, 8000)), desk.say(tone(COLLEAGUE_HZ, 400, 8000))]);
        await expect.poll(() => hears(desk, CALLER_HZ), { timeout: 3000 }).toBe(true);
        await expect.poll(() => hears(caller, COLLEAGUE_HZ), { timeout: 3000 }).toBe(true);
        await desk.hangup();
        expect(await caller.ended).toMatchObject({ by: 'them' });
      });

      it('is watched by a Parley that was started meanwhile, and hears the caller hang up', async () => {
        const { caller, line } = await called();
        const { colleague, desk } = await answered(line);
        await colleague.connect();
        await Promise.all([colleague.close(), line.close()]);
        await telephone.close();
        lines = [];
        telephone = await opened();
        await caller.hangup();
        expect(await desk.ended).toMatchObject({ by: 'them' });
        expect(lines).toEqual([]);
      });

      it('may be busy, decline, or not answer: the caller stays with the bot', async () => {
        const { caller, line } = await called();
        for (const [how, outcome] of [
          ['busy', 'busy'],
          ['decline', 'declined'],
          ['ring', 'noAnswer'],
        ] as const) {
          telephony.desk.whenCalled(how);
          expect(await consult(line, 700)).toEqual({ outcome });
        }
        const nowhere = { kind: 'endpoint', endpoint: 'PJSIP/nobody' } as const;
        const options = { withinMs: 700, variables: {} };
        expect(await line.consult?.(nowhere, options, new AbortController().signal)).toEqual({
          outcome: 'unreachable',
        });
        await line.player.play(clipOf(tone(BOT_HZ, 400, line.player.sampleRateHz))).finished;
        await expect.poll(() => hears(caller, BOT_HZ), { timeout: 3000 }).toBe(true);
        await caller.hangup();
      });

      it('hangs up before being put through: the caller is with the bot as before', async () => {
        const { caller, line } = await called();
        const { colleague, desk } = await answered(line);
        await desk.hangup();
        await expect(colleague.connect()).rejects.toMatchObject({ code: 'LINE_ENDED' });
        await colleague.close();
        await line.player.play(clipOf(tone(BOT_HZ, 400, line.player.sampleRateHz))).finished;
        await expect.poll(() => hears(caller, BOT_HZ), { timeout: 3000 }).toBe(true);
        await caller.hangup();
      });

      it('rings no longer when the caller has hung up', async () => {
        telephony.desk.whenCalled('ring');
        const { caller, line } = await called();
        const asked = consult(line, 20_000, line.ended);
        await Promise.all([expect(asked).rejects.toMatchObject({ by: 'caller' }), caller.hangup()]);
      });

      it('is rung and joined with the caller at once where nobody is to be asked', async () => {
        const taken = new Promise<PhoneCall>((resolve) => telephony.desk.whenCalled(resolve));
        const { caller, line } = await called();
        await line.transfer({ kind: 'endpoint', endpoint: telephony.desk.endpoint });
        await line.close();
        const desk = await taken;
        await desk.say(tone(COLLEAGUE_HZ, 400, 8000));
        await expect.poll(() => hears(caller, COLLEAGUE_HZ), { timeout: 3000 }).toBe(true);
        await caller.hangup();
        expect(await desk.ended).toMatchObject({ by: 'them' });
      });
    });
  },
  ['asterisk'],
);

function hears(call: PhoneCall, hz: number): boolean {
  return tonesHeard(call.heard()).some((heard) => Math.abs(heard.hz - hz) < 10);
}
