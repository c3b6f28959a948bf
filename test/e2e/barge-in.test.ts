import { expect, it } from 'vitest';
import { silence } from '../../src/audio/pcm.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import { lastConversation } from '../support/conversation-of.ts';
import { describeCalls } from '../support/describe-calls.ts';
import type { Suite } from '../support/describe-calls.ts';
import { EVERY_TELEPHONY } from '../support/telephony.ts';
import { noiseBurst } from '../support/noise.ts';
import { plainly } from '../support/plainly.ts';
import { LATE_PACKETS_MS, MS_PER_CHARACTER } from '../support/world.ts';

const LONG = 'Это очень длинный ответ, который никто не дослушает.';
const ADDRESS = 'Улица Ленина, дом пять, вход со двора, второй этаж.';
/** So long that a caller who says a part of it after the bot, on a busy machine too, still says it over the bot. */
const WAY =
  'Выйдите из метро, поверните налево у почты, идите вдоль парка до второго светофора, там серый дом и вход со двора.';
const SECOND = 'Вторая часть ответа тоже длинная.';
const LAST = 'А это последняя часть ответа.';

/** From the caller's first sample to silence, ms: detection and two packets. The bench holds it to its figure; this to a busy machine. */
const STOPS_WITHIN_MS = 800;
/** After a cough, ms: the decision that it was one takes a quarter of a second. */
const GOES_ON_WITHIN_MS = 1500;

const FILLER = 'Одну секунду, сейчас посмотрю.';

const reply = [
  ['адрес', ADDRESS],
  ['пройти', WAY],
  ['расскажи', `${LONG}|${SECOND}|${LAST}`],
  ['ещё', 'Конечно, вот ещё.'],
  ['да', 'Рассказываю.'],
] as const;

const bots = {
  // What is not understood yet when a filler is due has that of a question.
  filling: { fillers: { enabled: true, phrases: { statement: [FILLER], question: [FILLER] } } },
  polite: { bargeIn: { enabled: false } },
  asking: { greeting: 'Здравствуйте, вам рассказать о нас?' },
  abrupt: { bargeIn: { mode: 'stopAtOnce' } },
};

/** What a phone has heard, and what the model was asked. */
function witnessOf(suite: Suite) {
  const texts = (call: PhoneCall) => suite.world.told(call);
  const lastHistory = () => lastConversation(suite.world.chat);
  /** What the model was told that the caller had said, in the last request. */
  const asked = () =>
    lastHistory().flatMap(({ role, content }) => (role === 'user' ? [plainly(content)] : []));
  return { texts, lastHistory, asked };
}

// One by one: what is measured here to a few packets must not wait for another world's phone.
describeCalls('barge-in', { reply, bots, kinds: EVERY_TELEPHONY, worlds: 'one by one' }, (suite) => {
  const { texts, lastHistory, asked } = witnessOf(suite);

  it('stops the greeting, and answers what was said over it', async () => {
    const { world } = suite;
    const call = await world.dial('100');
    const said = await call.say(world.speech.callerTone('какой у вас адрес'));
    await world.untilHeard(call, ADDRESS);
    await call.hangup();
    const greeting = world.heard(call).find(({ text }) => text === 'Добрый день!');
    if (greeting) expect(greeting.endedAtMs - said.startedAtMs).toBeLessThan(STOPS_WITHIN_MS);
    expect(asked()).toEqual(['какой у вас адрес']);
  });

  it('stops in the first chunk, drops the rest, and tells the model where the caller stopped hearing', async () => {
    const { world } = suite;
    const call = await world.dial('100');
    await world.untilHeard(call, 'Добрый день!');
    await call.say(world.speech.callerTone('расскажи о себе'));
    await world.untilStarted(call, LONG);
    await call.say(silence(900, 8000));
    const interruption = await call.say(world.speech.callerTone('какой у вас адрес'));
    await world.untilHeard(call, ADDRESS);
    await call.hangup();
    expect(texts(call)).toEqual(['Добрый день!', LONG, ADDRESS]);
    const cut = world.heard(call)[1];
    expect((cut?.endedAtMs ?? Infinity) - interruption.startedAtMs).toBeLessThan(STOPS_WITHIN_MS);
    const [, , answer] = lastHistory();
    expect(asked()).toEqual(['расскажи о себе', 'какой у вас адрес']);
    expect(answer?.content).toMatch(/^Это .*—$/);
    expect(answer?.content.length).toBeLessThan(LONG.length);
  });

  it('goes on after a cough where it was, with nothing lost or repeated', async () => {
    const { world } = suite;
    const call = await world.dial('100');
    await world.untilHeard(call, 'Добрый день!');
    await call.say(world.speech.callerTone('дай адрес'));
    await world.untilStarted(call, ADDRESS);
    await call.say(silence(300, 8000));
    const cough = await call.say(noiseBurst(80));
    const answer = await world.untilHeard(call, ADDRESS);
    await call.say(silence(1000, 8000));
    await call.hangup();
    const pieces = world.heardPieces(call, ADDRESS);
    if (suite.kind === 'twilio') {
      // It plays on what it has, and most coughs are over by then.
      const [first, second = first] = pieces;
      expect((second?.startedAtMs ?? Infinity) - cough.endedAtMs).toBeLessThan(GOES_ON_WITHIN_MS);
    } else {
      expect(pieces.length).toBeGreaterThan(1);
      expect((pieces[0]?.endedAtMs ?? Infinity) - cough.startedAtMs).toBeLessThan(STOPS_WITHIN_MS);
      expect((pieces[1]?.startedAtMs ?? Infinity) - cough.endedAtMs).toBeLessThan(GOES_ON_WITHIN_MS);
    }
    const wholeMs = MS_PER_CHARACTER * ADDRESS.length;
    const soundMs = pieces.reduce((sum, piece) => sum + piece.soundMs, 0);
    expect(Math.abs(soundMs - wholeMs)).toBeLessThan(LATE_PACKETS_MS);
    expect(answer.text).toBe(ADDRESS);
    expect(asked()).toEqual(['дай адрес']);
  });
});

/** What it does is decided above the line, which stops, pauses and goes on as it does above. */
const decided = { reply, bots, kinds: ['asterisk'], modes: ['stream'] } as const;

describeCalls('what is said over the bot', decided, (suite) => {
  const { texts, lastHistory, asked } = witnessOf(suite);

  it('goes on after a burst of noise in which nothing was understood, and is there for the next question', async () => {
    const { world } = suite;
    const call = await world.dial('100');
    await world.untilHeard(call, 'Добрый день!');
    await call.say(world.speech.callerTone('расскажи о себе'));
    await world.untilStarted(call, LONG);
    await call.say(noiseBurst(700));
    await world.untilHeard(call, LAST);
    await call.say(world.speech.callerTone('дай адрес'));
    await world.untilHeard(call, ADDRESS);
    await call.hangup();
    expect(texts(call)).toEqual(['Добрый день!', LONG, SECOND, LAST, ADDRESS]);
    expect(asked()).toEqual(['расскажи о себе', 'дай адрес']);
  });

  it('stops for good at the first sound where the profile says so', async () => {
    const { world } = suite;
    const call = await world.dial('abrupt');
    await world.untilHeard(call, 'Добрый день!');
    await call.say(world.speech.callerTone('расскажи о себе'));
    await world.untilStarted(call, LONG);
    await call.say(noiseBurst(100));
    await world.untilHeard(call, 'Повторите.');
    await call.hangup();
    expect(texts(call)).toEqual(['Добрый день!', LONG, 'Повторите.']);
  });

  it('stops in the last chunk, with what was heard before kept whole', async () => {
    const { world } = suite;
    const call = await world.dial('100');
    await world.untilHeard(call, 'Добрый день!');
    await call.say(world.speech.callerTone('расскажи о себе'));
    await world.untilStarted(call, LAST);
    await call.say(world.speech.callerTone('какой у вас адрес'));
    await world.untilHeard(call, ADDRESS);
    await call.hangup();
    expect(texts(call)).toEqual(['Добрый день!', LONG, SECOND, LAST, ADDRESS]);
    expect(lastHistory()[2]?.content).toContain(`${LONG}| ${SECOND}|`);
  });

  it('stops a filler, and joins both questions into one', async () => {
    const { world } = suite;
    world.chat.fail({ kind: 'slow', firstTokenMs: 1500, perTokenMs: 0 }, 1);
    const call = await world.dial('filling');
    await world.untilHeard(call, 'Добрый день!');
    await call.say(world.speech.callerTone('расскажи о себе'));
    await world.untilStarted(call, FILLER);
    await call.say(world.speech.callerTone('нет, лучше адрес'));
    await world.untilHeard(call, ADDRESS);
    await call.hangup();
    expect(texts(call)).not.toContain(LONG);
    expect(asked()).toEqual(['расскажи о себе нет лучше адрес']);
    expect(world.chat.abortedCount).toBeGreaterThan(0);
  });

  it('does not speak at all when the caller goes on before the first sound of the answer', async () => {
    const { world } = suite;
    world.chat.fail({ kind: 'slow', firstTokenMs: 1000, perTokenMs: 0 }, 1);
    const call = await world.dial('100');
    await world.untilHeard(call, 'Добрый день!');
    await call.say(world.speech.callerTone('расскажи о себе'));
    await call.say(silence(600, 8000));
    await call.say(world.speech.callerTone('и дай адрес'));
    await world.untilHeard(call, ADDRESS);
    await call.hangup();
    expect(texts(call)).toEqual(['Добрый день!', ADDRESS]);
    expect(asked()).toEqual(['расскажи о себе и дай адрес']);
  });

  it('goes on after a backchannel where it was, and does not answer it', async () => {
    const { world } = suite;
    const call = await world.dial('100');
    await world.untilHeard(call, 'Добрый день!');
    await call.say(world.speech.callerTone('расскажи о себе'));
    await world.untilStarted(call, LONG);
    await call.say(world.speech.callerTone('угу'));
    await world.untilHeard(call, LAST);
    await call.say(world.speech.callerTone('дай адрес'));
    await world.untilHeard(call, ADDRESS);
    await call.hangup();
    expect(texts(call)).toEqual(['Добрый день!', LONG, SECOND, LAST, ADDRESS]);
    expect(asked()).toEqual(['расскажи о себе', 'дай адрес']);
  });

  it('takes the same word for an answer where the bot has just asked', async () => {
    const { world } = suite;
    const call = await world.dial('asking');
    await world.untilStarted(call, 'Здравствуйте, вам рассказать о нас?');
    await call.say(silence(300, 8000));
    await call.say(world.speech.callerTone('да'));
    await world.untilHeard(call, 'Рассказываю.');
    await call.hangup();
    expect(texts(call).at(-1)).toBe('Рассказываю.');
  });

  it('does not interrupt itself by its own words, and does not answer them', async () => {
    const { world } = suite;
    const call = await world.dial('100');
    await world.untilHeard(call, 'Добрый день!');
    await call.say(world.speech.callerTone('как пройти'));
    await world.untilStarted(call, WAY);
    await call.say(world.speech.callerTone('вдоль парка до второго светофора'));
    await world.untilHeard(call, WAY);
    await call.say(silence(1500, 8000));
    await call.hangup();
    expect(texts(call)).toEqual(['Добрый день!', WAY]);
    expect(asked()).toEqual(['как пройти']);
  });

  it('speaks to the end where interruption is switched off, and then answers what was said meanwhile', async () => {
    const { world } = suite;
    const call = await world.dial('polite');
    await world.untilHeard(call, 'Добрый день!');
    await call.say(world.speech.callerTone('дай адрес'));
    await world.untilStarted(call, ADDRESS);
    await call.say(world.speech.callerTone('и ещё'));
    await world.untilHeard(call, 'Конечно, вот ещё.');
    await call.hangup();
    expect(texts(call)).toEqual(['Добрый день!', ADDRESS, 'Конечно, вот ещё.']);
    const kinds = world.timelines.at(-1)?.entries.map(({ type }) => type) ?? [];
    expect(kinds.filter((kind) => kind.startsWith('bargeIn.'))).toEqual([]);
  });
});
