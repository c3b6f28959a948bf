import { describe, expect, it } from 'vitest';
import { deferred } from '../base/async.ts';
import { ParleyError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { CallContext } from './call-context.ts';
import type { FoundPassage } from './knowledge/found-passage.ts';
import type { KnowledgeSource } from './knowledge/knowledge-source.ts';
import type { ContextFacts } from './known-context.ts';

const TOP = 4;
const passage = (text: string): FoundPassage => ({
  title: 'T',
  file: `${text}.md`,
  headings: [],
  text,
  score: 1,
  terms: [],
});

/** Documents that hold one passage for each question: the question itself. */
class ScriptedKnowledge implements KnowledgeSource {
  readonly hasMeaning: boolean;
  readonly asked: string[] = [];
  readonly meant: string[] = [];
  readonly #clock: ManualClock;
  wordsTakeMs = 5;
  meaningTakesMs = 50;
  failure: ParleyError | undefined;

  constructor(clock: ManualClock, hasMeaning = false) {
    this.#clock = clock;
    this.hasMeaning = hasMeaning;
  }

  byWords(question: string): Promise<readonly FoundPassage[]> {
    this.asked.push(question);
    return this.#after(this.wordsTakeMs, [passage(question)]);
  }

  byMeaning(question: string): Promise<readonly FoundPassage[]> {
    this.meant.push(question);
    return this.#after(this.meaningTakesMs, [passage(`${question}, by meaning`)]);
  }

  #after(ms: number, found: readonly FoundPassage[]): Promise<readonly FoundPassage[]> {
    const answer = deferred<readonly FoundPassage[]>();
    this.#clock.after(ms, () => (this.failure ? answer.reject(this.failure) : answer.resolve(found)));
    return answer.promise;
  }
}

function callWith({ hasMeaning = false } = {}) {
  const clock = new ManualClock();
  const source = new ScriptedKnowledge(clock, hasMeaning);
  const lookup = deferred<Json | undefined>();
  const facts: ContextFacts[] = [];
  const context = new CallContext({
    clock,
    caller: { lookUp: () => lookup.promise, deadlineMs: 800 },
    knowledge: { source, top: TOP, deadlineMs: 150 },
    onReady: (each) => facts.push(each),
  });
  const { signal } = new AbortController();
  const answer = (text: string) => clock.runUntil(context.for(text, signal));
  const texts = async (text: string) => (await answer(text)).passages.map(({ text: found }) => found);
  return { clock, source, lookup, facts, context, answer, texts };
}

describe('what a call is told from elsewhere', () => {
  it('is there at once when the words were searched while they were said', async () => {
    const { clock, context, source, facts } = callWith();
    context.heard('доставка');
    context.heard('доставка в Тулу');
    await clock.advance(100);
    const known = await context.for('А доставка, ну, в Тулу?', new AbortController().signal);
    expect(known).toEqual({ passages: [passage('доставка в Тулу')], late: [] });
    expect(source.asked).toEqual(['доставка', 'доставка в Тулу']);
    expect(facts).toEqual([{ source: 'knowledge', startedAtMs: 0, tookMs: 5, late: false, found: 1 }]);
    expect(clock.nowMs()).toBe(100);
  });

  it('is left out when it is late, counted, and there for the next answer', async () => {
    const { clock, source, facts, answer, texts } = callWith();
    source.wordsTakeMs = 400;
    expect(await answer('доставка')).toEqual({ passages: [], late: ['knowledge'] });
    expect(clock.nowMs()).toBe(150);
    expect(facts).toEqual([]);
    await clock.advance(300);
    expect(facts).toEqual([{ source: 'knowledge', startedAtMs: 0, tookMs: 400, late: true, found: 1 }]);
    source.wordsTakeMs = 5;
    expect(await texts('гарантия')).toEqual(['гарантия', 'доставка']);
    expect(await texts('да')).toEqual(['доставка']);
    await clock.advance(60_000);
    expect(await texts('возврат')).toEqual(['возврат']);
  });

  it('is nothing for words that say nothing, without a search', async () => {
    const { source, answer, facts } = callWith();
    expect(await answer('ну да, спасибо')).toEqual({ passages: [], late: [] });
    expect(source.asked).toEqual([]);
    expect(facts).toEqual([]);
  });

  it('is told without documents when they cannot be searched', async () => {
    const { source, answer, facts } = callWith();
    source.failure = new ParleyError('KNOWLEDGE_UNAVAILABLE', 'x');
    expect(await answer('доставка')).toEqual({ passages: [], late: [] });
    expect(facts).toMatchObject([{ late: false, found: 0, failure: 'KNOWLEDGE_UNAVAILABLE' }]);
  });

  it('is found by meaning when that is in time, by words when it is late or fails', async () => {
    const { clock, source, facts, answer, texts } = callWith({ hasMeaning: true });
    expect(await texts('доставка')).toEqual(['доставка, by meaning']);
    source.meaningTakesMs = 1000;
    expect(await answer('гарантия')).toEqual({ passages: [passage('гарантия')], late: ['embeddings'] });
    await clock.advance(1000);
    expect(await texts('гарантия')).toEqual(['гарантия, by meaning']);
    expect(facts.filter(({ source: of }) => of === 'embeddings').map(({ late }) => late)).toEqual([
      false,
      true,
    ]);
    source.meaningTakesMs = 5;
    source.byMeaning = () => Promise.reject(new ParleyError('KNOWLEDGE_EMBEDDINGS_FAILED', 'x'));
    expect(await texts('возврат')).toEqual(['возврат']);
    expect(facts.at(-2)).toMatchObject({ source: 'embeddings', failure: 'KNOWLEDGE_EMBEDDINGS_FAILED' });
  });

  it('asks the paid endpoint only for words that stood still, not for each of them', async () => {
    const { clock, source, context } = callWith({ hasMeaning: true });
    for (const text of ['доставка', 'доставка Тула', 'доставка Тула пятница']) {
      context.heard(text);
      await clock.advance(100);
    }
    await clock.advance(300);
    expect(source.asked).toHaveLength(3);
    expect(source.meant).toEqual(['доставка Тула пятница']);
  });

  it('knows the caller whose record came while the telephone rang, and waits for it no longer than its deadline', async () => {
    const { clock, lookup, facts, context, answer } = callWith();
    context.callerLookup();
    context.callerLookup();
    expect(await answer('да')).toEqual({ passages: [], late: ['caller'] });
    expect(clock.nowMs()).toBe(800);
    await clock.advance(200);
    lookup.resolve({ name: 'Анна' });
    await clock.advance(0);
    expect(await answer('да')).toEqual({ caller: { name: 'Анна' }, passages: [], late: [] });
    expect(facts).toEqual([{ source: 'caller', startedAtMs: 0, tookMs: 1000, late: true, found: 1 }]);
  });

  it('goes on without the caller when the lookup fails', async () => {
    const { lookup, facts, context, answer } = callWith();
    context.callerLookup();
    lookup.reject(new ParleyError('CALLER_LOOKUP_FAILED', 'x'));
    expect(await answer('да')).toEqual({ passages: [], late: [] });
    expect(facts).toMatchObject([
      { source: 'caller', found: 0, late: false, failure: 'CALLER_LOOKUP_FAILED' },
    ]);
  });

  it('ends with the answer that wants it, and leaves no timer and no word behind when the call ends', async () => {
    const { clock, facts, context, source } = callWith({ hasMeaning: true });
    source.wordsTakeMs = 10_000;
    context.callerLookup();
    const over = new AbortController();
    const asked = context.for('доставка', over.signal);
    over.abort(new Error('the caller spoke again'));
    await expect(asked).rejects.toThrow('the caller spoke again');
    context.heard('гарантия');
    context.close();
    context.close();
    await clock.advance(20_000);
    expect(clock.pending).toBe(0);
    expect(facts).toEqual([]);
    expect((await context.for('возврат', new AbortController().signal)).passages).toEqual([]);
  });
});
