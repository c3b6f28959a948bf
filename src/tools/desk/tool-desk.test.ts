import { describe, expect, it } from 'vitest';
import { deferred } from '../../base/async.ts';
import { silentLog } from '../../base/log.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import type { JsonObject } from '../../base/json.ts';
import { toldOfEarlier } from '../journal/tool-journal.ts';
import { FACTS } from '../testing/facts.ts';
import { MemoryJournal } from '../testing/memory-journal.ts';
import type { Tool, ToolOutcome, ToolRequest } from '../tool.ts';
import { ToolDesk } from './tool-desk.ts';
import type { DoneTool } from './tool-desk.ts';

const DONE: ToolOutcome = { status: 'done', content: 'order 7' };
const UNCERTAIN: ToolOutcome = { status: 'failed', uncertain: true, content: 'no answer came' };
const THE_CALLER = new Error('the caller took the turn');

class Orders {
  readonly sent: { readonly input: JsonObject; readonly key: string }[] = [];
  #answers: (ToolOutcome | Promise<ToolOutcome>)[];

  constructor(...answers: (ToolOutcome | Promise<ToolOutcome>)[]) {
    this.#answers = answers;
  }

  tool(changes: Partial<Tool> = {}): Tool {
    return {
      name: 'order',
      description: 'Orders',
      parameters: {
        type: 'object',
        properties: { sku: { type: 'string' }, count: { type: 'integer' } },
        required: ['sku'],
        additionalProperties: false,
      },
      readOnly: false,
      saying: [],
      onInterrupt: 'finish',
      run: async (input: JsonObject, { idempotencyKey: key }: ToolRequest) => {
        this.sent.push({ input, key });
        return this.#answers.shift() ?? DONE;
      },
      ...changes,
    };
  }
}

interface World {
  readonly journal?: MemoryJournal;
  readonly tools?: readonly Tool[];
  readonly earlier?: MemoryJournal;
}

function deskWith(orders: Orders, { journal = new MemoryJournal(), tools, earlier }: World = {}) {
  const clock = new ManualClock();
  const told: string[] = [];
  let turnNow = 1;
  const desk = new ToolDesk({
    tools: () => tools ?? [orders.tool()],
    facts: () => FACTS,
    call: FACTS.id,
    turn: () => turnNow,
    journal,
    clock,
    log: silentLog,
    ...(earlier && { earlier: earlier.ofCall(FACTS.id) }),
    onStarted: ({ tool }) => told.push(`${tool} started`),
    onDone: ({ tool, how }) => told.push(`${tool} ${how}`),
  });
  const ask = (turn = 1, input: unknown = { sku: 'P1' }, by = confirmed()) => {
    turnNow = turn;
    return desk.run(
      { id: 'c1', name: 'order', input: typeof input === 'string' ? input : JSON.stringify(input) },
      by,
    );
  };
  return { desk, ask, journal, clock, told };
}

function confirmed(signal = new AbortController().signal) {
  return { confirmed: Promise.resolve(), signal };
}

const how = (done: readonly DoneTool[]) => done.map((each) => each.how);

describe('a tool with effects', () => {
  it('is done once the turn is confirmed, with a line before it and one after it', async () => {
    const orders = new Orders();
    const { ask, journal, told, desk } = deskWith(orders);
    expect(await ask()).toEqual(DONE);
    expect(orders.sent).toEqual([
      { input: { sku: 'P1' }, key: expect.stringMatching(/^[\da-f]{40}$/) as string },
    ]);
    const key = orders.sent[0]?.key;
    expect(journal.lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { event: 'begun', call: 'call-1', tool: 'order', key, at: '' },
      { event: 'ended', call: 'call-1', tool: 'order', key, at: '', how: 'done' },
    ]);
    expect(told).toEqual(['order started', 'order done']);
    expect(desk.done).toMatchObject([{ id: 'c1', turn: 1, input: { sku: 'P1' }, content: 'order 7' }]);
  });

  it('is never begun for an answer that was thrown away before the turn was over', async () => {
    const orders = new Orders();
    const { ask, journal, desk } = deskWith(orders);
    const answer = new AbortController();
    const asked = ask(1, { sku: 'P1' }, { confirmed: deferred().promise, signal: answer.signal });
    answer.abort(THE_CALLER);
    await expect(asked).rejects.toBe(THE_CALLER);
    await desk.settled();
    expect(orders.sent).toEqual([]);
    expect(journal.lines).toEqual([]);
    expect(desk.done).toEqual([]);
  });

  it('is not begun when the caller takes the turn while the line is written', async () => {
    const orders = new Orders();
    const written = deferred();
    const journal = new MemoryJournal();
    const { ask, desk } = deskWith(orders, {
      journal: Object.assign(journal, { begun: () => written.promise }),
    });
    const answer = new AbortController();
    const asked = ask(1, { sku: 'P1' }, confirmed(answer.signal));
    await new Promise(setImmediate);
    answer.abort(THE_CALLER);
    written.resolve();
    await expect(asked).rejects.toBe(THE_CALLER);
    await desk.settled();
    expect(orders.sent).toEqual([]);
    expect(how(desk.done)).toEqual(['notSent']);
    expect(journal.lines).toEqual([expect.stringContaining('notSent')]);
  });

  it('is done once when the model repeats itself, at once or afterwards, with its arguments in any order', async () => {
    const orders = new Orders();
    const { ask } = deskWith(orders);
    const both = [ask(1, '{"sku":"P1","count":2}'), ask(1, '{"count":2,"sku":"P1"}')];
    expect(await Promise.all(both)).toEqual([DONE, DONE]);
    expect(await ask(1, { sku: 'P1', count: 2 })).toEqual(DONE);
    expect(orders.sent).toHaveLength(1);
    await ask(1, { sku: 'P1', count: 3 });
    expect(orders.sent).toHaveLength(2);
  });

  it('is done again in a later turn: the caller wants another one', async () => {
    const orders = new Orders();
    const { ask } = deskWith(orders);
    await ask(1);
    await ask(2);
    expect(new Set(orders.sent.map(({ key }) => key)).size).toBe(2);
  });

  it('goes on when the caller interrupts it, and is known to whoever asks again meanwhile', async () => {
    const answer = deferred<ToolOutcome>();
    const orders = new Orders(answer.promise);
    const { ask, desk } = deskWith(orders);
    const turn = new AbortController();
    const first = ask(1, { sku: 'P1' }, confirmed(turn.signal));
    await new Promise(setImmediate);
    turn.abort(THE_CALLER);
    await expect(first).rejects.toBe(THE_CALLER);
    const second = ask(2);
    const settled = desk.settled();
    answer.resolve(DONE);
    expect(await second).toEqual(DONE);
    expect(await ask(2)).toEqual(DONE);
    await settled;
    expect(orders.sent).toHaveLength(1);
    expect(how(desk.done)).toEqual(['done']);
  });

  it('that was done in an interrupted turn is told of to whoever asks again, and done again only after that', async () => {
    const answer = deferred<ToolOutcome>();
    const orders = new Orders(answer.promise);
    const { ask, desk } = deskWith(orders);
    const turn = new AbortController();
    const first = ask(1, { sku: 'P1' }, confirmed(turn.signal));
    await new Promise(setImmediate);
    turn.abort(THE_CALLER);
    await expect(first).rejects.toBe(THE_CALLER);
    answer.resolve(DONE);
    await desk.settled();
    expect(await ask(2)).toEqual({
      status: 'done',
      content: expect.stringContaining('was not done a second time: order 7') as string,
    });
    expect(orders.sent).toHaveLength(1);
    await ask(3);
    expect(orders.sent).toHaveLength(2);
  });

  it('that is cancelled is not said to be undone, and shows the same key when it is asked for again', async () => {
    const orders = new Orders(new Promise(() => undefined));
    const { ask, desk } = deskWith(orders, { tools: [orders.tool({ onInterrupt: 'cancel' })] });
    const turn = new AbortController();
    const first = ask(1, { sku: 'P1' }, confirmed(turn.signal));
    await new Promise(setImmediate);
    turn.abort(THE_CALLER);
    await expect(first).rejects.toBe(THE_CALLER);
    await desk.settled();
    expect(how(desk.done)).toEqual(['unknown']);
    expect(await ask(2)).toMatchObject({ status: 'failed', uncertain: true });
    expect(await ask(3)).toEqual(DONE);
    expect(new Set(orders.sent.map(({ key }) => key)).size).toBe(1);
  });

  it('of which nobody knows is not repeated in the same turn', async () => {
    const orders = new Orders(UNCERTAIN);
    const { ask } = deskWith(orders);
    expect(await ask(1)).toEqual(UNCERTAIN);
    expect(await ask(1)).toEqual(UNCERTAIN);
    expect(orders.sent).toHaveLength(1);
  });

  it('of which nobody knows stays so when another try surely fails', async () => {
    const orders = new Orders(UNCERTAIN, { status: 'failed', content: 'HTTP 422' });
    const { ask, journal } = deskWith(orders);
    await ask(1);
    expect(await ask(2)).toMatchObject({
      uncertain: true,
      content: expect.stringMatching(/^HTTP 422 What was tried before may have been done/) as string,
    });
    expect(journal.lines.at(-1)).toContain('unknown');
    await ask(3);
    expect(new Set(orders.sent.map(({ key }) => key)).size).toBe(1);
  });

  it('that surely failed may be tried again in the same turn', async () => {
    const orders = new Orders({ status: 'failed', content: 'HTTP 422' });
    const { ask } = deskWith(orders);
    await ask(1);
    expect(await ask(1)).toEqual(DONE);
    expect(orders.sent).toHaveLength(2);
  });

  it('is refused while the disk is full, and what only reads or stays in the call goes on', async () => {
    const orders = new Orders();
    const journal = new MemoryJournal();
    journal.isFull = true;
    const refused = deskWith(orders, { journal });
    expect(await refused.ask()).toMatchObject({
      status: 'failed',
      content: expect.stringMatching(/not done: it cannot be recorded/) as string,
    });
    expect(orders.sent).toEqual([]);
    expect(how(refused.desk.done)).toEqual(['notSent']);
    for (const tool of [orders.tool({ readOnly: true }), orders.tool({ staysInCall: true })])
      expect(await deskWith(orders, { journal, tools: [tool] }).ask()).toEqual(DONE);
  });

  it('that never comes back is given up', async () => {
    const orders = new Orders(new Promise(() => undefined));
    const { ask, clock, desk } = deskWith(orders);
    const asked = ask();
    const outcome = await clock.runUntil(asked);
    expect(outcome).toMatchObject({ status: 'failed', uncertain: true });
    expect(how(desk.done)).toEqual(['unknown']);
    expect(clock.pending).toBe(0);
  });
});

describe('after a crash', () => {
  it('what may have been done is told to the model, asked about first, and then shows the same key', async () => {
    const journal = new MemoryJournal();
    const killed = new Orders(new Promise(() => undefined));
    void deskWith(killed, { journal }).ask();
    await new Promise(setImmediate);
    expect(toldOfEarlier(journal.ofCall(FACTS.id))).toMatch(/order.*may have been done/);

    const orders = new Orders();
    const { ask } = deskWith(orders, { journal, earlier: journal });
    expect(await ask(5)).toMatchObject({
      status: 'failed',
      content: expect.stringMatching(
        /^Before the connection broke it was done 0 times in this call, and begun once more/,
      ) as string,
    });
    expect(await ask(5)).toMatchObject({ status: 'failed' });
    expect(orders.sent).toEqual([]);
    expect(await ask(6)).toEqual(DONE);
    expect(orders.sent[0]?.key).toBe(killed.sent[0]?.key);
  });

  it('what was done is not done again by a model that may not know of it, unless the caller wants another one', async () => {
    const journal = new MemoryJournal();
    const before = new Orders();
    await deskWith(before, { journal }).ask();
    expect(toldOfEarlier(journal.ofCall(FACTS.id))).toBeUndefined();
    const orders = new Orders();
    const { ask } = deskWith(orders, { journal, earlier: journal });
    expect(await ask(5)).toMatchObject({
      content: expect.stringMatching(
        /^Before the connection broke it was done 1 time in this call, and was not done again/,
      ) as string,
    });
    expect(orders.sent).toEqual([]);
    await ask(6);
    expect(orders.sent[0]?.key).not.toBe(before.sent[0]?.key);
  });
});

describe('a read-only tool', () => {
  it('runs for an answer that began early, without a line in the journal', async () => {
    const orders = new Orders();
    const { ask, journal } = deskWith(orders, { tools: [orders.tool({ readOnly: true })] });
    const early = { confirmed: deferred().promise, signal: new AbortController().signal };
    expect(await ask(1, { sku: 'P1' }, early)).toEqual(DONE);
    expect(journal.lines).toEqual([]);
  });
});

describe('what a model gets wrong', () => {
  it.each([
    ['{"sku":5}', /sku must be string/],
    ['{"count":1}', /sku is missing/],
    ['{"sku":"a","color":"red"}', /color is not known; known are: sku, count/],
    ['{"sku":"a","count":1.5}', /count must be integer/],
    ['{"sku":', /not a JSON object/],
    ['["a"]', /not a JSON object/],
    ['', /sku is missing/],
    [`{"sku":"${'x'.repeat(40_000)}"}`, /too long/],
  ])('is told so that it can mend it: %s', async (input, told) => {
    const orders = new Orders();
    const { ask, desk } = deskWith(orders);
    expect(await ask(1, input)).toMatchObject({
      status: 'failed',
      content: expect.stringMatching(told) as string,
    });
    expect(orders.sent).toEqual([]);
    expect(how(desk.done)).toEqual(['failed']);
  });

  it('may be the name', async () => {
    const orders = new Orders();
    const { desk } = deskWith(orders);
    const outcome = await desk.run({ id: '1', name: 'oder', input: '{}' }, confirmed());
    expect(outcome.content).toBe('There is no tool "oder". There are: order.');
  });
});
