/**
 * One campaign that is being called: a loop that reads from top to bottom. It looks whether a further call may begin, claims a lead, calls,
 * and goes to sleep until something changes. What it has claimed is on the disk before anything rings.
 */
import { sleep } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { errorCode, isParleyError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { CallOut } from '../call-out.ts';
import { Abandonment } from './abandonment.ts';
import type { Campaign } from './campaign-file.ts';
import { ZoneHours, isPast, mayCall } from './campaign-hours.ts';
import type { ClaimedLead, EndedTry, LeadResult } from './kept-campaign.ts';
import { tryResultOf } from './outcomes.ts';
import type { TryResult } from './outcomes.ts';
import type { StorePort } from './store-questions.ts';

export interface RunOptions {
  readonly campaign: Campaign;
  readonly store: StorePort;
  readonly clock: Clock;
  /** The wall clock, ms since 1970: hours and pauses between tries go by it. */
  readonly epochMs: () => number;
  readonly callOut: CallOut;
  readonly log: Log;
  /** A lead that is never called again. */
  readonly onSettled: (lead: LeadResult) => void;
}

/** Hours begin and end on whole minutes; who looks so often also finds that a clock was put forward or back, ms. */
const LOOK_EVERY_MS = 60_000;

/** Somebody is due whom another campaign is talking to: how long before it is looked again, ms. */
const SOMEBODY_ELSES_MS = 1000;

/** After the telephone or the disk has failed, ms: the first pause, and the longest that it grows to. */
const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 60_000;

/** A call that has not ended by then has been forgotten by whoever made it, ms. */
const LONGEST_CALL_MS = 4 * 60 * 60_000;

/** Nothing to do before this many ms have passed, or before something happens. */
type Wait = number | 'until something happens';

export class CampaignRun {
  readonly #options: RunOptions;
  readonly #stopping = new AbortController();
  readonly #hangUp = new AbortController();
  /** Of each call one of its own: `AbortSignal.any` would leave something behind with each. */
  readonly #cutOffs = new Set<AbortController>();
  readonly #live = new Set<Promise<void>>();
  #abandonment: Abandonment | undefined;
  #hours: ZoneHours | undefined;
  #isPaused = false;
  #nextCallAtMs: number;
  #pauseMs = FIRST_PAUSE_MS;
  #nudge: () => void = () => undefined;
  readonly #loop: Promise<void>;
  #tellStopped: () => void = () => undefined;
  readonly #stopsByItself = new Promise<void>((resolve) => (this.#tellStopped = resolve));

  constructor(options: RunOptions) {
    this.#options = options;
    // A process that ended a moment ago may have begun a call a moment ago.
    this.#nextCallAtMs = options.clock.nowMs() + this.#gapMs;
    this.#loop = this.#run();
  }

  /** Calls that go on. */
  get live(): number {
    return this.#live.size;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** No further call begins; those that go on are talked to their end. */
  pause(): void {
    this.#isPaused = true;
    this.#nudge();
  }

  resume(): void {
    this.#isPaused = false;
    this.#abandonment?.forgive();
    this.#nudge();
  }

  /** No further call begins. Resolves when those that go on have ended. */
  async drain(): Promise<void> {
    this.#stopping.abort(new Error('the campaign is not called any more'));
    this.#nudge();
    await this.#loop;
    while (this.#live.size > 0) await Promise.all(this.#live);
  }

  /** Hangs up whatever goes on, and resolves when that is noted. Idempotent. */
  async stop(): Promise<void> {
    this.#hangUp.abort(new Error('the campaign was stopped'));
    for (const cutOff of this.#cutOffs) cutOff.abort(this.#hangUp.signal.reason);
    await this.drain();
  }

  /** Resolves when the campaign is over, or was drained or stopped. */
  get ended(): Promise<void> {
    return this.#loop;
  }

  /** Resolves when no call goes on, and none begins before somebody gives an order. */
  get settled(): Promise<void> {
    return Promise.race([this.#loop, this.#stopsByItself]);
  }

  get #gapMs(): number {
    return 1000 / this.#options.campaign.callsPerSecond;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const nudged = this.#nudged();
      const wait = await this.#step().catch((error: unknown) => this.#failed(error));
      if (wait === 'over') return;
      if (wait !== undefined) await this.#wait(wait, nudged);
    }
  }

  /** Begins a call if one may begin. Returns how long there is nothing to do, or undefined to look again at once. */
  async #step(): Promise<Wait | 'over' | undefined> {
    const { campaign, store, clock, epochMs } = this.#options;
    this.#abandonment ??= new Abandonment(campaign.abandonment.limit, await store.answers(campaign.name));
    if (this.#isPaused) return 'until something happens';
    if (this.#abandonment.pacing === 'stop')
      return this.#live.size > 0 ? 'until something happens' : this.#pauseByItself();
    const room = this.#abandonment.pacing === 'slow' ? 1 : campaign.concurrency;
    if (this.#live.size >= room) return 'until something happens';
    const tooEarlyMs = this.#nextCallAtMs - clock.nowMs();
    if (tooEarlyMs > 0) return tooEarlyMs;
    const nowMs = epochMs();
    const open = (await this.#zones()).openAt(nowMs);
    const lead = open.length > 0 && (await store.claim(campaign.name, open, nowMs));
    return lead ? this.#begin(lead) : this.#nobodyIsDue(nowMs, open);
  }

  async #zones(): Promise<ZoneHours> {
    const { campaign, store } = this.#options;
    this.#hours ??= new ZoneHours(campaign, await store.timeZones(campaign.name));
    return this.#hours;
  }

  async #nobodyIsDue(nowMs: number, open: readonly string[]): Promise<Wait | 'over'> {
    const { campaign, store } = this.#options;
    const zones = await store.waitingZones(campaign.name);
    if (zones.length === 0 || isPast(campaign, nowMs))
      return this.#live.size > 0 ? 'until something happens' : this.#finish();
    const due = zones.filter(({ timeZone }) => open.includes(timeZone));
    return untilNext(Math.min(...due.map(({ soonestEpochMs }) => soonestEpochMs)), nowMs);
  }

  /** The disk may have kept it waiting: what was true before the claim must be true still. */
  async #begin(lead: ClaimedLead): Promise<undefined> {
    const { campaign, store, clock, epochMs } = this.#options;
    const mayBegin =
      !this.#isPaused && !this.#stopping.signal.aborted && mayCall(campaign, lead.timeZone, epochMs());
    if (!mayBegin) {
      await this.#surely(() => store.giveBack(lead.call));
      return;
    }
    this.#nextCallAtMs = clock.nowMs() + this.#gapMs;
    const call = this.#call(lead).finally(() => {
      this.#live.delete(call);
      this.#nudge();
    });
    this.#live.add(call);
  }

  /** Never rejects. */
  async #call({ call, number, bot, variables }: ClaimedLead): Promise<void> {
    const { campaign, callOut, clock, epochMs, log, store, onSettled } = this.#options;
    const cutOff = new AbortController();
    this.#cutOffs.add(cutOff);
    if (this.#hangUp.signal.aborted) cutOff.abort(this.#hangUp.signal.reason);
    const cancel = clock.after(LONGEST_CALL_MS, () => cutOff.abort(new Error('the call did not end')));
    const order = {
      ...{ id: call, to: number, bot, variables },
      telephone: campaign.telephone,
      callerId: campaign.callerId,
    };
    let result: TryResult;
    try {
      result = tryResultOf(await callOut(order, cutOff.signal));
      this.#pauseMs = FIRST_PAUSE_MS;
    } catch (error) {
      const isCutOff = cutOff.signal.aborted;
      if (!isCutOff && isParleyError(error, 'TELEPHONE_AWAY')) {
        this.#nextCallAtMs = clock.nowMs() + this.#growingPause();
        log.warn({ event: 'campaign.telephone', campaign: campaign.name, error }, 'nobody can be called now');
        return this.#surely(() => store.giveBack(call));
      }
      if (!isCutOff) log.error({ event: 'campaign.call', call, error }, 'a call of a campaign has failed');
      result = {
        outcome: isCutOff ? 'unknown' : 'failed',
        cause: isCutOff ? 'stopped' : errorCode(error),
        talkedMs: 0,
      };
    } finally {
      cancel();
      this.#cutOffs.delete(cutOff);
    }
    this.#abandonment?.note(result.outcome);
    const ended: EndedTry = { call, result, epochMs: epochMs() };
    await this.#surely(async () => {
      const settled = await store.finish(ended);
      if (settled?.state === 'done') onSettled(settled.lead);
    });
  }

  /** Until the disk takes it, or the process is over: then the lead is one of those that nobody knows about. */
  async #surely(write: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        const { clock, log, campaign } = this.#options;
        log.error(
          { event: 'campaign.unwritten', campaign: campaign.name, error },
          'a call of a campaign waits to be noted',
        );
        if (this.#hangUp.signal.aborted) return;
        await sleep(clock, this.#growingPause(), this.#hangUp.signal).catch(() => undefined);
      }
    }
  }

  async #pauseByItself(): Promise<Wait> {
    const { campaign, store, log } = this.#options;
    log.error(
      { event: 'campaign.abandonment', campaign: campaign.name },
      'too many people picked up and heard nobody: the campaign is paused',
    );
    await store.order(campaign.name, 'pause', 'abandonment');
    this.#isPaused = true;
    this.#tellStopped();
    return 'until something happens';
  }

  async #finish(): Promise<'over'> {
    const { campaign, store, log } = this.#options;
    await store.order(campaign.name, 'finish');
    log.info({ event: 'campaign.finished', campaign: campaign.name }, 'a campaign is finished');
    return 'over';
  }

  #failed(error: unknown): Wait {
    const { log, campaign } = this.#options;
    log.error({ event: 'campaign.fault', campaign: campaign.name, error }, 'a campaign has to wait');
    return this.#growingPause();
  }

  #growingPause(): number {
    const pauseMs = this.#pauseMs;
    this.#pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    return pauseMs;
  }

  #nudged(): Promise<void> {
    return new Promise((resolve) => (this.#nudge = resolve));
  }

  async #wait(wait: Wait, nudged: Promise<void>): Promise<void> {
    const { clock } = this.#options;
    if (wait === 'until something happens') return nudged;
    const over = new AbortController();
    const slept = sleep(clock, Math.min(wait, LOOK_EVERY_MS), over.signal).catch(() => undefined);
    await Promise.race([slept, nudged]);
    over.abort(new Error('something has happened'));
  }
}

/** Until somebody is due, or hours may have begun. Nobody is due: infinitely late. */
function untilNext(soonestEpochMs: number, nowMs: number): number {
  const nextMinuteMs = LOOK_EVERY_MS - (nowMs % LOOK_EVERY_MS);
  const dueMs = soonestEpochMs > nowMs ? soonestEpochMs - nowMs : SOMEBODY_ELSES_MS;
  return Math.max(1, Math.min(dueMs, nextMinuteMs));
}
