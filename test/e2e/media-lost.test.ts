/** The media socket goes, and cannot be had again: the caller is served in file mode for the rest of the call. */
import { expect, it } from 'vitest';
import { describeCalls } from '../support/describe-calls.ts';
import { until } from '../support/until.ts';

const GREETING = 'Добрый день!';
const AGAIN = 'Простите, связь прервалась.';
const ADDRESS = 'Улица Ленина, дом пять, вход со двора, второй этаж, налево.';
const HOURS = 'С девяти до шести.';

const reply = [
  ['часы', HOURS],
  ['адрес', ADDRESS],
] as const;
const bots = { default: { reconnected: AGAIN } };

describeCalls(
  'a call that loses its media socket',
  { reply, bots, modes: ['stream'], kinds: ['simulator'] },
  (suite) => {
    const simulator = () => {
      const stood = suite.world.telephony.simulator;
      if (!stood) throw new Error('only the stand-in refuses media sockets');
      return stood;
    };

    it('goes on over another socket where there is one, with nothing lost', async () => {
      const { world } = suite;
      const call = await world.dial('100');
      await world.untilHeard(call, GREETING);
      await call.say(world.speech.callerTone('какой у вас адрес'));
      await world.untilStarted(call, ADDRESS);
      simulator().faults.dropMediaSockets();
      await world.untilHeard(call, ADDRESS);
      await call.say(world.speech.callerTone('какие часы'));
      await world.untilHeard(call, HOURS);
      await call.hangup();
      expect(world.told(call)).toEqual([GREETING, ADDRESS, HOURS]);
    });

    it('goes on in file mode where there is none, and knows what was said', async () => {
      const { world } = suite;
      const call = await world.dial('100');
      await world.untilHeard(call, GREETING);
      await call.say(world.speech.callerTone('какой у вас адрес'));
      await world.untilStarted(call, ADDRESS);
      simulator().faults.refuseMediaSockets = true;
      simulator().faults.dropMediaSockets();
      await world.untilHeard(call, AGAIN);
      await call.say(world.speech.callerTone('какие часы'));
      await world.untilHeard(call, HOURS);
      await call.hangup();
      simulator().faults.refuseMediaSockets = false;
      await until('the call is over', () => world.service.activeCalls === 0);
      const [first, second] = world.timelines.slice(-2);
      expect(first?.entries.at(-1)).toMatchObject({ type: 'call.ended', cause: 'lost' });
      expect(second?.entries.at(-1)).toMatchObject({ type: 'call.ended', cause: 'caller' });
      const history = world.chat.requests.at(-1)?.messages.map(({ content }) => content) ?? [];
      expect(
        history.some((text) => text.startsWith('Какой у вас адрес') || text.startsWith('какой у вас адрес')),
      ).toBe(true);
    });
  },
);
