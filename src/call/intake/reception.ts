/** Where new calls arrive: each gets its bot and is run to its end, or is sent on unanswered; the service knows here which calls are live. */
import { sleep } from '../../base/clock.ts';
import { FaultScope } from '../../base/fault-scope.ts';
import { ParleyError, isParleyError } from '../../base/errors.ts';
import type { BotProfile } from '../../config/bot-profile.ts';
import type { Recognizer } from '../../speech/recognition/recognizer.ts';
import type { Synthesizer } from '../../speech/synthesis/synthesizer.ts';
import type { Line } from '../../telephony/line.ts';
import type { TransferTarget } from '../../telephony/transfer-target.ts';
import type { Arrival } from '../../telephony/telephone.ts';
import type { TenantPlaces } from '../../tenants/tenant-places.ts';
import type { Tenant } from '../../tenants/tenant.ts';
import type { Tenants } from '../../tenants/tenants.ts';
import type { Admission, RefusalReason } from './admission.ts';
import type { ResumableCalls } from '../../survival/resumable-calls.ts';
import type { EarlierUse } from '../../tools/journal/tool-journal.ts';
import type { BotAbilities } from '../abilities.ts';
import type { AnswererWatch } from '../../outbound/answerer/answerer-watch.ts';
import type { ServedCall } from '../../outbound/call-out.ts';
import { answeredIn } from '../answered-by.ts';
import { Call } from '../call.ts';
import type { CallKit } from '../call-kit.ts';
import { personasOf } from '../persona.ts';
import type { Resumed } from '../resumed.ts';
import { profileOfCall } from './profile-of-call.ts';
import type { PhraseBook } from '../speaking/phrase-book.ts';

export interface ReceptionOptions {
  readonly kit: Omit<CallKit, 'recognizer'>;
  /** Who hears this caller. */
  readonly recognizerFor: (arrival: Arrival) => Recognizer;
  /** Who speaks to this caller; the kit's own if not given. */
  readonly synthesizerFor?: (arrival: Arrival) => Synthesizer;
  /** Who follows who answers, where Parley has called; nobody, if not given. */
  readonly answererOf?: (line: Line) => AnswererWatch;
  /** Where this caller goes whom Parley cannot serve; the kit's own place if not given. */
  readonly fallbackFor?: (line: Line) => TransferTarget | undefined;
  /** The bot of that name, the default one without a name. Throws BOT_PROFILE_UNKNOWN. */
  readonly bot: (name: string | undefined) => { readonly profile: BotProfile; readonly book: PhraseBook };
  /** What that bot can do beside talking. */
  readonly abilitiesOf?: (profile: BotProfile) => BotAbilities | undefined;
  /** What was done in a conversation that an earlier process has left. */
  readonly earlier?: (conversation: string) => readonly EarlierUse[] | undefined;
  /** Which hour it is, milliseconds since 1970. */
  readonly epochMs: () => number;
  readonly admission: Admission;
  /** Whose each call is, and how many they have; all calls are the service's own, if not given. */
  readonly tenancy?: Tenancy | undefined;
  readonly records: ResumableCalls;
  /** Wraps what a call is made of, if it is to be recorded; then to be told of the call before it runs. */
  readonly record: RecordCall;
  /** Told of each call that is not taken. */
  readonly onRefused: (reason: RefusalReason, tenant: string | undefined) => void;
  /** Told of each call before it begins. */
  readonly onCall: (call: Call, arrival: Arrival, tenant: string | undefined) => void;
}

export interface Tenancy {
  readonly tenants: Tenants;
  readonly places: TenantPlaces;
}

/** What a call is made of. */
export interface CallParts {
  readonly line: Line;
  readonly profile: BotProfile;
  readonly book: PhraseBook;
  readonly kit: CallKit;
  readonly resumed: Resumed | undefined;
  /** Whose call it is; the service's own, if not given. */
  readonly tenant?: string | undefined;
}

/** What a call was ordered with. */
export interface PlacedCall {
  readonly variables: Readonly<Record<string, string>>;
}

export type RecordCall = (parts: CallParts) => {
  readonly line: Line;
  readonly kit: CallKit;
  readonly follow: (call: Call) => void;
};

/** Tells the dialplan why a call came back. */
const REFUSED_VARIABLE = 'PARLEY_REFUSED';

export class Reception {
  readonly #options: ReceptionOptions;
  readonly #live = new Map<Call, Promise<unknown>>();
  #draining = false;
  /** Calls that are being placed. */
  #reserved = 0;

  constructor(options: ReceptionOptions) {
    this.#options = options;
  }

  get live(): readonly Call[] {
    return [...this.#live.keys()];
  }

  /** Why a new call would not be taken now. */
  get refusal(): RefusalReason | undefined {
    return this.#draining ? 'draining' : this.#options.admission.refusal(this.#live.size + this.#reserved);
  }

  /** Why a new call to this bot would not be taken now. */
  refusalOf(bot: string | undefined): RefusalReason | undefined {
    const { tenancy } = this.#options;
    return this.#refusalFor(bot === undefined ? undefined : tenancy?.tenants.ofBot(bot));
  }

  /**
   * Takes a call that rings, to its end; or one that a process before this one has left, whose conversation then goes on. Never
   * throws: a fault of Parley's own ends this call and no other.
   */
  receive(arrival: Arrival): void {
    void this.#begin(arrival);
  }

  /**
   * Keeps a place for a call of this bot that is being placed, until the returned function is called: it counts as a live one. Throws
   * CALL_NOT_PLACED.
   */
  reserve(bot?: string): () => void {
    const { tenancy } = this.#options;
    const tenant = bot === undefined ? undefined : tenancy?.tenants.ofBot(bot);
    const isFull = tenant && !tenancy?.places.hasRoom(tenant, 'made');
    const refusal = this.refusal ?? (isFull ? 'tenant-limit' : undefined);
    if (refusal !== undefined) throw new ParleyError('CALL_NOT_PLACED', `No call is placed now: ${refusal}.`);
    this.#reserved++;
    const leave = tenant && tenancy?.places.take(tenant.name, 'made');
    let isKept = true;
    return () => {
      if (isKept) this.#reserved--;
      isKept = false;
      leave?.();
    };
  }

  /** Serves a call that Parley has placed, to its end: nobody who has picked up is sent away. Resolves with why it ended, and who it was. Never rejects. */
  async serve(arrival: Arrival, placed: PlacedCall): Promise<ServedCall> {
    const ended = await this.#begin(arrival, placed);
    return ended ?? { cause: 'failure', by: 'silence', greeted: false };
  }

  /** Resolves when the call is over; with nothing if it never began. */
  #begin(arrival: Arrival, placed?: PlacedCall): Promise<ServedCall | undefined> {
    const scope = FaultScope.here ?? new FaultScope();
    return scope.run(() => {
      try {
        return this.#receive(arrival, scope, placed);
      } catch (error) {
        this.#noteFault(arrival.line.id, 'its beginning')(error);
        return this.#sendOn(arrival.line).then(() => undefined);
      }
    });
  }

  #receive(
    arrival: Arrival,
    scope: FaultScope,
    placed: PlacedCall | undefined,
  ): Promise<ServedCall | undefined> {
    const { line, leg } = arrival;
    const { admission, onCall, recognizerFor, synthesizerFor, records, tenancy } = this.#options;
    const left = records.claim(leg);
    const owner = tenancy?.tenants.ofParty(line.party);
    const tenant = owner?.name;
    // Who was served already is not sent away: what was admitted stays so.
    const isTaken = placed || (left && (!this.#draining || left.record.givenAway));
    const refusal = isTaken ? undefined : this.#refusalFor(owner);
    const bot = refusal ? undefined : this.#botOf(line);
    if (!bot || bot instanceof Error) {
      if (left) records.forget(left);
      return this.#refuse(line, refusal ?? 'unknown-bot', { scope, tenant }, bot);
    }
    const variables = placed?.variables ?? left?.record.variables ?? {};
    const moment = { id: line.id, party: line.party, variables, epochMs: this.#options.epochMs() };
    const { profile, sendsAway } = profileOfCall(bot.profile, moment);
    if (sendsAway && !left && !placed) return this.#refuse(line, 'closed', { scope, tenant });
    admission.admitted();
    const abilities = this.#options.abilitiesOf?.(bot.profile);
    const { kit: shared } = this.#options;
    const synthesizer = synthesizerFor?.(arrival) ?? shared.synthesizer;
    const recognizer = recognizerFor(arrival);
    const answerer = placed && arrival.speech !== 'written' ? this.#options.answererOf?.(line) : undefined;
    const fallback = this.#fallbackFor(line);
    const kit = { ...shared, fallback, abilities, variables, recognizer, synthesizer, answerer };
    const earlier = left && this.#options.earlier?.(left.resumed.conversation ?? left.record.call);
    const resumed = left && { ...left.resumed, earlier };
    const recorded = this.#recorded({ line, profile, book: bot.book, kit, resumed, tenant });
    const call = new Call(recorded.line, profile, personasOf(profile, bot.book), recorded.kit, resumed);
    scope.onFault((error) => call.fail(error));
    for (const follow of [
      recorded.follow,
      (begun: Call) => onCall(begun, arrival, tenant),
      () => records.keep(call, leg, left),
    ])
      this.#guarded(line, 'who follows it', () => follow(call));
    const leave = tenant === undefined ? undefined : tenancy?.places.take(tenant, placed ? 'made' : 'came');
    const running = call.run().finally(() => {
      this.#live.delete(call);
      leave?.();
      // Connections that outlive the call were opened in it, and would keep all of it in memory.
      scope.onFault(this.#noteFault(line.id, 'after the call'));
    });
    this.#live.set(call, running);
    return running.then((cause) => ({ cause, ...answeredIn(call.timeline.entries) }));
  }

  /** A call that cannot be recorded is served all the same. */
  #recorded(parts: CallParts): ReturnType<RecordCall> {
    let recorded: ReturnType<RecordCall> = { line: parts.line, kit: parts.kit, follow: () => undefined };
    this.#guarded(parts.line, 'its recording', () => (recorded = this.#options.record(parts)));
    return recorded;
  }

  /** A fault in `act` is noted, and nothing else comes of it. */
  #guarded(line: Line, where: string, act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#noteFault(line.id, where)(error);
    }
  }

  #noteFault(call: string, where: string): (error: unknown) => void {
    const { log } = this.#options.kit;
    return (error) => {
      const stack = error instanceof Error ? error.stack : undefined;
      log.error({ event: 'call.fault', call, where, error, stack }, 'a fault of Parley in one call');
    };
  }

  /** Takes no more calls. Resolves when the last live one has ended by itself, or after `withinMs`. */
  async drain(withinMs: number): Promise<void> {
    this.#draining = true;
    const inTime = new AbortController();
    const late = sleep(this.#options.kit.clock, withinMs, inTime.signal).catch(() => undefined);
    await Promise.race([Promise.all(this.#live.values()), late]);
    inTime.abort(new Error('every call has ended'));
  }

  /** Takes no more calls, ends every live one politely, and resolves when the last is gone. */
  async stop(): Promise<void> {
    this.#draining = true;
    for (const call of this.live) call.end('stopped');
    await Promise.all(this.#live.values());
    await this.#options.records.settled();
  }

  /** Sends every caller to the fallback, or hangs up, without another word. */
  async abandon(): Promise<void> {
    this.#draining = true;
    await Promise.all(this.live.map(({ line }) => this.#sendOn(line)));
    await Promise.all(this.#live.values());
    await this.#options.records.settled();
  }

  #refusalFor(tenant: Tenant | undefined): RefusalReason | undefined {
    const { tenancy } = this.#options;
    return this.refusal ?? (tenant && !tenancy?.places.hasRoom(tenant, 'came') ? 'tenant-limit' : undefined);
  }

  /** Or why there is none: the error names the one that was asked for, and its neighbours. */
  #botOf({ party }: Line): ReturnType<ReceptionOptions['bot']> | Error {
    const { tenancy, bot } = this.#options;
    try {
      return bot(tenancy ? tenancy.tenants.botFor(party) : party.bot);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /** Not answered: the dialplan goes on, or the caller hears that nobody is there. */
  #refuse(
    line: Line,
    reason: RefusalReason,
    { scope, tenant }: { readonly scope: FaultScope; readonly tenant: string | undefined },
    error?: Error,
  ): Promise<undefined> {
    const { kit, onRefused } = this.#options;
    const refused = { event: 'call.refused', call: line.id, reason, ...(tenant !== undefined && { tenant }) };
    if (error) kit.log.error({ ...refused, error }, 'a call is not taken: it names a bot that is not there');
    else kit.log.warn(refused, 'a call is not taken');
    scope.onFault(this.#noteFault(line.id, 'its refusal'));
    this.#guarded(line, 'its refusal', () => onRefused(reason, tenant));
    return this.#sendOn(line, { [REFUSED_VARIABLE]: reason }).then(() => undefined);
  }

  #fallbackFor(line: Line): TransferTarget | undefined {
    const { fallbackFor, kit } = this.#options;
    return fallbackFor ? fallbackFor(line) : kit.fallback;
  }

  /** To the fallback if there is one; else the call ends. Never rejects. */
  async #sendOn(line: Line, variables: Readonly<Record<string, string>> = {}): Promise<void> {
    const { log } = this.#options.kit;
    const fallback = this.#fallbackFor(line);
    try {
      if (fallback) await line.transfer(fallback, variables);
    } catch (error) {
      if (!isParleyError(error, 'LINE_ENDED'))
        log.warn({ event: 'call.sendOn', error }, 'a call could not be handed on');
    }
    await line
      .close()
      .catch((error: unknown) => log.error({ event: 'call.sendOn', error }, 'a call could not be let go of'));
  }
}
