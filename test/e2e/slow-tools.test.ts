/** Things that take long to be done: the caller is not left in silence, and may interrupt without anything being lost or done twice. */
import { setTimeout as pauseMs } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import type { ReceivedMessage, ScriptedAnswer } from '../../src/lab/simulator/chat.ts';
import { startCompanyServer } from '../support/company.ts';
import { describeCalls } from '../support/describe-calls.ts';
import { tonesSoFar } from '../support/tones-so-far.ts';
import { until } from '../support/until.ts';

const LOOKING_TAKES_MS = 10_000;
const BOOKING_TAKES_MS = 4000;
/** The bot says something before 1.5 s of silence (turn.test.ts holds it to that); a busy machine says it later. */
const SILENT_FOR_MS = 4000;
const HOLDS = 3;

let booked = 0;
const company = await startCompanyServer(async (_, { body }) => {
  const { takesMs } = JSON.parse(body) as { takesMs: number };
  await pauseMs(takesMs);
  if (takesMs === BOOKING_TAKES_MS) booked++;
  return { status: 200, body: '{"booked":true}' };
});
afterAll(() => company.stop());

function model(messages: readonly ReceivedMessage[]): ScriptedAnswer {
  const last = messages.at(-1);
  if (last?.role === 'tool') return 'Есть три штуки.';
  // What is known before the end of speech has no capitals yet.
  const said = last?.content.toLowerCase() ?? '';
  if (said.includes('посмотрите')) return { calls: [{ name: 'look', input: {} }] };
  if (said.includes('запишите')) return { calls: [{ name: 'book', input: {} }] };
  if (!said.includes('записан')) return 'Хорошо, жду.';
  const isKnown = messages.some(({ role, content }) => role === 'tool' && content.includes('booked'));
  return isKnown ? 'Вы записаны.' : 'Ещё не знаю.';
}

const tool = (name: string, takesMs: number) => ({
  name,
  description: name,
  http: { method: 'POST', url: `${company.url}/${name}`, json: { takesMs }, deadlineMs: 20_000, retries: 0 },
});
const bots = {
  slow: {
    silence: { afterMs: 15_000 },
    tools: [
      { ...tool('look', LOOKING_TAKES_MS), readOnly: true, saying: ['Сейчас посмотрю.'] },
      { ...tool('book', BOOKING_TAKES_MS), onInterrupt: 'finish', saying: ['Записываю вас.'] },
    ],
  },
};

describeCalls('a tool that takes long', { reply: model, bots, modes: ['stream'] }, (suite) => {
  it('is waited for with words, and its answer is heard', async () => {
    const { world } = suite;
    const call = await world.dial('slow');
    await world.untilHeard(call, 'Добрый день!');
    await call.say(world.speech.callerTone('посмотрите насосы'));
    const askedAtMs = performance.now();
    await world.untilHeard(call, 'Есть три штуки.');
    await call.hangup();
    const [, saying, ...words] = world.heard(call).map(({ text }) => text);
    expect(saying).toBe('Сейчас посмотрю.');
    expect(words.at(-1)).toBe('Есть три штуки.');
    expect(words.filter((text) => text === 'Ещё немного.').length).toBeGreaterThanOrEqual(HOLDS);
    const sounds = tonesSoFar(call).filter(({ startedAtMs }) => startedAtMs > askedAtMs);
    const silences = sounds.map(
      ({ startedAtMs }, at) => startedAtMs - (sounds[at - 1]?.endedAtMs ?? askedAtMs),
    );
    expect(Math.max(...silences)).toBeLessThan(SILENT_FOR_MS);
    expect((sounds.at(-1)?.startedAtMs ?? 0) - askedAtMs).toBeGreaterThan(LOOKING_TAKES_MS);
  });

  it('is finished once when the caller interrupts, and the bot knows of it', async () => {
    const { world } = suite;
    const before = booked;
    const call = await world.dial('slow');
    await world.untilHeard(call, 'Добрый день!');
    await call.say(world.speech.callerTone('запишите меня'));
    await world.untilHeard(call, 'Записываю вас.');
    await call.say(world.speech.callerTone('подождите минутку'));
    await world.untilHeard(call, 'Хорошо, жду.');
    await until('the company has booked', () => booked > before);
    await call.say(world.speech.callerTone('я записан или нет'));
    await world.untilHeard(call, 'Вы записаны.');
    await call.hangup();
    const ofThisCall = world.timelines.at(-1)?.entries.filter(({ type }) => type === 'tool.started');
    expect(ofThisCall).toMatchObject([{ name: 'book' }]);
  });
});
