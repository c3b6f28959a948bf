/**
 * A caller waits, a colleague is rung, and the two are joined: what both phones hear of it on a real Asterisk. What the stand-in makes of
 * the same is in src/telephony/asterisk/colleagues.test.ts; how the bot talks to both, in src/call/actions-of-a-call.test.ts.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { tone } from '../../src/audio/tone.ts';
import { Call } from '../../src/call/call.ts';
import { personasOf } from '../../src/call/persona.ts';
import { PhraseBook } from '../../src/call/speaking/phrase-book.ts';
import { profileSchemaFor } from '../../src/config/bot-profile.ts';
import type { Chat } from '../../src/llm/chat.ts';
import type { RecognitionEvent } from '../../src/speech/recognition/recognizer.ts';
import type { SpeechPiece, SpeechRequest } from '../../src/speech/synthesis/synthesizer.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { NOTHING } from '../../src/lab/local-asterisk/leftovers.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import { tonesHeard } from '../../src/lab/phone/tones.ts';
import type { AsteriskTelephone } from '../../src/telephony/asterisk/asterisk-telephone.ts';
import { testTelephone } from '../../src/telephony/asterisk/testing/test-telephone.ts';
import type { Colleague, Consultation } from '../../src/telephony/line.ts';
import { clipOf } from '../../src/telephony/line.ts';
import type { Line } from '../../src/telephony/line.ts';
import { MemoryJournal } from '../../src/tools/testing/memory-journal.ts';
import type { Tool } from '../../src/tools/tool.ts';
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
        const asterisk = testTelephone({
          ...{ ari: telephony.ari, mode, mediaDir: telephony.mediaDir },
          onArrival: ({ line }) => {
            lines.push(line);
            onLine(line);
          },
        });
        await asterisk.open(new AbortController().signal);
        return asterisk;
      }

      async function calling() {
        const arrived = new Promise<Line>((resolve) => (onLine = resolve));
        const dialling = telephony.phone.dial('100');
        return { line: await arrived, dialling };
      }

      async function called() {
        const { line, dialling } = await calling();
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

      it('may be rung by the dialplan, which knows what is known of the caller', async () => {
        const taken = new Promise<PhoneCall>((resolve) => telephony.desk.whenCalled(resolve));
        const { caller, line } = await called();
        const to = { kind: 'endpoint', endpoint: 'Local/s@desks' } as const;
        const options = { withinMs: 5000, variables: { DESK: telephony.desk.endpoint } };
        const rung = await line.consult?.(to, options, new AbortController().signal);
        if (rung?.outcome !== 'answered') throw new Error(rung?.outcome);
        await rung.colleague.connect();
        await Promise.all([rung.colleague.close(), line.close()]);
        const desk = await taken;
        await caller.say(tone(CALLER_HZ, 2000, 8000));
        await expect.poll(() => hears(desk, CALLER_HZ), { timeout: 3000 }).toBe(true);
        await desk.say(tone(COLLEAGUE_HZ, 400, 8000));
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

      it('may be called by the far end itself, which then leaves', async () => {
        const { caller, line } = await called();
        const uri = 'sip:201@pbx.example.com';
        await line.transfer({ kind: 'refer', uri });
        expect(line.ended.reason).toMatchObject({ by: 'transferred' });
        await line.close();
        await caller.ended;
        expect(caller.referredTo).toBe(uri);
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

      it.each([
        ['1', 'connected'],
        ['2', 'declined'],
      ] as const)('is told who calls, and presses %s: %s', async (key, outcome) => {
        const taken = new Promise<PhoneCall>((resolve) => telephony.desk.whenCalled(resolve));
        const { line, dialling } = await calling();
        const bot = await transferringBot(line, telephony.desk.endpoint);
        const caller = await dialling;
        await expect.poll(() => hears(caller, BOT_HZ), { timeout: 5000 }).toBe(true);
        await caller.say(tone(CALLER_HZ, 600, 8000));
        const desk = await taken;
        await expect.poll(() => hears(desk, BOT_HZ), { timeout: 8000 }).toBe(true);
        // It is the bot's own voice, and the caller hears something else meanwhile.
        expect(bot.spoken().at(-1)).toContain('wants a pump');
        const heldFrom = caller.heard().pcm.data.byteLength;
        await desk.sendDigit(key);
        await expect.poll(() => bot.outcomes(), { timeout: 5000 }).toEqual([outcome]);
        expect(caller.heard().pcm.data.byteLength).toBeGreaterThan(heldFrom);
        expect(bot.kinds()).toContain('hold');
        if (outcome === 'declined') {
          expect(await desk.ended).toMatchObject({ by: 'them' });
          await expect.poll(() => bot.kinds().at(-1), { timeout: 5000 }).toBe('transfer');
          await caller.hangup();
          expect(await bot.ended).toBe('caller');
        } else {
          expect(await bot.ended).toBe('transferred');
          await desk.say(tone(COLLEAGUE_HZ, 400, 8000));
          await expect.poll(() => hears(caller, COLLEAGUE_HZ), { timeout: 5000 }).toBe(true);
          await caller.hangup();
          expect(await desk.ended).toMatchObject({ by: 'them' });
        }
      });
    });
  },
  ['asterisk'],
);

/** A bot on this line that puts through whoever says anything. All that it says is one tone. */
async function transferringBot(line: Line, endpoint: string) {
  const raw = {
    language: 'en-US',
    prompt: 'You are a bot.',
    fillers: { enabled: false },
    tools: [{ transfer: { to: { sales: { endpoint } }, warm: true } }],
  };
  const profile = { name: 'shop', ...profileSchemaFor(raw).parse(raw) };
  const spoken: string[] = [];
  const voice = (text: string, rateHz: number) => {
    spoken.push(text);
    return tone(BOT_HZ, 500, rateHz);
  };
  const sampleRateHz = 16_000;
  const book = new PhraseBook({
    profile,
    speak: async ({ text }) => voice(text, sampleRateHz),
    shipped: () => [],
    sampleRateHz,
    log: silentLog,
  });
  await book.prepare(new AbortController().signal);
  const chat: Chat = {
    name: 'scripted',
    async *reply({ messages }) {
      const isBriefing = messages[0]?.content.startsWith('A caller is being put through');
      if (isBriefing) yield { kind: 'text', text: 'Ann wants a pump.' };
      else if (messages.at(-1)?.role === 'tool') yield { kind: 'text', text: 'I put you through.|' };
      else yield { kind: 'toolCall', id: 'c1', name: 'transfer', input: '{"to":"sales"}' };
    },
  };
  const recognizer = {
    name: 'scripted',
    async *recognize(audio: AsyncIterable<Uint8Array>): AsyncGenerator<RecognitionEvent> {
      for await (const _ of audio) continue;
      yield { kind: 'final', text: 'sales please' };
    },
    close: async () => undefined,
  };
  const synthesizer = {
    name: 'tones',
    async *synthesize({ text, sampleRateHz: rateHz }: SpeechRequest): AsyncGenerator<SpeechPiece> {
      yield { pcm: voice(text, rateHz).data, words: [], provider: 'tones' };
    },
    close: async () => undefined,
  };
  const transfer: Tool = {
    ...{ name: 'transfer', description: '', parameters: { type: 'object' } },
    ...{ readOnly: false, staysInCall: true, saying: [], onInterrupt: 'finish' },
    run: async () => ({
      ...{ status: 'done', content: 'The caller is put through.' },
      then: { kind: 'transfer', to: 'sales', warm: true },
    }),
  };
  const abilities = {
    tools: { maxRounds: 2, list: () => [transfer] },
    journal: new MemoryJournal(),
    contextOf: () => undefined,
    today: () => '2026-11-29',
  };
  const kit = {
    ...{ chat, recognizer, synthesizer, abilities, synthesisWindow: 3 },
    ...{ clock: systemClock, log: silentLog, random: () => 0, fallback: undefined },
  };
  const call = new Call(line, profile, personasOf(profile, book), kit);
  const { entries } = call.timeline;
  return {
    ended: call.run(),
    spoken: () => spoken,
    outcomes: () => entries.flatMap((entry) => (entry.type === 'transfer.done' ? [entry.outcome] : [])),
    kinds: () => entries.flatMap((entry) => (entry.type === 'playback.started' ? [entry.kind] : [])),
  };
}

function hears(call: PhoneCall, hz: number): boolean {
  return tonesHeard(call.heard()).some((heard) => Math.abs(heard.hz - hz) < 10);
}
