/** A whole call with a script, a tool, what is known of the caller, and keys: recorded, and run again from the bundle alone. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../base/log.ts';
import { AsyncQueue } from '../../base/async.ts';
import { sleep } from '../../base/clock.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import type { BotAbilities } from '../../call/abilities.ts';
import { Call } from '../../call/call.ts';
import type { CallKit } from '../../call/call-kit.ts';
import { personasOf } from '../../call/persona.ts';
import { renderedPhrases } from '../../call/speaking/testing/rendered-phrases.ts';
import { ScriptedPlayer } from '../../call/speaking/testing/scripted-player.ts';
import { profileSchemaFor } from '../../config/bot-profile.ts';
import { CallContext } from '../../context/call-context.ts';
import type { Chat } from '../../llm/chat.ts';
import type { Recognizer, RecognitionEvent } from '../../speech/recognition/recognizer.ts';
import { ScriptedSynthesizer } from '../../speech/synthesis/testing/scripted-synthesizer.ts';
import { LineEnd } from '../../telephony/line.ts';
import type { HearingListener, Line } from '../../telephony/line.ts';
import { MemoryJournal } from '../../tools/testing/memory-journal.ts';
import type { Tool } from '../../tools/tool.ts';
import { entriesOf } from '../../timeline/timeline-entries.ts';
import { CALL_FILE } from '../bundle/bundle-files.ts';
import { readBundle } from '../bundle/bundle.ts';
import type { Bundle } from '../bundle/bundle.ts';
import type { Redaction } from '../bundle/recorded-call.ts';
import { BundleDisk } from '../recorder/bundle-disk.ts';
import { CallRecorder } from '../recorder/call-recorder.ts';
import { outcomeOf } from './outcome.ts';
import { replayCall } from './replay.ts';
import { willingLine } from '../../call/testing/willing-line.ts';

const RATE_HZ = 8000;
const DETECTION_MS = 200;
const PHONE = '+79161234567';
const CARD = '4276';
/** A second of it. */
const LOUD = new Uint8Array(new Int16Array(RATE_HZ).fill(8000).buffer);

const QUESTION = 'Наберите код карты.';

const RAW = {
  prompt: 'Ты продавец.',
  greeting: 'Алло, магазин.',
  fillers: { enabled: false },
  tools: [
    {
      name: 'stock',
      description: 'Остаток',
      readOnly: true,
      arguments: { sku: { type: 'string' } },
      http: { method: 'GET', url: 'https://shop.example/stock?sku={{sku}}' },
    },
    {
      name: 'order',
      description: 'Заказ',
      arguments: { size: { type: 'string' }, card: { type: 'string' } },
      http: { method: 'POST', url: 'https://shop.example/orders', json: { size: '{{size}}' } },
    },
  ],
  flow: {
    start: 'size',
    steps: {
      size: {
        ask: 'Какой размер нужен?',
        slot: { name: 'size', type: 'oneOf', values: ['большой', 'маленький'] },
        next: 'card',
      },
      card: {
        ask: QUESTION,
        slot: { name: 'card', type: 'digits', length: 4, sensitive: true },
        next: 'order',
      },
      order: {
        do: { tool: 'order', arguments: { size: '{{size}}', card: '{{card}}' } },
        next: 'done',
      },
      done: { say: 'Заказ принят.', end: 'ordered' },
    },
  },
};

/** What the model was asked. */
let asked: string[];

const chat = (clock: ManualClock): Chat => ({
  name: 'scripted',
  async *reply(request, signal) {
    asked.push(JSON.stringify(request));
    await sleep(clock, 300, signal);
    const last = request.messages.at(-1);
    if (last?.role === 'tool') yield { kind: 'text', text: `На складе есть: ${last.content}.` };
    else if (last?.content.includes('насос'))
      yield { kind: 'toolCall', id: 'c1', name: 'stock', input: '{"sku":"насос"}' };
    else yield { kind: 'text', text: 'Хорошо.' };
  },
});

let dir: string;
let used: string[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-abilities-'));
  used = [];
  asked = [];
});

afterEach(() => rm(dir, { recursive: true, force: true }));

const disk = new BundleDisk({ isBusy: true });
afterAll(() => disk.close());

/** What the bot can do, taking its time. */
function abilitiesOn(clock: ManualClock): BotAbilities {
  const tool = (name: string, readOnly: boolean, content: string, takesMs: number): Tool => ({
    ...{ name, description: name, parameters: { type: 'object' }, readOnly },
    ...{ saying: [], onInterrupt: 'finish' },
    run: async (input, _, signal) => {
      used.push(`${name} ${JSON.stringify(input)}`);
      await sleep(clock, takesMs, signal);
      return { status: 'done', content };
    },
  });
  return {
    tools: {
      maxRounds: 3,
      list: () => [
        tool('stock', true, `три, звоните ${PHONE}`, 700),
        tool('order', false, '{"number":7}', 900),
      ],
    },
    journal: new MemoryJournal(),
    contextOf: (_, onReady) =>
      new CallContext({
        clock,
        onReady,
        caller: {
          deadlineMs: 800,
          lookUp: async (signal) => {
            await sleep(clock, 150, signal);
            return { name: 'Анна', phone: PHONE, debt: 79161234567 };
          },
        },
      }),
    today: () => '2026-11-29',
  };
}

/** A call in which the caller asks something, answers the script, and presses keys; recorded. */
async function recorded(
  redaction: Redaction,
  card: 'by keys' | 'by voice' | 'over the question' = 'by keys',
): Promise<Bundle> {
  const clock = new ManualClock();
  let listener: HearingListener | undefined;
  let words = '';
  const end = new AbortController();
  const profile = { name: 'shop', ...profileSchemaFor(RAW).parse(RAW) };
  const book = await renderedPhrases(profile, RATE_HZ);
  const line: Line = {
    id: 'call-1',
    party: { direction: 'inbound', number: PHONE, name: '', dialled: '100', bot: undefined },
    hearing: {
      detectionSilenceMs: DETECTION_MS,
      listen: (given) => void (listener = given),
      capture: () => {
        const audio = new AsyncQueue<Uint8Array>();
        const done = () => {
          audio.push(LOUD);
          audio.end();
        };
        return { sampleRateHz: RATE_HZ, fromMs: clock.nowMs(), audio, finish: done, discard: done };
      },
    },
    player: new ScriptedPlayer(clock),
    ...willingLine(end),
  };
  const recognizer: Recognizer = {
    name: 'scripted',
    async *recognize(audio): AsyncGenerator<RecognitionEvent> {
      yield { kind: 'partial', text: words };
      for await (const _ of audio) continue;
      yield { kind: 'final', text: words };
    },
    close: async () => undefined,
  };
  const kit: CallKit = {
    ...{ clock, log: silentLog, random: () => 0.5, recognizer, synthesisWindow: 3 },
    ...{ chat: chat(clock), synthesizer: new ScriptedSynthesizer('scripted', clock, {}) },
    ...{ abilities: abilitiesOn(clock), fallback: undefined },
  };
  const recorder = new CallRecorder({
    dir: join(dir, '.unfinished', redaction),
    ...{ id: 'call-1', line, profile, book, kit, resumed: undefined, redaction },
    disk,
    startedAt: new Date('2026-11-29T10:00:00Z'),
    ...{ versions: {}, settings: {}, ariOf: () => [] },
  });
  const call = new Call(recorder.line, profile, personasOf(profile, book), recorder.kit);
  recorder.follow(call);
  const running = call.run();
  const say = async (text: string, forMs = 6000) => {
    words = text;
    const startedAtMs = clock.nowMs();
    listener?.speechStarted(startedAtMs);
    await clock.advance(1000 + DETECTION_MS);
    listener?.speechStopped(startedAtMs, startedAtMs + 1000);
    await clock.advance(forMs);
  };
  await clock.advance(3000);
  await say('Есть ли насос?');
  await say('Большой.', card === 'over the question' ? 0 : undefined);
  if (card === 'by voice') await say('Сейчас, четыре два семь шесть.');
  else if (card === 'over the question') {
    while (!entriesOf(call.timeline.entries, 'playback.started').some(({ text }) => text === QUESTION))
      await clock.advance(20);
    await say('Четыре два семь шесть.');
    // Who answers a question that they have not heard is asked again.
    await say('Четыре два семь шесть!');
  } else
    for (const digit of CARD) {
      listener?.digit(digit);
      await clock.advance(300);
    }
  await clock.advance(8000);
  end.abort(new LineEnd('caller'));
  await clock.runUntil(running);
  await recorder.finish(join(dir, redaction));
  return readBundle(join(dir, redaction));
}

function said(entries: Bundle['call']['timeline']): readonly string[] {
  return outcomeOf(entries).dialogue.map(({ text, who }) => `${who}: ${text}`);
}

describe('a recorded call in which something was done', () => {
  it('holds what was done, what was known, and where the script went', async () => {
    const { call, stops } = await recorded('none');
    expect(stops).toBeUndefined();
    expect(said(call.timeline).join('\n')).toContain('Заказ принят');
    expect(
      call.tools?.uses.map(({ name, input, outcome, turn }) => [name, input, outcome?.status, turn]),
    ).toEqual([
      ['stock', '{"sku":"насос"}', 'done', 1],
      ['order', '{}', 'done', 3],
    ]);
    const [stock] = call.tools?.uses ?? [];
    expect((stock?.end.atMs ?? 0) - (stock?.atMs ?? 0)).toBe(700);
    expect(call.context?.ready).toMatchObject([{ source: 'caller', tookMs: 150, found: 1 }]);
    expect(call.flow?.steps.map(({ step }) => step)).toEqual(expect.arrayContaining(['size', 'card']));
    expect(call.flow?.state).toMatchObject({ phase: 'ended', outcome: 'ordered' });
    expect(call.today).toBe('2026-11-29');
  });

  it('comes to the same when it is run again, byte for byte, and asks nobody', async () => {
    const bundle = await recorded('none');
    used = [];
    const entries = await replayCall(bundle);
    expect(said(entries)).toEqual(said(bundle.call.timeline));
    const timed = (of: Bundle['call']['timeline']) =>
      of.flatMap((entry) => (entry.type === 'tool.done' ? [[entry.name, entry.status, entry.tookMs]] : []));
    expect(timed(entries)).toEqual(timed(bundle.call.timeline));
    expect(JSON.stringify(await replayCall(bundle))).toBe(JSON.stringify(entries));
    expect(used).toEqual([]);
  });

  it('holds nothing of a sensitive number', async () => {
    await recorded('none');
    const json = await readFile(join(dir, 'none', CALL_FILE), 'utf8');
    expect(json).not.toContain(CARD);
    expect(json).not.toMatch(/4\D{0,40}"digit": "2"/);
  });

  it.each(['by voice', 'over the question'] as const)(
    'holds nothing of a sensitive number that is given %s, neither words nor sound, and the model is told nothing of it',
    async (how) => {
      const { call, caller } = await recorded('none', how);
      expect(said(call.timeline)).toContain('bot: Заказ принят.');
      expect(used.at(-1)).toContain(CARD);
      const json = await readFile(join(dir, 'none', CALL_FILE), 'utf8');
      expect(json).toContain('Большой');
      for (const kept of [json, ...asked]) expect(kept).not.toMatch(/4276|[чЧ]етыре|два семь|шесть/);
      const loud = caller.data.filter((byte, at) => at % 2 === 1 && byte !== 0).length;
      // Of the two answers before.
      expect(loud / RATE_HZ).toBe(2);
    },
  );

  it('holds no digits of the caller’s number where it is masked, and comes to the same', async () => {
    const bundle = await recorded('text');
    const json = await readFile(join(dir, 'text', CALL_FILE), 'utf8');
    const { call } = bundle;
    expect(call.tools?.uses[0]?.outcome?.content).toBe('три, звоните +00000000000');
    expect(call.context?.answers[0]?.known?.caller).toBe(
      '{"name":"xxxx","phone":"+00000000000","debt":10000000000}',
    );
    for (let from = 2; from + 4 <= PHONE.length - 2; from++)
      expect(json).not.toContain(PHONE.slice(from, from + 4));
    expect(json).not.toContain('Анна');
    expect(said(await replayCall(bundle))).toEqual(said(call.timeline));
  });

  it('names a tool that was never used', async () => {
    const { call, caller } = await recorded('none');
    const uses = call.tools?.uses.filter(({ name }) => name !== 'stock') ?? [];
    const without = { ...call, ...(call.tools && { tools: { ...call.tools, uses } }) };
    await expect(replayCall({ call: without, caller })).rejects.toMatchObject({
      code: 'REPLAY_NO_ANSWER',
      message: expect.stringMatching(/stock was used with .*насос.*--live tools\b/) as string,
    });
  });
});
