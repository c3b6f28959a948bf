/**
 * The records of all live calls: a small record each, written behind the call's back and deleted at its end, unless the line was lost: the
 * caller may still be there. What is there when the process starts are calls that the process before it did not end.
 */
import type { CancelTimer, Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { CallRecord, SurvivalStore } from './survival-store.ts';
import type { Call } from '../call/call.ts';
import type { Resumed } from '../call/resumed.ts';
import { consentOf } from '../timeline/consent.ts';
import type { TimelineType } from '../timeline/timeline.ts';

/** The part of a call that is kept. */
export type KeptCall = Pick<Call, 'timeline' | 'messages' | 'language'> &
  Partial<Pick<Call, 'flow' | 'variables'>> & {
    readonly line: { readonly id: string; readonly party?: NonNullable<CallRecord['party']> };
    readonly profile: { readonly name: string };
  };

/** A conversation that was left, to be gone on with. */
export interface LeftCall {
  readonly record: CallRecord;
  readonly resumed: Resumed;
}

export interface ResumableCallsOptions {
  readonly store: SurvivalStore;
  readonly clock: Clock;
  /** The wall clock, in milliseconds since 1970. */
  readonly epochMs: () => number;
  readonly log: Log;
  /** Told of each call that nobody goes on with: it is over, and had no end. */
  readonly onForgotten?: (record: CallRecord) => void;
  /** Another daemon goes on with it: told when all that is known of it is written. */
  readonly onMoved?: (record: CallRecord) => Promise<void>;
}

/**
 * How long a change may wait to be written, ms: several come at the same moment, and one write serves them all. A crash within it loses
 * a sentence.
 */
const WRITE_WITHIN_MS = 100;

/** After these the history, or the turn, is another one. */
const CHANGES: ReadonlySet<TimelineType> = new Set([
  'consent',
  'recognition.done',
  'language.switched',
  'flow.step',
  'playback.finished',
  'turn.over',
]);

export class ResumableCalls {
  readonly #options: ResumableCallsOptions;
  /** Nobody has claimed these yet. */
  #left: readonly CallRecord[] = [];
  /** By leg: those of other daemons, whose callers are on their way to this one. */
  readonly #expected = new Map<string, CallRecord>();
  readonly #working = new Set<Promise<void>>();

  /** Reads what the process before this one has left. Never rejects: calls can be served without. */
  static async open(options: ResumableCallsOptions): Promise<ResumableCalls> {
    const records = new ResumableCalls(options);
    await records.#load();
    return records;
  }

  private constructor(options: ResumableCallsOptions) {
    this.#options = options;
  }

  /** Ids of the calls that the process before this one did not end, or whose line was lost, and that nobody has claimed. */
  get left(): readonly string[] {
    return this.#left.map((record) => record.call);
  }

  /** The same by the calls in which they began. */
  get conversations(): readonly string[] {
    return this.#left.map((record) => conversationOf(record));
  }

  /** What is known of the conversation on this leg, once. It stays on disk until `keep` has put something newer in its place. */
  claim(leg: string): LeftCall | undefined {
    // A process that was killed while it took a call over has left two.
    const expected = this.#expected.get(leg);
    this.#expected.delete(leg);
    const lefts = [...(expected ? [expected] : []), ...this.#left.filter((left) => left.leg === leg)];
    const [record, ...older] = lefts.sort((a, b) => b.turn - a.turn);
    if (!record) return undefined;
    this.#left = this.#left.filter((left) => left.leg !== leg);
    for (const { call } of older) void this.#work(() => this.#delete(call));
    const { consent, flow, language, messages, turn, startedAtEpochMs } = record;
    const elapsedMs = Math.max(0, this.#options.epochMs() - startedAtEpochMs);
    const spoken = language !== undefined && { language };
    const conversation = conversationOf(record);
    const consented = consent !== undefined && { consent };
    const seamless = record.givenAway === true && { isSeamless: true };
    const resumed = { messages, turn, conversation, elapsedMs, flow, ...spoken, ...consented, ...seamless };
    return { record, resumed };
  }

  /** The caller of another daemon's call is about to arrive here. */
  expect(record: CallRecord): void {
    this.#expected.set(record.leg, record);
  }

  /** Who was expected does not come. */
  expectNoMore({ leg }: CallRecord): void {
    const record = this.#expected.get(leg);
    this.#expected.delete(leg);
    if (record) this.#forget(record);
  }

  /** A call that was claimed, or another daemon's, is not gone on with. */
  forget({ record }: Pick<LeftCall, 'record'>): void {
    this.#forget(record);
  }

  #forget(record: CallRecord): void {
    this.#options.onForgotten?.(record);
    void this.#work(() => this.#delete(record.call));
  }

  /** Forgets the calls that nobody has claimed: their callers are gone. */
  forgetLeft(): void {
    for (const record of this.#left) this.#options.onForgotten?.(record);
    for (const call of this.left) void this.#work(() => this.#delete(call));
    this.#left = [];
  }

  /** Keeps a call on disk from now until its end. Never slows it, never fails it. */
  keep(call: KeptCall, leg: string, left?: LeftCall): void {
    const startedAtEpochMs = left?.record.startedAtEpochMs ?? this.#options.epochMs();
    let superseded = left?.record.call;
    const conversation = left?.resumed.conversation;
    let last = Promise.resolve();
    let cancelWrite: CancelTimer | undefined;
    const inOrder = (step: () => Promise<void>) => (last = this.#work(() => last.then(step)));
    const recordNow = (): CallRecord => {
      const { flow, language, timeline, messages, line, profile, variables = {} } = call;
      const consent = consentOf(timeline.entries);
      return {
        call: line.id,
        ...(conversation !== undefined && { conversation }),
        leg,
        bot: profile.name,
        startedAtEpochMs,
        turn: timeline.turn,
        language,
        messages,
        ...(flow && { flow }),
        ...(consent && { consent }),
        ...(Object.keys(variables).length > 0 && { variables }),
        ...(line.party && { party: { direction: line.party.direction, number: line.party.number } }),
        writtenAtEpochMs: this.#options.epochMs(),
      };
    };
    const write = async () => {
      await this.#write(recordNow());
      if (superseded !== undefined) await this.#delete(superseded);
      superseded = undefined;
    };
    void inOrder(write);
    call.timeline.observe((entry) => {
      const { type } = entry;
      if (type === 'call.ended') {
        cancelWrite?.();
        if (entry.cause === 'moved') void inOrder(() => this.#moved(recordNow()));
        else if (entry.cause === 'lost') this.#left = [...this.#left, recordNow()];
        else void inOrder(() => this.#delete(call.line.id));
      } else if (CHANGES.has(type)) {
        cancelWrite ??= this.#options.clock.after(WRITE_WITHIN_MS, () => {
          cancelWrite = undefined;
          void inOrder(write);
        });
      }
    });
  }

  async #moved(record: CallRecord): Promise<void> {
    const { log, onMoved } = this.#options;
    await onMoved?.(record).catch((error: unknown) =>
      log.error({ event: 'records.unmoved', call: record.call, error }, 'a call could not be given away'),
    );
  }

  /** Resolves when everything is written and deleted that is to be. */
  async settled(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working);
  }

  async #load(): Promise<void> {
    const { log, store } = this.#options;
    try {
      const calls = await store.calls();
      const read = await Promise.all(calls.map((call) => this.#read(call)));
      this.#left = read.filter((record) => record !== undefined);
    } catch (error) {
      log.error({ event: 'records.unusable', error }, 'no call could go on after a crash of Parley');
    }
  }

  async #read(call: string): Promise<CallRecord | undefined> {
    try {
      return await this.#options.store.read(call);
    } catch {
      this.#options.log.warn({ event: 'records.unreadable', call }, 'a record of a call is of no use');
      await this.#delete(call);
      return undefined;
    }
  }

  async #write(record: CallRecord): Promise<void> {
    const { call } = record;
    await this.#options.store
      .write(record)
      .catch((error: unknown) =>
        this.#options.log.warn(
          { event: 'records.unwritten', call, error },
          'this call could not go on after a crash',
        ),
      );
  }

  async #delete(call: string): Promise<void> {
    await this.#options.store
      .delete(call)
      .catch((error: unknown) =>
        this.#options.log.warn({ event: 'records.undeleted', call, error }, 'a record could not be deleted'),
      );
  }

  /** Work that nobody waits for but `settled`. */
  #work(step: () => Promise<void>): Promise<void> {
    const working = step().finally(() => this.#working.delete(working));
    this.#working.add(working);
    return working;
  }
}

function conversationOf({ call, conversation = call }: CallRecord): string {
  return conversation;
}
