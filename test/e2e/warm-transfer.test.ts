/** The whole service puts a caller through: the model wants it, a colleague is told who calls and says yes or no in words, and both hear it. */
import { expect, it } from 'vitest';
import { tone } from '../../src/audio/tone.ts';
import { handoverWords } from '../../src/languages/handover-words.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import { tonesHeard } from '../../src/lab/phone/tones.ts';
import { describeCalls } from '../support/describe-calls.ts';
import { EVERY_TELEPHONY, TWILIO_DESK } from '../support/telephony.ts';
import { until } from '../support/until.ts';

const GREETING = 'Добрый день!';
const PUTTING_THROUGH = 'Соединяю с продажами.';
const BRIEFING = 'Анна хочет купить насос.';
const OTHERWISE = 'Тогда запишу ваш номер.';
const { failed, opening, question } = handoverWords('ru-RU');

/** Wherever the desk is. */
const transferring = (sales: object) => ({
  tools: [{ transfer: { to: { sales }, warm: true } }],
  silence: { afterMs: 20_000 },
});
const bots = {
  default: transferring({ endpoint: 'Local/s@desks' }),
  number: transferring({ number: TWILIO_DESK }),
};

/** No text is said so. */
const CALLER_HZ = 300;

function hears(call: PhoneCall): boolean {
  return tonesHeard(call.heard()).some(({ hz }) => Math.abs(hz - CALLER_HZ) < 10);
}

describeCalls(
  'a warm transfer',
  {
    bots,
    kinds: EVERY_TELEPHONY,
    modes: ['stream'],
    env: { TTS_CACHE_MB: '0' },
    reply: (messages, tools) => {
      const last = messages.at(-1);
      if (messages[0]?.content.startsWith('A caller is being put through')) return BRIEFING;
      if (last?.role === 'tool') return PUTTING_THROUGH;
      if (tools.includes('transfer') && last?.content.includes('продаж'))
        return { calls: [{ name: 'transfer', input: { to: 'sales', reason: 'насос' } }] };
      return OTHERWISE;
    },
  },
  (suite) => {
    /** The caller wants a colleague, who has heard who calls; `greeting`: how the telephone is picked up. */
    async function asked(greeting?: string) {
      const { world } = suite;
      const { desk } = world.telephony;
      const taken = new Promise<PhoneCall>((resolve) => desk.whenCalled(resolve));
      const caller = await world.dial(suite.kind === 'twilio' ? 'number' : '100');
      await world.untilHeard(caller, GREETING);
      await caller.say(world.speech.callerTone('соедините с отделом продаж'));
      const colleague = await taken;
      if (greeting !== undefined) await colleague.say(world.speech.callerTone(greeting));
      await world.untilHeard(colleague, `${opening} ${BRIEFING} ${question}`);
      return { world, caller, colleague };
    }

    it('brings the caller to whoever says yes', async () => {
      const { world, caller, colleague } = await asked();
      await colleague.say(world.speech.callerTone('да, соединяйте'));
      const ended = () => world.timelines.at(-1)?.entries.find(({ type }) => type === 'call.ended');
      await until('the call is over for the bot', () => ended() !== undefined);
      expect(ended()).toMatchObject({ cause: 'transferred' });
      await caller.say(tone(CALLER_HZ, 1500, 8000));
      await until('the colleague hears the caller', () => hears(colleague));
      await colleague.hangup();
      expect(await caller.ended).toMatchObject({ by: 'them' });
      const heard = world.heard(caller).map(({ text }) => text);
      expect(heard.slice(0, 2)).toEqual([GREETING, PUTTING_THROUGH]);
      expect(heard).not.toContain(`${opening} ${BRIEFING} ${question}`);
    });

    it('asks also whoever picks up with a yes, and waits for the answer', async () => {
      const { world, caller, colleague } = await asked('да, слушаю вас');
      const ended = () => world.timelines.at(-1)?.entries.find(({ type }) => type === 'call.ended');
      expect(ended()).toBeUndefined();
      await colleague.say(world.speech.callerTone('да'));
      await until('the call is over for the bot', () => ended() !== undefined);
      expect(ended()).toMatchObject({ cause: 'transferred' });
      await colleague.hangup();
      expect(await caller.ended).toMatchObject({ by: 'them' });
    });

    it('takes the caller back from a colleague who is busy', async () => {
      const { world } = suite;
      world.telephony.desk.whenCalled('busy');
      const caller = await world.dial(suite.kind === 'twilio' ? 'number' : '100');
      await world.untilHeard(caller, GREETING);
      await caller.say(world.speech.callerTone('соедините с отделом продаж'));
      await world.untilHeard(caller, failed.busy);
      await caller.hangup();
    });

    it('takes the caller back from whoever says no, and the conversation goes on', async () => {
      const { world, caller, colleague } = await asked();
      await colleague.say(world.speech.callerTone('нет, я занята'));
      await world.untilHeard(caller, failed.declined);
      expect(await colleague.ended).toMatchObject({ by: 'them' });
      await caller.say(world.speech.callerTone('что же делать'));
      await world.untilHeard(caller, OTHERWISE);
      await caller.hangup();
    });
  },
);
