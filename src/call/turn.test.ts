import { beforeEach, describe, expect, it } from 'vitest';
import { silence } from '../audio/pcm.ts';
import { ParleyError } from '../base/errors.ts';
import { silentLog } from '../base/log.ts';
import { sleep } from '../base/clock.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { profileSchemaFor } from '../config/bot-profile.ts';
import { flowSchema } from '../config/profile-flow.ts';
import type { Chat, ChatRequest, ReplyEvent } from '../llm/chat.ts';
import { ScriptedSynthesizer } from '../speech/synthesis/testing/scripted-synthesizer.ts';
import { Timeline } from '../timeline/timeline.ts';
import type { CallAction, ToolOutcome } from '../tools/tool.ts';
import type { Hands } from './hands.ts';
import { FlowMachine } from './flow/flow-machine.ts';
import { FlowScripts } from './flow-script.ts';
import { History } from './history.ts';
import { Fillers } from './speaking/fillers.ts';
import { Mouth } from './speaking/mouth.ts';
import { PhraseBook } from './speaking/phrase-book.ts';
import { ScriptedPlayer } from './speaking/testing/scripted-player.ts';
import { personaOf } from './persona.ts';
import { Responder } from './responder.ts';
import type { ResponderTools } from './responder.ts';
import type { Script } from './script.ts';
import { takeTurn } from './turn.ts';

const RATE_HZ = 8000;
const QUESTION = 'До скольки вы открыты?';
const profile = {
  name: 'default',
  ...profileSchemaFor({}).parse({
    prompt: 'Ты бот.',
    apology: 'Извините.',
    repeat: ['Повторите.'],
    hold: ['Ещё смотрю.'],
    fillers: { enabled: false },
  }),
};

let clock: ManualClock;
let timeline: Timeline;
let history: History;
let actions: CallAction[];

beforeEach(() => {
  actions = [];
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

it('has failed where nobody could be asked to say it again: the caller would wait in silence', async () => {
  const nothing: Chat['reply'] = async function* () {};
  expect(await turnWith(nothing, undefined, { heard: '' })).toBe('notUnderstood');
  expect(await turnWith(nothing, undefined, { heard: '', player: new MutePlayer(clock) })).toBe('failed');
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

describe('an answer for which something is done', () => {
  it('goes on with what came of it, and the model will know', async () => {
    const asked = scripted([text('Сейчас.|'), call('stock', '{"sku":"a"}')], [text('Есть три.|')]);
    const hands = handsOf({ stock: async () => ({ status: 'done', content: '3' }) });
    expect(await turnWith(asked.reply, hands)).toBe('spoken');
    expect(said().join(' ')).toBe('Сейчас. Есть три.');
    expect(asked.requests[1]?.messages.slice(2)).toEqual([
      {
        role: 'assistant',
        content: 'Сейчас.|',
        toolCalls: [{ id: 'c', name: 'stock', input: '{"sku":"a"}' }],
      },
      { role: 'tool', content: '3', toolCallId: 'c' },
    ]);
    expect(history.messages.at(-1)).toMatchObject({
      role: 'assistant',
      done: [{ name: 'stock', result: '3' }],
    });
  });

  it('says that it is looking when that takes time, and never leaves the caller in silence', async () => {
    const asked = scripted([call('stock', '{}')], [text('Есть три.|')]);
    const hands = handsOf({
      stock: async () => {
        await sleep(clock, 10_000);
        return { status: 'done', content: '3' };
      },
    });
    expect(await turnWith(asked.reply, hands)).toBe('spoken');
    expect(said().at(0)).toBe('Смотрю.');
    expect(said().at(-1)).toBe('Есть три.');
    const sounds = timeline.entries.filter(({ type }) => type.startsWith('playback.'));
    const gaps = sounds.slice(1).map(({ atMs }, at) => atMs - (sounds[at]?.atMs ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(1500);
    expect(failures()).toEqual([]);
  });

  it('says nothing about what is done at once', async () => {
    const asked = scripted([call('stock', '{}')], [text('Есть три.|')]);
    await turnWith(asked.reply, handsOf({ stock: async () => ({ status: 'done', content: '3' }) }));
    expect(said()).toEqual(['Есть три.']);
  });

  it('ends with words, however often the model asks for tools', async () => {
    const again: readonly ReplyEvent[] = [call('stock', '{}')];
    const asked = scripted(again, again, again, [text('Не вышло.|')]);
    const hands = handsOf({ stock: async () => ({ status: 'failed', content: 'no' }) });
    expect(await turnWith(asked.reply, hands)).toBe('spoken');
    expect(asked.requests.map(({ tools }) => tools?.length ?? 0)).toEqual([1, 1, 1, 0]);
  });

  it('has the call do something when it has been heard', async () => {
    const hangUp: ToolOutcome = { status: 'done', content: 'ok', isEnough: true, then: { kind: 'hangUp' } };
    await turnWith(
      scripted([text('До свидания.|'), call('hangUp', '{}')]).reply,
      handsOf({ hangUp: async () => hangUp }),
    );
    expect(actions).toEqual([{ kind: 'hangUp' }]);
  });
});

describe('a turn of a script', () => {
  const flow = flowSchema.parse({
    start: 'count',
    steps: {
      count: { ask: 'Сколько?', slot: { name: 'count', type: 'number' }, next: 'order' },
      order: { do: { tool: 'order', arguments: { count: '{{count}}' } }, next: 'done' },
      done: { say: 'Заказ {{result.order.number}} принят.', end: 'ordered' },
    },
  });

  function scripts(): ResponderTools['scriptFor'] {
    const all = new FlowScripts(new FlowMachine(flow, { seed: 1, language: 'ru-RU' }), () => undefined);
    all.opening().over('heard');
    return (heard, language) => all.answering({ text: heard, language, today: '2026-01-01' });
  }
  const hands = () => handsOf({ order: async () => ({ status: 'done', content: '{"number":4217}' }) });

  it('says what came of the tool that it has used, and ends, though the model is silent', async () => {
    const silent = scripted([]);
    expect(await turnWith(silent.reply, hands(), { heard: 'две', scriptFor: scripts() })).toBe('spoken');
    expect(said()).toEqual(['Заказ 4217 принят.']);
    expect(actions).toEqual([{ kind: 'hangUp', outcome: 'ordered' }]);
    expect(silent.requests).toMatchObject([{ mayBeSilent: true }]);
    expect(failures()).toEqual([]);
  });

  it('goes on at once when the model has told what the caller answered', async () => {
    const asked = scripted([call('fill_slot', '{"value":"2"}')], [text('Поняла.|')]);
    const heard = 'ну наверное мне хватило бы двух';
    expect(await turnWith(asked.reply, hands(), { heard, scriptFor: scripts() })).toBe('spoken');
    expect(asked.requests).toHaveLength(1);
  });
});

describe('a question of the script that the caller talks over', () => {
  // The scripted voice speaks for 300 ms.
  it.each([
    ['at its last word has been heard: a yes is an answer to it', 240, 'heard'],
    ['at its first has not', 60, 'interrupted'],
  ])('%s', async (_, interruptedAfterMs, fate) => {
    const fates: string[] = [];
    const end = {
      say: { said: 'Записать вас?', written: 'Записать вас?' },
      tool: undefined,
      action: undefined,
    };
    const script: Script = {
      ...{ callerText: QUESTION, prompt: '', offers: [], isAnswered: false },
      use: () => undefined,
      done: () => undefined,
      admitted: (words) => words,
      begun: () => undefined,
      close: () => end,
      goOn: () => end,
      over: (told) => void fates.push(told),
    };
    const silent = async function* (): AsyncGenerator<ReplyEvent> {};
    const outcome = await turnWith(silent, undefined, { scriptFor: () => script, interruptedAfterMs });
    expect(outcome).toBe('interrupted');
    expect(fates).toEqual([fate]);
  });
});

it.each([
  ['goes on without the model where the caller has certainly answered', true, 'spoken', ['Записать вас?']],
  ['apologises where the model was needed', false, 'failed', []],
])('a script %s', async (_, isAnswered, outcome, chunks) => {
  const end = {
    say: { said: 'Записать вас?', written: 'Записать вас?' },
    tool: undefined,
    action: undefined,
  };
  const script: Script = {
    ...{ callerText: QUESTION, prompt: '', offers: [], isAnswered },
    use: () => undefined,
    done: () => undefined,
    admitted: (words) => words,
    begun: () => undefined,
    close: () => end,
    goOn: () => end,
    over: () => undefined,
  };
  const down = async function* (): AsyncGenerator<ReplyEvent> {
    yield* [];
    throw new ParleyError('LLM_UNAVAILABLE', 'It is down.');
  };
  expect(await turnWith(down, undefined, { scriptFor: () => script })).toBe(outcome);
  expect(said()).toEqual(chunks);
  expect(failures()).toEqual(['LLM_UNAVAILABLE']);
});

const text = (words: string): ReplyEvent => ({ kind: 'text', text: words });
const call = (name: string, input: string): ReplyEvent => ({ kind: 'toolCall', id: 'c', name, input });

/** A model that answers each request with the next of these, the last one again and again. */
function scripted(...answers: readonly (readonly ReplyEvent[])[]) {
  const requests: ChatRequest[] = [];
  const reply = async function* (request: ChatRequest): AsyncGenerator<ReplyEvent> {
    requests.push(request);
    yield* answers[Math.min(requests.length, answers.length) - 1] ?? [];
  };
  return {
    requests,
    reply,
  };
}

function handsOf(tools: Readonly<Record<string, () => Promise<ToolOutcome>>>): Hands {
  return {
    maxRounds: 3,
    offers: () => Object.keys(tools).map((name) => ({ name, description: '', parameters: {} })),
    saying: () => 'Смотрю.',
    use: async ({ name }) => (await tools[name]?.()) ?? { status: 'failed', content: 'none' },
  };
}

/** The chunks of the answer. */
function said(): string[] {
  return timeline.entries.flatMap((entry) => (entry.type === 'chunk.ready' ? [entry.text] : []));
}

function failures(): string[] {
  return timeline.entries.flatMap((entry) => (entry.type === 'failure' ? [entry.code] : []));
}

/** A turn in which the model says this, and then ends or throws. */
/** The disk is full. */
class MutePlayer extends ScriptedPlayer {
  override play() {
    const finished = Promise.resolve({ outcome: 'failed', heardMs: 0 } as const);
    return { started: new Promise<number>(() => undefined), finished };
  }
}

async function turnOn(tokens: readonly string[], failure?: Error) {
  return turnWith(async function* () {
    for (const text of tokens) yield { kind: 'text', text };
    if (failure) throw failure;
  });
}

/** A turn in which the model answers so. */
async function turnWith(
  reply: Chat['reply'],
  hands?: Hands,
  {
    heard = QUESTION,
    scriptFor,
    interruptedAfterMs,
    player = new ScriptedPlayer(clock),
  }: {
    heard?: string;
    player?: ScriptedPlayer;
    scriptFor?: ResponderTools['scriptFor'];
    /** Of the answer's sound. */
    interruptedAfterMs?: number;
  } = {},
) {
  const book = new PhraseBook({
    profile,
    speak: async () => silence(200, RATE_HZ),
    shipped: () => [],
    sampleRateHz: RATE_HZ,
    log: silentLog,
  });
  await book.prepare(new AbortController().signal);
  const chat = { name: 'scripted', reply };
  const synthesizer = new ScriptedSynthesizer('scripted', clock);
  const sampleRateHz = () => RATE_HZ;
  const persona = () => personaOf(profile, book);
  const tools = {
    clock,
    log: silentLog,
    profile,
    responder: new Responder({
      history,
      clock,
      persona,
      llm: profile.llm,
      chat,
      synthesizer,
      window: 3,
      hands,
      scriptFor,
      sampleRateHz,
    }),
    timeline,
    mouth: new Mouth({ player, clock, timeline, language: () => 'ru-RU' }),
    fillers: new Fillers({ persona, random: () => 0 }),
    history,
    hears: () => 'ru-RU',
    expects: () => undefined,
    written: (text: string) => text,
    act: (action: CallAction) => void actions.push(action),
  };
  const callersTurn = {
    text: Promise.resolve(heard),
    language: () => undefined,
    taken: () => undefined,
    hasEarlyChunks: () => false,
    earlyAnswer: () => undefined,
  };
  const turn = new AbortController();
  timeline.observe((entry) => {
    if (interruptedAfterMs === undefined || entry.type !== 'playback.started' || entry.kind !== 'answer')
      return;
    clock.after(interruptedAfterMs, () => turn.abort(new Error('the caller took the turn')));
  });
  return clock.runUntil(takeTurn(tools, callersTurn, turn.signal));
}
