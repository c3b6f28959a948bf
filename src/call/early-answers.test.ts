import { beforeEach, describe, expect, it } from 'vitest';
import { ParleyError } from '../base/errors.ts';
import { silence } from '../audio/pcm.ts';
import { silentLog } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { profileSchemaFor } from '../config/bot-profile.ts';
import type { Chat, ChatRequest } from '../llm/chat.ts';
import { ScriptedSynthesizer } from '../speech/synthesis/testing/scripted-synthesizer.ts';
import { EarlyAnswers } from './early-answers.ts';
import { History } from './history.ts';
import { personaOf } from './persona.ts';
import type { Persona } from './persona.ts';
import { Responder } from './responder.ts';
import { PhraseBook } from './speaking/phrase-book.ts';
import { Timeline } from '../timeline/timeline.ts';

let clock: ManualClock;
let timeline: Timeline;
let synthesizer: ScriptedSynthesizer;
let asked: { request: ChatRequest; signal: AbortSignal }[];
let early: EarlyAnswers;
let refusal: ParleyError | undefined;
let russian: Persona;
let english: Persona;
let present: Persona;

const chat: Chat = {
  name: 'scripted',
  async *reply(request, signal) {
    asked.push({ request, signal });
    if (refusal) throw refusal;
    yield { kind: 'text', text: 'Первая часть ответа.|Вторая часть ответа.|' };
    yield { kind: 'text', text: 'Третья часть ответа.' };
  },
};

beforeEach(() => {
  clock = new ManualClock();
  timeline = new Timeline(clock);
  synthesizer = new ScriptedSynthesizer('scripted', clock, { firstAudioMs: 50 });
  asked = [];
  refusal = undefined;
  const profile = { name: 'default', ...profileSchemaFor({}).parse({ prompt: 'Ты бот.' }) };
  const book = new PhraseBook({
    profile,
    speak: async () => silence(200, 8000),
    shipped: () => [],
    sampleRateHz: 8000,
    log: silentLog,
  });
  russian = personaOf(profile, book);
  english = { ...russian, language: 'en-US', prompt: 'You are a bot.', voice: { name: 'john', speed: 1 } };
  present = russian;
  const persona = () => present;
  early = new EarlyAnswers({
    clock,
    timeline,
    persona,
    answering: ({ text }) => (/^[a-z ]+$/.test(text) ? english : russian),
    responder: new Responder({
      history: new History(),
      ...{ clock, persona, chat, synthesizer, llm: profile.llm },
      ...{ window: 3, sampleRateHz: () => 8000 },
    }),
    written: (text) => text,
    settings: { enabled: true, afterMs: 200 },
  });
});

const types = () => timeline.entries.map(({ type }) => type);

async function standsStill(text: string): Promise<void> {
  early.heard({ text, isSettled: false, likelyAllAtMs: 0 });
  await clock.advance(200);
}

describe('EarlyAnswers', () => {
  it('begins when the words have stood still, however often they are told', async () => {
    early.heard({ text: 'какой', isSettled: false, likelyAllAtMs: 0 });
    await clock.advance(150);
    early.heard({ text: 'какой адрес', isSettled: false, likelyAllAtMs: 0 });
    await clock.advance(150);
    early.heard({ text: 'какой адрес', isSettled: false, likelyAllAtMs: 0 });
    expect(asked).toHaveLength(0);
    await clock.advance(50);
    expect(asked.map(({ request }) => request.messages.at(-1)?.content)).toEqual(['какой адрес']);
  });

  it('does not wait for words that will not change any more', async () => {
    early.heard({ text: 'какой адрес', isSettled: true, likelyAllAtMs: 0 });
    await clock.advance(0);
    expect(asked).toHaveLength(1);
  });

  it('waits until words that may go on are likely all, and begins before the turn is over', async () => {
    early.heard({ text: 'мой брат', isSettled: true, likelyAllAtMs: 520 });
    await clock.advance(519);
    expect(asked).toHaveLength(0);
    await clock.advance(1);
    expect(asked).toHaveLength(1);
  });

  it('begins nothing for a pause after which the caller goes on in time', async () => {
    early.heard({ text: 'мой брат', isSettled: true, likelyAllAtMs: 520 });
    await clock.advance(500);
    early.heard({ text: 'мой брат', isSettled: true, likelyAllAtMs: undefined });
    await clock.advance(1000);
    expect(asked).toHaveLength(0);
    expect(clock.pending).toBe(0);
  });

  it('does not begin while the caller speaks', async () => {
    early.heard({ text: 'я хочу пиццу и', isSettled: true, likelyAllAtMs: undefined });
    await clock.advance(1000);
    expect(asked).toHaveLength(0);
    expect(clock.pending).toBe(0);
  });

  it('synthesizes the first chunk alone until the answer is wanted', async () => {
    await standsStill('какой адрес');
    await clock.advance(1000);
    expect(synthesizer.attempts).toHaveLength(1);
    early.take('Какой адрес?');
    await clock.advance(10);
    expect(synthesizer.attempts).toHaveLength(3);
  });

  it('gives its marks to the turn only when the answer is used, with the times at which they happened', async () => {
    await standsStill('какой адрес');
    await clock.advance(500);
    expect(types()).toEqual(['earlyAnswer.begun']);
    expect(early.take('Какой адрес?')).toBeDefined();
    expect(types().slice(1, 4)).toEqual(['earlyAnswer.used', 'chat.started', 'chat.firstToken']);
    expect(timeline.entries.find(({ type }) => type === 'chat.firstToken')?.atMs).toBe(200);
  });

  it('throws the answer away when something else was said, and counts what it cost', async () => {
    await standsStill('какой адрес');
    expect(early.take('какой адрес и телефон')).toBeUndefined();
    expect(asked[0]?.signal.aborted).toBe(true);
    expect(timeline.entries.at(-1)).toMatchObject({ type: 'earlyAnswer.wasted', tokens: 2 });
    expect(timeline.entries.filter(({ type }) => type === 'chat.usage')).toEqual([
      expect.objectContaining({ outputTokens: 2, estimated: true }),
    ]);
    expect(types()).not.toContain('chunk.ready');
  });

  it('counts nothing of an answer that the model has refused', async () => {
    refusal = new ParleyError('LLM_UNAUTHORIZED', 'The model answered 401.');
    await standsStill('какой адрес');
    await clock.advance(10);
    expect(asked).toHaveLength(1);
    expect(early.take('какой адрес')).toBeUndefined();
    expect(types()).toContain('earlyAnswer.wasted');
    expect(types()).not.toContain('chat.usage');
  });

  it('has at most one on its way, and stops guessing after two that were wrong', async () => {
    await standsStill('я');
    await standsStill('я хочу');
    await standsStill('я хочу заказать');
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    early.drop();
    await standsStill('другое');
    expect(asked).toHaveLength(3);
  });

  it('is of one piece with the language that was heard, not with the one of the turn before', async () => {
    await standsStill('what is the address');
    expect(asked.map(({ request }) => request.messages[0]?.content)).toEqual([
      expect.stringContaining('You are a bot.'),
    ]);
    expect(synthesizer.attempts.map(({ request }) => request.voice.name)).toEqual(['john']);
    present = english;
    expect(early.take('What is the address?')).toBeDefined();
  });

  it('is thrown away when the whole of what was said is answered in another language', async () => {
    await standsStill('what is the address');
    present = russian;
    expect(early.take('What is the address?')).toBeUndefined();
    expect(asked[0]?.signal.aborted).toBe(true);
  });

  it('leaves nothing running when the call ends', async () => {
    await standsStill('какой адрес');
    early.heard({ text: 'какой адрес у', isSettled: false, likelyAllAtMs: 0 });
    early.drop();
    await clock.advance(0);
    expect(clock.pending).toBe(0);
    expect(asked.every(({ signal }) => signal.aborted)).toBe(true);
  });
});
