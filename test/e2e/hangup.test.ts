/** A caller may hang up at any moment. Whatever the call was doing ends then, and nobody hears, pays for or has to sweep up the rest. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TimelineType } from '../../src/timeline/timeline.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import { describeCalls } from '../support/describe-calls.ts';
import { EVERY_TELEPHONY } from '../support/telephony.ts';
import { until } from '../support/until.ts';
import type { World } from '../support/world.ts';

const GREETING = 'Добрый день!';
const FIRST = 'Сначала откройте крышку.';
const SECOND = 'Потом нажмите кнопку.';

const bots = {
  patient: { endpointing: { silenceMs: 3000 } },
  filling: { fillers: { enabled: true } },
  quiet: { silence: { afterMs: 1000 } },
};

/** How a call comes to the state in which the caller hangs up, and what was heard by then. */
interface State {
  readonly bot?: keyof typeof bots;
  readonly reach: (world: World, call: PhoneCall) => Promise<void>;
  readonly heard: readonly string[];
}

const STATES: Readonly<Record<string, State>> = {
  'in the greeting': {
    reach: (world, call) => untilSounds(world, call, GREETING),
    heard: [GREETING],
  },
  'while speaking': {
    reach: async (world, call) => {
      await world.untilHeard(call, GREETING);
      // The phone complains of words that it could not finish.
      call.say(world.speech.callerTone('это очень длинный вопрос')).catch(() => undefined);
      await untilMarked(world, 'speech.started');
    },
    heard: [GREETING],
  },
  "in the silence that ends the caller's turn": {
    bot: 'patient',
    reach: async (world, call) => {
      await ask(world, call);
      await untilMarked(world, 'speech.stopped');
    },
    heard: [GREETING],
  },
  'during recognition': {
    reach: async (world, call) => {
      world.speech.faults.set('stt-http', { kind: 'hung' });
      await ask(world, call);
      await untilMarked(world, 'turn.ended');
    },
    heard: [GREETING],
  },
  'while the model thinks': {
    reach: async (world, call) => {
      world.chat.fail({ kind: 'hang' });
      await ask(world, call);
      await until('the model thinks', () => world.chat.answering === 1);
    },
    heard: [GREETING],
  },
  'in the filler': {
    bot: 'filling',
    reach: async (world, call) => {
      world.chat.fail({ kind: 'hang' });
      await ask(world, call);
      await untilSounds(world, call, 'Секунду.');
    },
    heard: [GREETING, 'Секунду.'],
  },
  'while the first chunk is synthesized': {
    reach: async (world, call) => {
      world.speech.faults.set('tts-grpc', { kind: 'hung' }, { text: FIRST });
      await ask(world, call);
      await untilMarked(world, 'chunk.ready');
    },
    heard: [GREETING],
  },
  'in the first chunk': {
    reach: async (world, call) => {
      await ask(world, call);
      await untilSounds(world, call, FIRST);
    },
    heard: [GREETING, FIRST],
  },
  'between two chunks': {
    reach: async (world, call) => {
      world.chat.fail({ kind: 'hang', afterTokens: 1 });
      await ask(world, call);
      await world.untilHeard(call, FIRST);
    },
    heard: [GREETING, FIRST],
  },
  'when the bot asks into the silence': {
    bot: 'quiet',
    reach: (world, call) => untilSounds(world, call, 'Вы тут?'),
    heard: [GREETING, 'Вы тут?'],
  },
  'in the goodbye': {
    bot: 'quiet',
    reach: (world, call) => untilSounds(world, call, 'Всего доброго.'),
    heard: [GREETING, 'Вы тут?', 'Всего доброго.'],
  },
};

describeCalls(
  'a caller hangs up',
  { bots, kinds: EVERY_TELEPHONY, matrix: 'full', reply: () => [`${FIRST}|`, SECOND] },
  (suite) => {
    let logged = 0;

    beforeEach(() => {
      logged = suite.world.log.length;
    });
    afterEach(async () => {
      const { chat, speech, log } = suite.world;
      await until('the model is let go', () => chat.answering === 0);
      await until('speech is let go', () => speech.requests.every(({ outcome }) => outcome !== 'open'));
      expect(log.slice(logged).filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
    });

    it.each(Object.entries(STATES))('%s', async (_name, { bot, reach, heard }) => {
      const { world } = suite;
      const call = await world.telephony.phone.dial(bot ?? '100');
      await reach(world, call);
      await call.hangup();
      expect(world.told(call)).toEqual(heard);
      await until('the call is over', () => world.service.activeCalls === 0);
      expect(world.timelines.at(-1)?.entries.at(-1)).toMatchObject({ type: 'call.ended', cause: 'caller' });
    });

    it('before the bot has answered, and in the very moment in which it does', async () => {
      const { world } = suite;
      const answers: boolean[] = [];
      for (const answerWithinMs of [1, 5, 10, 15, 20, 30, 45]) {
        const call = await world.telephony.phone.dial('100', { answerWithinMs }).catch(() => undefined);
        answers.push(call !== undefined);
        await call?.hangup();
      }
      expect(answers).toContain(false);
    });
  },
);

async function ask(world: World, call: PhoneCall): Promise<void> {
  await world.untilHeard(call, GREETING);
  await call.say(world.speech.callerTone('что мне делать'));
}

/** Until `text` has begun; it need not have ended. */
function untilSounds(world: World, call: PhoneCall, text: string): Promise<void> {
  return until(`«${text}» sounds`, () => world.heard(call).some((heard) => heard.text === text));
}

function untilMarked(world: World, type: TimelineType): Promise<void> {
  return until(type, () => world.timelines.at(-1)?.entries.some((entry) => entry.type === type) ?? false);
}
