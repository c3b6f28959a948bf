/**
 * Where a call has its tools used: nothing before the caller's turn is confirmed unless it is read-only, nothing twice, nothing with effects
 * without a line in the journal, and nothing is told of as done that was not. One for each call.
 */
import { childWithin } from '../../base/abort.ts';
import { deferred, unlessAborted } from '../../base/async.ts';
import type { Clock } from '../../base/clock.ts';
import { errorCode } from '../../base/errors.ts';
import type { JsonObject } from '../../base/json.ts';
import type { Log } from '../../base/log.ts';
import { MAY_BE_DONE } from '../http/http-tool.ts';
import type { EarlierUse, HowEnded, ToolJournal } from '../journal/tool-journal.ts';
import type { CallFacts, Tool, ToolOutcome } from '../tool.ts';
import { readAsked, signatureOf } from './asked.ts';
import type { AskedTool } from './asked.ts';
import { KnownUses } from './known-uses.ts';
import type { Decision, Use } from './known-uses.ts';

export interface ToolDeskOptions {
  /** As they are when something is asked for: they may change during a call. */
  readonly tools: () => readonly Tool[];
  readonly facts: () => CallFacts;
  /** The call's id. */
  readonly call: string;
  /** Which turn is answered, as soon as it is confirmed: in one and the same nothing is done twice. */
  readonly turn: () => number;
  readonly journal: ToolJournal;
  readonly clock: Clock;
  readonly log: Log;
  /** What of an outcome may be read by anybody; all of it if not given. */
  readonly shown?: ((content: string) => string) | undefined;
  /** What the journal tells of this call, if an earlier process has had it. */
  readonly earlier?: readonly EarlierUse[];
  readonly onStarted?: (use: StartedTool) => void;
  /** Also of one that never started: it was refused, and `startedAtMs` is when it ended. */
  readonly onDone?: (use: DoneTool) => void;
}

export interface StartedTool {
  /** The model's name for it. */
  readonly id: string;
  readonly turn: number;
  readonly tool: string;
  readonly input: JsonObject;
  readonly readOnly: boolean;
  readonly startedAtMs: number;
}

export interface DoneTool extends StartedTool {
  /** notSent: it was given up before anything went out. unknown: nobody can say whether it was done. */
  readonly how: HowEnded;
  /** What the model is given to read. */
  readonly content: string;
  readonly endedAtMs: number;
}

export interface AskedBy {
  /** Resolves when it is certain that this turn of the caller's is answered; for a read-only tool nobody waits for it. */
  readonly confirmed: Promise<unknown>;
  /** Aborts when the answer that asked is given up. */
  readonly signal: AbortSignal;
}

/** Longer than any deadline of a profile (30 s): what does not come back by itself is given up. */
const LONGEST_USE_MS = 45_000;

const NOT_SENT: ToolOutcome = {
  status: 'failed',
  content: 'It was not done: the caller went on before it began.',
};
const CANCELLED: ToolOutcome = {
  status: 'failed',
  uncertain: true,
  content: `It was cancelled. ${MAY_BE_DONE}`,
};
const BROKEN: ToolOutcome = { status: 'failed', uncertain: true, content: `It failed. ${MAY_BE_DONE}` };
const DOUBT = `What was tried before may have been done all the same. ${MAY_BE_DONE}`;
const UNRECORDED: ToolOutcome = {
  status: 'failed',
  content: 'It was not done: it cannot be recorded at the moment. Say that this cannot be done now.',
};

export class ToolDesk {
  readonly #options: ToolDeskOptions;
  readonly #known: KnownUses;
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #done: DoneTool[] = [];

  constructor(options: ToolDeskOptions) {
    this.#options = options;
    this.#known = new KnownUses(options.call, options.earlier ?? []);
  }

  /** What has ended, in that order. */
  get done(): readonly DoneTool[] {
    return this.#done;
  }

  /**
   * Has it done, and tells what became of it. Throws the signal's reason: then one with effects was never begun, or goes on as its
   * `onInterrupt` says, and `done` and `onDone` tell its end. Whatever else goes wrong is told in the outcome.
   */
  async run(asked: AskedTool, by: AskedBy): Promise<ToolOutcome> {
    by.signal.throwIfAborted();
    const read = readAsked(asked, this.#options.tools());
    const started = this.#startedNow(asked, read.input);
    if ('refusal' in read) {
      const outcome: ToolOutcome = { status: 'failed', content: read.refusal };
      this.#note(started, outcome, 'failed');
      return outcome;
    }
    if (read.tool.readOnly) return this.#look(read.tool, { ...started, readOnly: true }, by.signal);
    await unlessAborted(by.confirmed, by.signal);
    by.signal.throwIfAborted();
    return this.#do(read.tool, asked, by.signal, read.input);
  }

  /** Resolves when nothing is under way any more, at the latest when the longest deadline has passed. Never rejects. */
  async settled(): Promise<void> {
    const { promise: late, resolve } = deferred();
    // A tool comes back before that; a disk that hangs may not.
    const cancel = this.#options.clock.after(LONGEST_USE_MS, resolve);
    await Promise.race([late, this.#allSettled()]);
    cancel();
  }

  async #allSettled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  async #look(tool: Tool, started: StartedTool, signal: AbortSignal): Promise<ToolOutcome> {
    this.#tell(this.#options.onStarted, started);
    const work = this.#bounded(signal);
    try {
      const outcome = await this.#used(tool, started.input, started.id, work.signal);
      this.#note(started, outcome, howOf(outcome));
      return outcome;
    } catch (error) {
      const outcome = signal.aborted ? NOT_SENT : this.#broken(tool, error);
      this.#note(started, outcome, signal.aborted ? 'notSent' : 'failed');
      signal.throwIfAborted();
      return outcome;
    } finally {
      work.release();
    }
  }

  /** Up to its first await nothing else can ask for the same. */
  async #do(tool: Tool, asked: AskedTool, signal: AbortSignal, input: JsonObject): Promise<ToolOutcome> {
    const signature = signatureOf(tool.name, input);
    const started = this.#startedNow(asked, input);
    const decision = this.#known.decide(signature, started.turn);
    if (decision.kind === 'askFirst') {
      const outcome = askFirst(decision);
      this.#note(started, outcome, 'failed');
      return outcome;
    }
    const use =
      decision.kind === 'begin' ? this.#begin(tool, started, signature, decision, signal) : decision.use;
    const outcome = await unlessAborted(use.outcome, signal);
    use.isTold = true;
    return decision.kind === 'untold' ? toldLate(outcome) : outcome;
  }

  #begin(
    tool: Tool,
    started: StartedTool,
    signature: string,
    { key, ordinal, isDoubtful }: Pick<Use, 'key' | 'ordinal' | 'isDoubtful'>,
    signal: AbortSignal,
  ): Use {
    const { promise, resolve } = deferred<ToolOutcome>();
    const { turn } = started;
    const use: Use = { key, ordinal, isDoubtful, turn, outcome: promise, isTold: false };
    this.#known.add(signature, use);
    const doing = this.#perform(tool, started, use, signal).then(resolve);
    this.#underWay.add(doing);
    void doing.finally(() => this.#underWay.delete(doing));
    return use;
  }

  /** Never rejects. */
  async #perform(tool: Tool, started: StartedTool, use: Use, signal: AbortSignal): Promise<ToolOutcome> {
    const { journal, call, log } = this.#options;
    const line = { call, tool: tool.name, key: use.key };
    const isKept = tool.staysInCall !== true;
    try {
      if (isKept) await journal.begun(line);
    } catch (error) {
      log.error({ event: 'tool.unrecorded', call, tool: tool.name, error }, 'a tool was refused: no journal');
      return this.#end(started, use, UNRECORDED, 'notSent');
    }
    let outcome = NOT_SENT;
    let how: HowEnded = 'notSent';
    if (!signal.aborted) {
      this.#tell(this.#options.onStarted, started);
      outcome = await this.#effected(tool, started.input, use.key, signal);
      how = howOf(outcome);
    }
    if (isKept) await journal.ended(line, sureOf(use, how));
    return this.#end(started, use, outcome, how);
  }

  /** Never rejects. Only one that may be cancelled knows of the signal. */
  async #effected(tool: Tool, input: JsonObject, key: string, signal: AbortSignal): Promise<ToolOutcome> {
    const mayBeCancelled = tool.onInterrupt === 'cancel';
    const work = this.#bounded(...(mayBeCancelled ? [signal] : []));
    try {
      return await this.#used(tool, input, key, work.signal);
    } catch (error) {
      return mayBeCancelled && signal.aborted ? CANCELLED : this.#broken(tool, error);
    } finally {
      work.release();
    }
  }

  async #used(tool: Tool, input: JsonObject, key: string, signal: AbortSignal): Promise<ToolOutcome> {
    const { facts, shown } = this.#options;
    const request = { idempotencyKey: key, call: facts() };
    const outcome = await unlessAborted(tool.run(input, request, signal), signal);
    return shown ? { ...outcome, content: shown(outcome.content) } : outcome;
  }

  #broken(tool: Tool, error: unknown): ToolOutcome {
    const { log, call } = this.#options;
    const fields = { event: 'tool.broken', call, tool: tool.name, code: errorCode(error), error };
    log.error(fields, 'a tool has failed without an outcome');
    return BROKEN;
  }

  /** Aborts with a parent, and when no tool may go on any longer. */
  #bounded(...parents: readonly AbortSignal[]) {
    const late = () => new Error('the tool did not come back');
    return childWithin(LONGEST_USE_MS, this.#options.clock, late, ...parents);
  }

  #end(started: StartedTool, use: Use, outcome: ToolOutcome, howNow: HowEnded): ToolOutcome {
    const how = sureOf(use, howNow);
    const told = how === howNow ? outcome : inDoubt(outcome);
    use.ended = { how };
    this.#note(started, told, how);
    return told;
  }

  #note(started: StartedTool, { content }: ToolOutcome, how: HowEnded): void {
    const done = { ...started, how, content, endedAtMs: this.#options.clock.nowMs() };
    this.#done.push(done);
    this.#tell(this.#options.onDone, done);
  }

  /** What was done has been done, whatever becomes of those who are told. */
  #tell<News>(listener: ((news: News) => void) | undefined, news: News): void {
    try {
      listener?.(news);
    } catch (error) {
      const { log, call } = this.#options;
      log.error({ event: 'tool.observer', call, error }, 'what a tool has done could not be told');
    }
  }

  #startedNow({ id, name }: AskedTool, input: JsonObject): StartedTool {
    const { turn, clock } = this.#options;
    return { id, turn: turn(), tool: name, input, readOnly: false, startedAtMs: clock.nowMs() };
  }
}

/** A try that surely failed does not undo one before it of which nobody knows. */
function sureOf({ isDoubtful }: Use, how: HowEnded): HowEnded {
  return isDoubtful && how !== 'done' ? 'unknown' : how;
}

function inDoubt({ content }: ToolOutcome): ToolOutcome {
  return { status: 'failed', uncertain: true, content: `${content} ${DOUBT}` };
}

function askFirst({ how, times }: Extract<Decision, { kind: 'askFirst' }>): ToolOutcome {
  const done = `Before the connection broke it was done ${times} ${times === 1 ? 'time' : 'times'} in this call`;
  if (how === 'unknown') return { status: 'failed', content: `${done}, and begun once more. ${MAY_BE_DONE}` };
  return {
    status: 'failed',
    content: `${done}, and was not done again. If the caller wants another one, ask first.`,
  };
}

/** Who asked before was interrupted, and who asks now does not know of it. */
function toldLate(outcome: ToolOutcome): ToolOutcome {
  if (outcome.status !== 'done') return outcome;
  const content = `It had been done before, and was not done a second time: ${outcome.content} (If the caller wants another one, ask first.)`;
  return { ...outcome, content };
}

function howOf({ status, uncertain }: ToolOutcome): HowEnded {
  if (status === 'done') return 'done';
  return uncertain ? 'unknown' : 'failed';
}
