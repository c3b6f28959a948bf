/** A whole call in which the bot does something for the caller: hands him over, or takes digits. What everybody hears, and how it goes on. */
import { beforeEach, describe, expect, it } from 'vitest';
import { AsyncQueue } from '../base/async.ts';
import { ParleyError } from '../base/errors.ts';
import { silentLog } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { sleep } from '../base/clock.ts';
import { profileSchemaFor } from '../config/bot-profile.ts';
import { handoverWords } from '../languages/handover-words.ts';
import type { Chat, ChatRequest } from '../llm/chat.ts';
import type { RecognitionEvent } from '../speech/recognition/recognizer.ts';
import { ScriptedSynthesizer } from '../speech/synthesis/testing/scripted-synthesizer.ts';
import type { Consultation } from '../telephony/line.ts';
import { LineEnd } from '../telephony/line.ts';
import type { Hearing, HearingListener, Line, Variables } from '../telephony/line.ts';
import type { TransferTarget } from '../telephony/transfer-target.ts';
import type { CallEndCause } from '../timeline/timeline.ts';
import type { CallPorts } from '../tools/built-in.ts';
import { MemoryJournal } from '../tools/testing/memory-journal.ts';
import type { Tool, ToolOutcome } from '../tools/tool.ts';
import type { JsonObject } from '../base/json.ts';
import { Call } from './call.ts';
import type { Collecting } from './listening/digits.ts';
import { personasOf } from './persona.ts';
import { renderedPhrases } from './speaking/testing/rendered-phrases.ts';
import { ScriptedPlayer } from './speaking/testing/scripted-player.ts';

const RATE_HZ = 8000;
const DETECTION_MS = 200;
const TURN_MS = 2500;
const { failed, opening, again } = handoverWords('ru-RU');

/** One side of the conversation, and what is understood of it. */
class Ear {
  listener: HearingListener | undefined;
  words = '';
  readonly player: ScriptedPlayer;
  readonly end = new AbortController();
  readonly hearing: Hearing;

  constructor(clock: ManualClock) {
    this.player = new ScriptedPlayer(clock);
    this.hearing = {
      detectionSilenceMs: DETECTION_MS,
      listen: (listener) => void (this.listener = listener),
      capture: () => {
        const audio = new AsyncQueue<Uint8Array>();
        ears.set(audio, this);
        return {
          sampleRateHz: RATE_HZ,
          fromMs: clock.nowMs(),
          audio,
          finish: () => audio.end(),
          discard: () => audio.end(),
        };
      },
    };
  }
}

const ears = new Map<AsyncIterable<Uint8Array>, Ear>();

let clock: ManualClock;
let caller: Ear;
let desk: Ear;
let call: Call;
let ended: Promise<CallEndCause>;
let asked: ChatRequest[];
let synthesizer: ScriptedSynthesizer;
let consultation: (signal: AbortSignal) => Promise<Consultation>;
let wasConnected: boolean;
let wasClosed: boolean;
let sentOn: { readonly to: TransferTarget; readonly variables: Variables | undefined } | undefined;
let rungWith: Variables | undefined;
let briefingTakesMs: number;
let warm: boolean;
let isReferred: boolean;
let collecting: Collecting | undefined;

const chat: Chat = {
  name: 'scripted',
  async *reply(request, signal) {
    asked.push(request);
    const last = request.messages.at(-1);
    if (request.messages[0]?.content.startsWith('A caller is being put through')) {
      await sleep(clock, briefingTakesMs, signal);
      yield { kind: 'text', text: 'Анна хочет купить насос.' };
    } else if (last?.role === 'tool') yield { kind: 'text', text: 'Соединяю вас.|' };
    else if (last?.content.includes('продаж'))
      yield { kind: 'toolCall', id: 'c1', name: 'transfer', input: '{"to":"sales"}' };
    else if (last?.content.includes('ночн'))
      yield { kind: 'toolCall', id: 'c1', name: 'transfer', input: '{"to":"night"}' };
    else if (last?.content.includes('заграниц'))
      yield { kind: 'toolCall', id: 'c1', name: 'transfer', input: '{"to":"abroad"}' };
    else if (last?.content.includes('заказ'))
      yield { kind: 'toolCall', id: 'c1', name: 'collectDigits', input: '{"most":4}' };
    else yield { kind: 'text', text: 'Чем ещё помочь?|' };
  },
};

beforeEach(async () => {
  clock = new ManualClock();
  caller = new Ear(clock);
  desk = new Ear(clock);
  ears.clear();
  asked = [];
  warm = true;
  isReferred = true;
  collecting = undefined;
  wasConnected = false;
  wasClosed = false;
  sentOn = undefined;
  rungWith = undefined;
  briefingTakesMs = 500;
  synthesizer = new ScriptedSynthesizer('scripted', clock, {});
  consultation = async () => ({
    outcome: 'answered',
    colleague: {
      hearing: desk.hearing,
      player: desk.player,
      ended: desk.end.signal,
      connect: async () => {
        wasConnected = true;
        caller.end.abort(new LineEnd('transferred'));
      },
      close: async () => void (wasClosed = true),
    },
  });
  await answered();
});

async function answered(): Promise<void> {
  const raw = {
    prompt: 'Ты бот.',
    greeting: 'Алло.',
    fillers: { enabled: false },
    hold: ['Ещё немного.'],
    tools: [
      {
        transfer: {
          to: {
            sales: { endpoint: 'PJSIP/201' },
            night: { dialplan: 'fallback,s,1' },
            abroad: { refer: 'sip:1@pbx.example' },
          },
          warm: true,
        },
      },
    ],
  };
  const profile = { name: 'shop', ...profileSchemaFor(raw).parse(raw) };
  const book = await renderedPhrases(profile, RATE_HZ);
  const line: Line = {
    id: 'call-1',
    party: { direction: 'inbound', number: '+1555', name: '', dialled: '100', bot: undefined },
    hearing: caller.hearing,
    player: caller.player,
    ended: caller.end.signal,
    answer: async () => undefined,
    hangup: async () => undefined,
    consult: (_, { variables }, signal) => {
      rungWith = variables;
      return consultation(signal);
    },
    transfer: async (to, variables) => {
      if (to.kind === 'refer' && !isReferred)
        throw new ParleyError('TRANSFER_UNANSWERED', 'The far end stays.');
      sentOn = { to, variables };
      caller.end.abort(new LineEnd('transferred'));
    },
    close: async () => {
      if (!caller.end.signal.aborted) caller.end.abort(new LineEnd('us'));
    },
  };
  const recognizer = {
    name: 'scripted',
    async *recognize(audio: AsyncIterable<Uint8Array>): AsyncGenerator<RecognitionEvent> {
      for await (const _ of audio) continue;
      yield { kind: 'final', text: ears.get(audio)?.words ?? '' };
    },
    close: async () => undefined,
  };
  const transfer = ofTheCall('transfer', ({ to }) => ({
    ...{ status: 'done', content: 'The caller is put through.' },
    then: { kind: 'transfer', to: to as string, warm, reason: 'насос' },
  }));
  const collectDigits = ofTheCall('collectDigits', () => ({
    ...{ status: 'done', content: 'The caller enters them now.' },
    then: { kind: 'collectDigits', most: 4, terminator: '#', betweenMs: 4000 },
  }));
  const abilities = {
    tools: {
      maxRounds: 4,
      list: ({ remember }: CallPorts = {}) => {
        remember?.('size', 'L');
        return [transfer, collectDigits];
      },
    },
    journal: new MemoryJournal(),
    contextOf: () => undefined,
    today: () => '2026-11-29',
  };
  const kit = {
    ...{ clock, chat, recognizer, synthesizer, synthesisWindow: 3, abilities },
    ...{ log: silentLog, random: () => 0 },
    fallback: { kind: 'dialplan', context: 'fallback', extension: 's', priority: 1 } as const,
    collecting: () => collecting,
  };
  call = new Call(line, profile, personasOf(profile, book), kit);
  ended = call.run();
  await clock.advance(1000);
}

function ofTheCall(name: string, outcome: (input: JsonObject) => ToolOutcome): Tool {
  return {
    ...{ name, description: '', parameters: { type: 'object' } },
    ...{ readOnly: false, staysInCall: true, saying: [], onInterrupt: 'finish' },
    run: async (input) => outcome(input),
  };
}

/** Somebody speaks for a second. */
async function say(who: Ear, words: string): Promise<void> {
  who.words = words;
  const startedAtMs = clock.nowMs();
  who.listener?.speechStarted(startedAtMs);
  await clock.advance(1000 + DETECTION_MS);
  who.listener?.speechStopped(startedAtMs, startedAtMs + 1000);
}

/** The bot has said that it puts the caller through, and rings. */
async function handingOver(): Promise<void> {
  await say(caller, 'соедините с отделом продаж');
  await clock.advance(TURN_MS);
}

/** All of what was to be spoken, to whomever. */
const spoken = () => synthesizer.attempts.map(({ request }) => request.text);
const outcomes = () =>
  call.timeline.entries.flatMap((entry) => (entry.type === 'transfer.done' ? [entry.outcome] : []));

describe('a bot that hands a caller over', () => {
  it('tells the colleague who calls and why, asks, and puts the caller through', async () => {
    await handingOver();
    await clock.advance(2000);
    expect(spoken().at(-1)).toBe(`${opening} Анна хочет купить насос. Соединить?`);
    expect(wasConnected).toBe(false);
    await clock.advance(8000);
    await say(desk, 'да, соединяйте');
    await clock.advance(TURN_MS);
    expect(wasConnected).toBe(true);
    expect(await ended).toBe('transferred');
    expect(wasClosed).toBe(true);
    expect(outcomes()).toEqual(['connected']);
  });

  it('lets nobody wait in silence meanwhile', async () => {
    await handingOver();
    const kinds = () =>
      call.timeline.entries.flatMap((entry) => (entry.type === 'playback.started' ? [entry.kind] : []));
    expect(kinds().slice(-2)).toEqual(['hold', 'hold']);
    const before = kinds().length;
    await clock.advance(20_000);
    expect(kinds().length).toBeGreaterThan(before);
  });

  it('tells the colleague’s telephone who calls and why', async () => {
    await handingOver();
    expect(rungWith).toMatchObject({
      PARLEY_CALL_ID: 'call-1',
      PARLEY_BOT: 'shop',
      PARLEY_CALLER: '+1555',
      PARLEY_REASON: 'насос',
      PARLEY_SLOT_SIZE: 'L',
    });
  });

  it.each([
    ['1', true],
    ['2', false],
  ])('takes the key %s for an answer, over its own words too', async (key, connects) => {
    await handingOver();
    await clock.advance(1000);
    desk.listener?.digit(key);
    await clock.advance(TURN_MS);
    expect(wasConnected).toBe(connects);
  });

  it.each([
    ['says no', 'нет, я занята', failed.declined, 'declined'],
    ['hangs up', undefined, failed.noAnswer, 'noAnswer'],
  ] as const)('who %s: the caller is told, and the bot goes on', async (_, words, told, outcome) => {
    await handingOver();
    await clock.advance(3000);
    if (words) await say(desk, words);
    else desk.end.abort(new LineEnd('caller'));
    await clock.advance(TURN_MS);
    expect(outcomes()).toEqual([outcome]);
    expect(spoken().at(-1)).toBe(told);
    expect([wasConnected, wasClosed]).toEqual([false, true]);
    await clock.advance(2000);
    await say(caller, 'тогда запишите мой номер');
    await clock.advance(TURN_MS);
    expect(spoken().at(-1)).toBe('Чем ещё помочь?');
    const read = asked.at(-1)?.messages.filter(({ role }) => role === 'tool');
    expect(read?.at(-1)?.content).toContain(`not put through to sales: ${outcome}`);
  });

  it('does not take for an answer how a colleague picks up the telephone', async () => {
    // As long as it takes to say who calls and why.
    synthesizer.script = ({ text }) => (text.startsWith(opening) ? { pieceMs: 2000 } : {});
    await handingOver();
    await say(desk, 'Да, слушаю вас');
    await clock.advance(TURN_MS);
    expect(wasConnected).toBe(false);
    await clock.advance(10_000);
    await say(desk, 'Да');
    await clock.advance(TURN_MS);
    expect(wasConnected).toBe(true);
  });

  it('puts nobody through to an answering machine, and takes the caller back as soon as it gives itself away', async () => {
    await handingOver();
    await clock.advance(1000);
    await say(desk, 'Вы позвонили Анне, пожалуйста, оставьте сообщение после сигнала, хорошо?');
    await clock.advance(TURN_MS);
    expect([wasConnected, wasClosed]).toEqual([false, true]);
    expect(outcomes()).toEqual(['noAnswer']);
    expect(spoken().at(-1)).toBe(failed.noAnswer);
  });

  it.each(['busy', 'noAnswer', 'declined', 'unreachable'] as const)(
    'who is told %s by the telephone tells the caller so',
    async (outcome) => {
      consultation = async () => ({ outcome });
      await handingOver();
      expect(spoken().at(-1)).toBe(failed[outcome]);
      expect(outcomes()).toEqual([outcome]);
    },
  );

  it('asks a colleague who says nothing three times, and then takes the caller back', async () => {
    await handingOver();
    await clock.advance(60_000);
    expect(spoken().filter((text) => text === again)).toHaveLength(2);
    expect(outcomes()).toEqual(['noAnswer']);
    expect(wasClosed).toBe(true);
  });

  it('tells the colleague what it knows itself when the model is late', async () => {
    briefingTakesMs = 60_000;
    await handingOver();
    await clock.advance(6000);
    expect(spoken().at(-1)).toBe(`${opening} насос. size: L Соединить?`);
  });

  it('rings nobody any more when the caller hangs up', async () => {
    let wasGivenUp = false;
    consultation = (signal) =>
      new Promise((_, reject) =>
        signal.addEventListener('abort', () => {
          wasGivenUp = true;
          reject(signal.reason as Error);
        }),
      );
    await handingOver();
    caller.end.abort(new LineEnd('caller'));
    await clock.advance(1000);
    expect(await ended).toBe('caller');
    expect(wasGivenUp).toBe(true);
  });

  it('lets go of a colleague who is being asked when the caller hangs up', async () => {
    await handingOver();
    await clock.advance(2000);
    caller.end.abort(new LineEnd('caller'));
    await clock.advance(1000);
    expect(await ended).toBe('caller');
    expect([wasConnected, wasClosed]).toEqual([false, true]);
  });

  it('asks nobody where the profile wants it unannounced', async () => {
    warm = false;
    await handingOver();
    expect(wasConnected).toBe(true);
    expect(spoken().join()).not.toContain(opening);
  });

  it('sends the caller on to a place in the dialplan, with what is known', async () => {
    await say(caller, 'соедините с ночной службой');
    await clock.advance(TURN_MS);
    expect(await ended).toBe('transferred');
    expect(sentOn).toMatchObject({
      to: { kind: 'dialplan', context: 'fallback', extension: 's', priority: 1 },
      variables: { PARLEY_REASON: 'насос' },
    });
  });
});

describe('a bot that has the far end call elsewhere', () => {
  it('has nothing more to do when it does', async () => {
    await say(caller, 'соедините с заграницей');
    await clock.advance(TURN_MS);
    expect(await ended).toBe('transferred');
    expect(sentOn?.to).toEqual({ kind: 'refer', uri: 'sip:1@pbx.example' });
  });

  it('tells the caller when it does not, and goes on', async () => {
    isReferred = false;
    await say(caller, 'соедините с заграницей');
    await clock.advance(TURN_MS);
    expect(outcomes()).toEqual(['unreachable']);
    expect(spoken().at(-1)).toBe(failed.unreachable);
  });
});

describe('a bot that asks for a number', () => {
  async function press(keys: string): Promise<void> {
    for (const key of keys) {
      caller.listener?.digit(key);
      await clock.advance(500);
    }
  }
  const lastAsked = () => asked.at(-1)?.messages.findLast(({ role }) => role === 'user')?.content;
  const digitsSeen = () =>
    call.timeline.entries.flatMap((entry) => (entry.type === 'digit' ? [entry.digit] : []));

  it('by its tool takes the keys for an answer, zero among them', async () => {
    await say(caller, 'где мой заказ');
    await clock.advance(TURN_MS);
    await press('1204');
    await clock.advance(TURN_MS);
    expect(lastAsked()).toBe('1204');
    expect(sentOn).toBeUndefined();
  });

  it('sends whoever presses zero otherwise to a person', async () => {
    await press('0');
    await clock.advance(1000);
    expect(await ended).toBe('digit');
    expect(sentOn?.to).toMatchObject({ context: 'fallback' });
  });

  it('takes keys and words of one answer in their order', async () => {
    collecting = { most: 10, terminator: '#', betweenMs: 4000 };
    await press('12');
    await say(caller, 'тридцать четыре');
    await clock.advance(TURN_MS);
    expect(lastAsked()).toBe('12 тридцать четыре');
  });

  it('falls silent when the first key is pressed', async () => {
    collecting = { most: 4, terminator: '#', betweenMs: 4000 };
    await say(caller, 'алло');
    const speaks = () =>
      call.timeline.entries.some((entry) => entry.type === 'playback.started' && entry.kind === 'answer');
    while (!speaks()) await clock.advance(20);
    const before = call.timeline.entries.length;
    await press('12#');
    await clock.advance(TURN_MS);
    const after = call.timeline.entries.slice(before);
    expect(after.some(({ type }) => type === 'bargeIn.stopped')).toBe(true);
    expect(lastAsked()).toContain('12');
  });

  it('shows nobody a sensitive number but the one who takes it', async () => {
    let taken = '';
    collecting = {
      most: 4,
      terminator: '#',
      betweenMs: 4000,
      sensitive: { take: (digits) => void (taken = digits) },
    };
    expect(call.isSensitive).toBe(true);
    await press('1204');
    await clock.advance(TURN_MS);
    expect(taken).toBe('1204');
    expect(digitsSeen()).toEqual(['•', '•', '•', '•']);
    expect(lastAsked()).toBe('4 digits, hidden');
    expect(JSON.stringify([call.timeline.entries, asked])).not.toContain('1204');
  });
});
