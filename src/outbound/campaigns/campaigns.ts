/** All campaigns of a service: made, looked at, given orders, and called. */
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { CallOut } from '../call-out.ts';
import type { Campaign } from './campaign-file.ts';
import { CampaignRun } from './campaign-run.ts';
import type { Created, LeadResult, Progress } from './kept-campaign.ts';
import type { LeadFault } from './lead.ts';
import type { CampaignTexts, StorePort } from './store-questions.ts';

export interface CampaignsOptions {
  readonly store: StorePort;
  readonly clock: Clock;
  /** The wall clock, ms since 1970. */
  readonly epochMs: () => number;
  readonly callOut: CallOut;
  /** Those that there are now. */
  readonly bots: () => readonly string[];
  readonly log: Log;
  /**
   * A lead that is never called again, with what came of it. Resolves with whether that will not be forgotten; where it is not, and where the
   * process ends before, the next one is told again.
   */
  readonly onSettled?: (campaign: Campaign, lead: LeadResult) => Promise<boolean>;
}

/** What an operator may order. */
export type OperatorOrder = 'pause' | 'resume' | 'cancel';

/** A campaign as it stands, and what of it goes on in this process. */
export interface CampaignNow extends Progress {
  /** Calls that go on. */
  readonly live: number;
}

export class Campaigns {
  readonly #options: CampaignsOptions;
  readonly #runs = new Map<string, CampaignRun>();
  readonly #telling = new Set<Promise<void>>();
  #isClosing = false;

  /** Whoever is alone does without nothing. */
  readonly degraded: readonly string[] = [];

  constructor(options: CampaignsOptions) {
    this.#options = options;
  }

  /**
   * Goes on with those that an earlier process has left, when calls can be made. What it was calling at its end counts as `unknown`. Throws
   * CAMPAIGNS_UNAVAILABLE.
   */
  async open(): Promise<void> {
    await this.#recover();
    for (const progress of await this.#options.store.all()) this.#start(progress);
  }

  /** The same with one that another process has left. */
  async goOn(name: string): Promise<void> {
    await this.#recover(name);
    this.#start(await this.#options.store.progress(name));
  }

  /** Another process has it: no further call of it begins here. Resolves when those that go on have ended. */
  async letGo(name: string): Promise<void> {
    await this.#runs.get(name)?.drain();
    this.#runs.delete(name);
  }

  async #recover(only?: string): Promise<void> {
    const { store, epochMs, log } = this.#options;
    while (this.#telling.size > 0) await Promise.all(this.#telling);
    const left = await store.recover(epochMs(), only);
    for (const { campaign, state, lead } of left) if (state === 'done') await this.#tell(campaign, lead);
    for (const { campaign, lead } of await store.untold(only)) await this.#tell(campaign, lead);
    if (left.length > 0)
      log.warn(
        { event: 'campaign.left', calls: left.length },
        'nobody knows how calls of campaigns have ended',
      );
  }

  /**
   * Keeps a campaign and begins to call. The same texts again are the same campaign, which goes on. Throws CAMPAIGN_INVALID, LEADS_INVALID,
   * CAMPAIGN_EXISTS or CAMPAIGNS_UNAVAILABLE.
   */
  async create(
    texts: CampaignTexts,
  ): Promise<Omit<Created, 'progress'> & { readonly progress: CampaignNow }> {
    const created = await this.keep(texts);
    this.#start(created.progress);
    return { ...created, progress: this.#now(created.progress) };
  }

  /** The same without beginning to call. */
  keep(texts: CampaignTexts): Promise<Created> {
    const { store, epochMs, bots } = this.#options;
    return store.create({ ...texts, epochMs: epochMs(), bots: bots() });
  }

  /** The oldest first. */
  async all(): Promise<readonly CampaignNow[]> {
    return (await this.#options.store.all()).map((progress) => this.#now(progress));
  }

  /** Throws CAMPAIGN_UNKNOWN. */
  async one(name: string): Promise<CampaignNow> {
    return this.#now(await this.#options.store.progress(name));
  }

  /** Lines of its list that were left out. */
  faults(name: string): Promise<readonly LeadFault[]> {
    return this.#options.store.faults(name);
  }

  /** What came of each lead, in the order of the list, some at a time. Throws CAMPAIGN_UNKNOWN. */
  async *results(name: string): AsyncGenerator<readonly LeadResult[]> {
    for (let after = 0; ;) {
      const some = await this.#options.store.results(name, after);
      const last = some.at(-1);
      if (!last) return;
      yield some;
      after = last.line;
    }
  }

  /** Calls that go on are talked to their end, whatever is ordered. Throws CAMPAIGN_UNKNOWN or CAMPAIGN_STATE. */
  async order(name: string, order: OperatorOrder): Promise<CampaignNow> {
    const run = this.#runs.get(name);
    const wasPaused = run?.isPaused === true;
    // No further call between the order and its place on the disk.
    if (order !== 'resume') run?.pause();
    const progress = await this.#options.store.order(name, order).catch((error: unknown) => {
      if (!wasPaused) run?.resume();
      throw error;
    });
    if (order === 'cancel') void run?.drain();
    if (order === 'resume') {
      run?.resume();
      this.#start(progress);
    }
    return this.#now(progress);
  }

  /** Resolves when there is nothing left to do for a campaign until somebody gives an order. */
  async over(name: string): Promise<void> {
    await this.#runs.get(name)?.settled;
  }

  /** No further call of any campaign begins. Resolves when those that go on have ended; the next start goes on with the rest. */
  async drain(): Promise<void> {
    this.#isClosing = true;
    await Promise.all([...this.#runs.values()].map((run) => run.drain()));
  }

  /** Hangs up what goes on, and notes it. Idempotent. */
  async stop(): Promise<void> {
    this.#isClosing = true;
    await Promise.all([...this.#runs.values()].map((run) => run.stop()));
    while (this.#telling.size > 0) await Promise.all(this.#telling);
  }

  /** The same, and ends. Idempotent. */
  async close(): Promise<void> {
    await this.stop();
    await this.#options.store.end();
  }

  /** Never rejects. */
  #tell(campaign: Campaign, lead: LeadResult): Promise<void> {
    const { log, onSettled, store } = this.#options;
    const { name, webhook } = campaign;
    const tell = async () => {
      const isKept = await onSettled?.(campaign, lead);
      if (isKept && webhook !== undefined) await store.told(name, lead.line);
    };
    const telling = tell()
      .catch((error: unknown) =>
        log.warn(
          { event: 'campaign.untold', campaign: name, error },
          'a lead is told of again at the next start',
        ),
      )
      .finally(() => this.#telling.delete(telling));
    this.#telling.add(telling);
    return telling;
  }

  #start({ campaign, state }: Progress): void {
    const { name } = campaign;
    if (this.#isClosing || state !== 'running' || this.#runs.has(name)) return;
    const { store, clock, epochMs, callOut, log } = this.#options;
    const run = new CampaignRun({
      ...{ campaign, store, clock, epochMs, callOut, log },
      onSettled: (lead) => void this.#tell(campaign, lead),
    });
    this.#runs.set(name, run);
    // Never rejects.
    void run.ended.then(() => {
      // One that is drained may still talk.
      if (!this.#isClosing && run.live === 0) this.#runs.delete(name);
    });
  }

  #now(progress: Progress): CampaignNow {
    return { ...progress, live: this.#runs.get(progress.campaign.name)?.live ?? 0 };
  }
}
