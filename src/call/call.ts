/**
 * A call, from top to bottom: answer, greet, then listen and answer in turn until somebody ends it. The caller may interrupt whatever
 * the bot says, at any time. What happens in each phase stands in phases/, what works in all of them in call-parts.ts.
 */
import { unlessAborted } from '../base/async.ts';
import type { CancelTimer } from '../base/clock.ts';
import { ParleyError } from '../base/errors.ts';
import type { BotProfile } from '../config/bot-profile.ts';
import type { HistoryMessage } from '../llm/prompt.ts';
import { canGoTo } from '../telephony/line.ts';
import type { Line } from '../telephony/line.ts';
import { placeText } from '../telephony/transfer-target.ts';
import type { TransferTarget } from '../telephony/transfer-target.ts';
import type { FirstToSpeak } from '../timeline/kinds.ts';
import type { Span } from '../timeline/timeline-spans.ts';
import type { CallEndCause, Timeline } from '../timeline/timeline.ts';
import type { CallKit } from './call-kit.ts';
import { CallOver, causeOfEnd, causeOfLineEnd } from './call-over.ts';
import { CallParts } from './call-parts.ts';
import type { FlowState } from './flow/flow-state.ts';
import { doneForCaller } from './flow-script.ts';
import { attend } from './listening/attend.ts';
import type { CallOrder, OrderedEnd } from './orders.ts';
import type { Persona } from './persona.ts';
import type { Ending } from './phases/doing.ts';
import type { Farewell } from './phases/farewell.ts';
import { greet, openScript } from './phases/opening.ts';
import { part } from './phases/parting.ts';
import { takeTurns } from './phases/turns.ts';
import type { Resumed } from './resumed.ts';

/** How long a call that has broken may take to part with its caller, ms: a goodbye, or the way to the fallback. */
const FAULTY_CALL_ENDS_WITHIN_MS = 10_000;

export class Call {
  readonly timeline: Timeline;
  readonly line: Line;
  readonly profile: BotProfile;
  readonly #parts: CallParts;
  /** Aborts when nothing of a call that has broken is waited for any longer. */
  readonly #givenUp = new AbortController();
  #cancelGivingUp: CancelTimer = () => undefined;
  #isGone = false;
  /** The caller can hear something. */
  #answered = false;
  /** Where the operator, or the bot, sends the caller. */
  #destination: Pick<Farewell, 'place' | 'variables'> | undefined;
  /** By which end of its script the conversation has ended. */
  #outcome: string | undefined;

  /** With `resumed`, the bot apologises instead of greeting, and goes on from there, in the language that was spoken. */
  constructor(
    line: Line,
    profile: BotProfile,
    personas: readonly [Persona, ...Persona[]],
    kit: CallKit,
    resumed?: Resumed,
  ) {
    this.line = line;
    this.profile = profile;
    this.#parts = new CallParts(line, profile, personas, kit, resumed);
    this.timeline = this.#parts.timeline;
  }

  /**
   * Who speaks first: a conversation that was given away between two turns goes on with the caller's, without a greeting; who is called says
   * hello, and is greeted.
   */
  get first(): FirstToSpeak {
    const { pickup, resumed } = this.#parts;
    if (resumed?.isSeamless) return 'caller';
    return pickup ? 'callee' : 'bot';
  }

  /** While the caller had put it on hold, on its clock. */
  get holds(): readonly Span[] {
    return this.#parts.holds.spans;
  }

  /** Runs the call to its end, leaves nothing behind, and tells why it ended. Never rejects. */
  async run(): Promise<CallEndCause> {
    const { abilities, bargeIn, consent, earlyAnswers, ear, keys, pickup } = this.#parts;
    let cancelLimit: CancelTimer = () => undefined;
    let cause: CallEndCause;
    try {
      cancelLimit = this.#begin();
      cause = await unlessAborted(this.#converse(), this.#givenUp.signal);
    } catch (error) {
      cause = this.#causeOf(error);
    }
    // The caller stays: nothing that follows may send him away.
    if (cause === 'moved') this.line.letGo?.();
    await this.#tidily(() => consent.close());
    await this.#tidily(() => bargeIn.close());
    await this.#tidily(() => earlyAnswers.drop());
    await this.#tidily(() => this.#part(cause));
    await this.#tidily(cancelLimit);
    await this.#tidily(() => keys.close());
    await this.#tidily(() => pickup?.close());
    await this.#tidily(() => ear.close());
    await this.#tidily(() => abilities.close());
    await this.#tidily(() => this.line.close());
    this.#isGone = true;
    this.#cancelGivingUp();
    this.timeline.mark('call.ended', { cause });
    return cause;
  }

  /** Connects the line's ear to the call, and ends the call when the line or the time does. */
  #begin(): CancelTimer {
    const { line, profile } = this;
    const { floor, kit, resumed } = this.#parts;
    attend(this.#parts);
    const onLineEnd = () => floor.end(causeOfLineEnd(line.ended.reason));
    line.ended.addEventListener('abort', onLineEnd, { once: true });
    if (line.ended.aborted) onLineEnd();
    const elapsedMs = resumed?.elapsedMs ?? 0;
    return kit.clock.after(Math.max(0, profile.maxCallMs - elapsedMs), () => floor.end('tooLong'));
  }

  /** Has another daemon go on with it, as soon as neither side has the turn: it ends here as moved. False on a line that cannot be given away. */
  giveAway(): boolean {
    if (!this.line.letGo) return false;
    this.#parts.orders.note({ kind: 'move' });
    this.#parts.ear.nudge();
    return true;
  }

  async #converse(): Promise<CallEndCause> {
    const parts = this.#parts;
    await this.line.answer();
    this.#answered = true;
    this.timeline.mark('call.answered', {});
    const met = await parts.pickup?.met(parts.floor.over);
    if (met?.kind === 'over') return met.cause;
    if (met) this.#heardAnswering();
    await parts.consent.obtain();
    let failed = 0;
    if ((await greet(parts, met?.greeting)) === 'failed') {
      failed++;
      await parts.say('apology', ({ apology }) => apology);
    }
    return this.#endedBy((await openScript(parts)) ?? (await takeTurns(parts, failed)));
  }

  /** "Hello?" is answered by the greeting: nobody takes it for an interruption. */
  #heardAnswering(): void {
    const { bargeIn, ear, history } = this.#parts;
    history.callerSaid(ear.dismiss());
    bargeIn.words('');
  }

  #endedBy({ cause, destination, outcome }: Ending): CallEndCause {
    if (cause === 'transferred') this.#destination = destination;
    this.#outcome = outcome;
    return cause;
  }

  #causeOf(error: unknown): CallEndCause {
    const cause = causeOfEnd(error);
    if (cause) return cause;
    const { log } = this.#parts.kit;
    log.error({ event: 'call.failure', call: this.line.id, error }, 'a call could not go on');
    return 'failure';
  }

  #part(cause: CallEndCause): Promise<void> {
    return part(this.#parts, cause, { wasAnswered: this.#answered, destination: this.#destination });
  }

  /** One step of leaving: whatever becomes of it, the next one follows. */
  async #tidily(step: () => unknown): Promise<void> {
    try {
      await unlessAborted(Promise.resolve(step()), this.#givenUp.signal);
    } catch (error) {
      if (!(error instanceof CallOver)) this.#parts.faulted('call.end', error);
    }
  }

  /** A fault of Parley's own in what belongs to this call: the conversation is over, and the caller gets what help there is. */
  fail(error: unknown): void {
    const { floor, kit } = this.#parts;
    this.#parts.faulted('call', error);
    if (this.#isGone) return;
    // What broke may be what the end would wait for.
    this.#cancelGivingUp();
    this.#cancelGivingUp = kit.clock.after(FAULTY_CALL_ENDS_WITHIN_MS, () =>
      this.#givenUp.abort(new CallOver('failure')),
    );
    floor.end('failure');
  }

  /** Ends the conversation politely: the caller goes to the fallback, or hears goodbye. */
  end(cause: OrderedEnd): void {
    this.#parts.orders.note({ kind: 'end', cause });
    this.#parts.floor.end(cause);
  }

  /** Whether the caller could be handed over there. Throws TRANSFER_KIND_WRONG, or what the line throws, LINE_ENDED among it. */
  async hasPlace(place: TransferTarget): Promise<boolean> {
    if (!canGoTo(this.line, place))
      throw new ParleyError(
        'TRANSFER_KIND_WRONG',
        `${placeText(place)} is of a kind that this caller's telephone cannot hand over to.`,
      );
    return (await this.line.hasPlace?.(place)) ?? true;
  }

  /** Ends the conversation at once and hands the caller over. */
  transferTo(place: TransferTarget): void {
    if (this.isOver) return;
    this.#parts.orders.note({ kind: 'transfer', place });
    this.#destination = { place };
    this.#parts.floor.end('transferred');
  }

  /** Says the operator's words in the bot's voice as soon as neither side has the turn; the caller may interrupt them. At most 250 characters. */
  say(text: string): void {
    this.#parts.orders.note({ kind: 'say', text });
    this.#parts.ear.nudge();
  }

  /** What others than the caller and the bot have wanted, oldest first. */
  get orders(): readonly CallOrder[] {
    return this.#parts.orders.all;
  }

  /** The conversation is over; the caller may still be there for a goodbye. */
  get isOver(): boolean {
    return this.#parts.floor.over.aborted;
  }

  /** What caller and bot speak at present, BCP-47. */
  get language(): string {
    return this.#parts.personas.language;
  }

  /** What was said so far. */
  get messages(): readonly HistoryMessage[] {
    return this.#parts.history.messages;
  }

  /** Where its script stands, without what is sensitive; undefined without one. */
  get flow(): FlowState | undefined {
    return this.#parts.abilities.flow;
  }

  /** What it was ordered with, if Parley has placed it. */
  get variables(): Readonly<Record<string, string>> {
    return this.#parts.kit.variables ?? {};
  }

  /** What the caller gives at present is to be masked wherever it would be kept. */
  get isSensitive(): boolean {
    return this.#parts.isSensitive;
  }

  /** The same text without what the caller has given in confidence before. */
  hidden(text: string): string {
    return this.#parts.abilities.hidden(text);
  }

  /** The same of what the bot says: the question itself may be kept. */
  get saysSensitive(): boolean {
    return this.#parts.abilities.isSensitiveNow;
  }

  /** What the company may know of it. */
  get factsAtEnd() {
    const { slots } = this.#parts.abilities;
    const { conversation, elapsedMs = 0 } = this.#parts.resumed ?? {};
    return {
      slots,
      done: [...doneForCaller(this.messages)],
      outcome: this.#outcome,
      language: this.language,
      first: conversation === undefined ? undefined : { id: conversation, elapsedMs },
    };
  }
}
