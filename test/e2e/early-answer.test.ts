/** The answer is begun while it is not yet certain that the caller has finished. */
import { expect, it } from 'vitest';
import { silence } from '../../src/audio/pcm.ts';
import { lastConversation } from '../support/conversation-of.ts';
import { describeCalls } from '../support/describe-calls.ts';
import { plainly } from '../support/plainly.ts';

const ANSWER = 'Мы на улице Ленина.';
const OTHER = 'Работаем по будням.';

/** A patient bot, so that there is something to win. */
const SILENCE_MS = 1500;

/** Of which all could be hidden; half of it must be, whatever else the machine does. */
const MODEL_MS = 1200;

const reply = [
  ['часы', OTHER],
  ['адрес', ANSWER],
] as const;

const patience = { endpointing: { mode: 'fixed', silenceMs: SILENCE_MS } };
const bots = {
  eager: { ...patience, earlyAnswer: { enabled: true, afterMs: 100 } },
  waiting: { ...patience, earlyAnswer: { enabled: false } },
};

describeCalls('answering early', { reply, bots }, (suite) => {
  const timesOf = async (bot: string) => {
    const { world } = suite;
    world.chat.fail({ kind: 'slow', firstTokenMs: MODEL_MS, perTokenMs: 0 });
    const call = await world.dial(bot);
    await world.untilHeard(call, 'Добрый день!');
    const question = await call.say(world.speech.callerTone('какой у вас адрес'));
    const answer = await world.untilHeard(call, ANSWER);
    await call.hangup();
    return {
      waitedMs: answer.startedAtMs - question.endedAtMs,
      timeline: world.timelines.at(-1)?.entries ?? [],
    };
  };

  it('hides the time of the model in the silence that ends the turn', async () => {
    const eager = await timesOf('eager');
    const waiting = await timesOf('waiting');
    expect(eager.waitedMs).toBeLessThan(waiting.waitedMs - MODEL_MS / 2);
    expect(eager.waitedMs).toBeGreaterThan(SILENCE_MS - 100);
    const kinds = eager.timeline.map(({ type }) => type);
    expect(kinds.filter((type) => type.startsWith('earlyAnswer'))).toEqual([
      'earlyAnswer.begun',
      'earlyAnswer.used',
    ]);
    expect(waiting.timeline.some(({ type }) => type.startsWith('earlyAnswer'))).toBe(false);
  });

  it('throws the answer away when the caller goes on, and nobody ever hears of it', async () => {
    const { world } = suite;
    const call = await world.dial('eager');
    await world.untilHeard(call, 'Добрый день!');
    await call.say(world.speech.callerTone('какой у вас адрес'));
    await call.say(silence(1100, 8000));
    await call.say(world.speech.callerTone('и какие у вас часы'));
    await world.untilHeard(call, OTHER);
    await call.hangup();
    expect(world.told(call)).toEqual(['Добрый день!', OTHER]);
    const history = lastConversation(world.chat);
    expect(history.map(({ content }) => plainly(content))).toEqual([
      'добрый день',
      'какой у вас адрес и какие у вас часы',
    ]);
    const entries = world.timelines.at(-1)?.entries ?? [];
    expect(entries.filter(({ type }) => type === 'earlyAnswer.wasted')).toHaveLength(1);
    expect(entries.some((entry) => entry.type === 'chunk.ready' && entry.text === ANSWER)).toBe(false);
  });
});
