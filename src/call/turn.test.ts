import { beforeEach, describe, expect, it } from 'vitest';
import { silence } from '../audio/pcm.ts';
import { ParleyError } from '../base/errors.ts';
import { silentLog } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { profileSchemaFor } from '../config/bot-profile.ts';
import type { ReplyEvent } from '../llm/chat.ts';
import { ScriptedSynthesizer } from '../speech/synthesis/testing/scripted-synthesizer.ts';
import { Timeline } from '../timeline/timeline.ts';
import { History } from './history.ts';
import { Fillers } from './speaking/fillers.ts';
import { Mouth } from './speaking/mouth.ts';
import { PhraseBook } from './speaking/phrase-book.ts';
import { ScriptedPlayer } from './speaking/testing/scripted-player.ts';
import { personaOf } from './persona.ts';
import { Responder } from './responder.ts';
import { takeTurn } from './turn.ts';

const RATE_HZ = 8000;
const QUESTION = 'До скольки вы открыты?';
const profile = {
  name: 'default',
  ...profileSchemaFor({}).parse({
    prompt: 'Ты бот.',
    apology: 'Извините.',
    repeat: ['Повторите.'],
    fillers: { enabled: false },
  }),
};

let clock: ManualClock;
let timeline: Timeline;
let history: History;

beforeEach(() => {
  clock = new ManualClock();
  timeline = new Timeline(clock);
  history = new History();
});

describe('an answer of which something was heard', () => {
  const broken = new ParleyError('LLM_UNAVAILABLE', 'The answer broke off.');

  it('has not failed when it breaks off: the caller hears that it did, and the model will know where', async () => {
    expect(await turnOn(['Мы открыты до девяти.| Хотите запи'], broken)).toBe('spoken');
    expect(history.messages).toEqual([
      { role: 'user', content: QUESTION },
      { role: 'assistant', content: 'Мы открыты до девяти. —| Извините.' },
    ]);
    expect(failures()).toEqual(['LLM_UNAVAILABLE']);
  });

  it('has failed when nothing of it was', async () => {
    expect(await turnOn(['Мы отк'], broken)).toBe('failed');
    expect(history.messages.at(-1)).toEqual({ role: 'assistant', content: 'Извините.' });
  });
});

describe('an answer that nobody can say', () => {
  it.each([['👍'], ['(smiles)'], [' … |']])(
    'is no failed turn, but asks the caller again: %s',
    async (answer) => {
      expect(await turnOn([answer])).toBe('notUnderstood');
      expect(history.messages.at(-1)).toEqual({ role: 'assistant', content: 'Повторите.' });
      expect(failures()).toEqual(['LLM_BAD_ANSWER']);
    },
  );
});

function failures(): string[] {
  return timeline.entries.flatMap((entry) => (entry.type === 'failure' ? [entry.code] : []));
}

/** A turn in which the model says this, and then ends or throws. */
async function turnOn(tokens: readonly string[], failure?: Error) {
  const book = new PhraseBook({
    profile,
    speak: async () => silence(200, RATE_HZ),
    shipped: () => [],
    sampleRateHz: RATE_HZ,
    log: silentLog,
  });
  await book.prepare(new AbortController().signal);
  const chat = {
    name: 'scripted',
    async *reply(): AsyncGenerator<ReplyEvent> {
      for (const text of tokens) yield { kind: 'text', text };
      if (failure) throw failure;
    },
  };
  const synthesizer = new ScriptedSynthesizer('scripted', clock);
  const sampleRateHz = () => RATE_HZ;
  const persona = () => personaOf(profile, book);
  const tools = {
    clock,
    log: silentLog,
    profile,
    responder: new Responder({
      clock,
      persona,
      llm: profile.llm,
      chat,
      synthesizer,
      window: 3,
      sampleRateHz,
    }),
    timeline,
    mouth: new Mouth({ player: new ScriptedPlayer(clock), clock, timeline }),
    fillers: new Fillers({ persona, random: () => 0 }),
    history,
  };
  const callersTurn = {
    text: Promise.resolve(QUESTION),
    language: () => undefined,
    taken: () => undefined,
    hasEarlyChunks: () => false,
    earlyAnswer: () => undefined,
  };
  return clock.runUntil(takeTurn(tools, callersTurn, new AbortController().signal));
}
