/**
 * The campaigns of several processes. Each campaign is one process's at a time, which calls all of its leads and keeps its limits; it lies in
 * the file of that process, and what was done about it is known to all. When the process is no more another one goes on.
 */
import { sleep } from '../../../base/clock.ts';
import type { CancelTimer, Clock } from '../../../base/clock.ts';
import { ParleyError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { SharedWork, SharedWorks } from '../../../base/shared-works.ts';
import type { CampaignNow, Campaigns, OperatorOrder } from '../campaigns.ts';
import { readLine } from '../campaign-lines.ts';
import type { LeadResult, Progress } from '../kept-campaign.ts';
import type { LeadFault } from '../lead.ts';
import type { CampaignTexts, StorePort } from '../store-questions.ts';
import { campaignAfter } from '../transitions.ts';
import { linesOf, rebuild } from './rebuild.ts';
import type { SharedStore } from './shared-store.ts';
import { digestOf, readSummary, summaryOf } from './summary.ts';

export interface SharedCampaignsOptions {
  readonly campaigns: Campaigns;
  readonly store: SharedStore;
  /** This process's own. */
  readonly local: StorePort;
  /** One that nobody else knows, of no file. */
  readonly scratch: () => StorePort;
  readonly works: SharedWorks;
  /** Whether this process could call for a campaign that another one has left. */
  readonly isAble: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** So often each tells of its campaigns and looks for those that are nobody's, ms: a list goes on for hours. */
const TEND_EVERY_MS = 1_000;

/** An order reaches its campaign with the next look, and is told with the one after, ms. */
const ORDERED_WITHIN_MS = 6_000;
const LOOK_EVERY_MS = 200;

export class SharedCampaigns {
  readonly #options: SharedCampaignsOptions;
  readonly #working = new Map<string, Promise<void>>();
  #tending: Promise<void> = Promise.resolve();
  #cancelTend: CancelTimer = () => undefined;
  #isOpened = false;
  #isClosing = false;
  #isAway = false;

  constructor(options: SharedCampaignsOptions) {
    this.#options = options;
  }

  /** What this process does without, in clauses for the operator. */
  get degraded(): readonly string[] {
    return this.#isAway && this.#options.store.mine.length > 0
      ? ['the memory of the fleet is away: campaigns call nobody until it is back']
      : [];
  }

  /** Goes on with those that are this process's, and from now on with what others leave. Resolves after the first look. Never rejects. */
  open(): Promise<void> {
    return this.#tend();
  }

  /** Throws what Campaigns does, and FLEET_AWAY: then nobody is called. */
  async create(texts: CampaignTexts): ReturnType<Campaigns['create']> {
    const { campaigns, local, store, works } = this.#options;
    const keep = await campaigns.keep(texts);
    const { name } = keep.progress.campaign;
    if (keep.isOld || store.has(name)) return { ...keep, progress: await campaigns.one(name) };
    try {
      const others = (await works.all().catch(asAway)).find((work) => work.name === name);
      if (others) return { ...keep, isOld: true, progress: await this.#theSame(others, name) };
      const summary = summaryOf({ ...keep.progress, live: 0 });
      if (!(await store.share(name, 1, summary).catch(asAway))) throw exists(name);
    } catch (error) {
      store.disown(name);
      await local.remove(name);
      throw error;
    }
    // What was left half told by this process is gone with its lease.
    await campaigns.goOn(name);
    return { ...keep, progress: await campaigns.one(name) };
  }

  /** The oldest first; while the memory is away those that are here. */
  async all(): Promise<readonly CampaignNow[]> {
    const { campaigns, works } = this.#options;
    const here = await campaigns.all();
    const others = await works.all().catch((): readonly SharedWork[] => []);
    const names = new Set(here.map(({ campaign }) => campaign.name));
    const told = others.flatMap((work) => (names.has(work.name) ? [] : (readSummary(work) ?? [])));
    return [...here, ...told].sort((a, b) => a.createdEpochMs - b.createdEpochMs);
  }

  /** Throws CAMPAIGN_UNKNOWN, or FLEET_AWAY where it is not here and nobody can be asked. */
  async one(name: string): Promise<CampaignNow> {
    const { campaigns } = this.#options;
    return (await this.#isHere(name)) ? campaigns.one(name) : this.#elsewhere(name);
  }

  async faults(name: string): Promise<readonly LeadFault[]> {
    if (await this.#isHere(name)) return this.#options.campaigns.faults(name);
    const faults: LeadFault[] = [];
    for await (const lines of linesOf(this.#options.works, name))
      for (const line of lines) {
        const read = readLine(line);
        if (read.kind === 'fault') faults.push(read);
        else if (read.kind !== 'campaign') return faults;
      }
    return faults;
  }

  async *results(name: string): AsyncGenerator<readonly LeadResult[]> {
    const { campaigns, scratch, works } = this.#options;
    if (await this.#isHere(name)) {
      yield* campaigns.results(name);
      return;
    }
    const store = scratch();
    try {
      await rebuild(works, name, store);
      for (let after = 0; ;) {
        const some = await store.results(name, after);
        const last = some.at(-1);
        if (!last) return;
        yield some;
        after = last.line;
      }
    } finally {
      await store.end();
    }
  }

  /** Followed by whoever has the campaign. Throws CAMPAIGN_UNKNOWN or CAMPAIGN_STATE; FLEET_AWAY where nobody has followed it yet. */
  async order(name: string, order: OperatorOrder): Promise<CampaignNow> {
    const { campaigns, clock, works } = this.#options;
    if (await this.#isHere(name)) return campaigns.order(name, order);
    const wanted = campaignAfter((await this.#elsewhere(name)).state, order);
    if (!(await works.order(name, order).catch(asAway))) return this.#elsewhere(name);
    for (let waitedMs = 0; waitedMs < ORDERED_WITHIN_MS; waitedMs += LOOK_EVERY_MS) {
      await sleep(clock, LOOK_EVERY_MS);
      const now = await this.one(name);
      if (now.state === wanted) return now;
    }
    throw new ParleyError('FLEET_AWAY', 'The daemon that has the campaign has not followed the order yet.');
  }

  /** No further call begins. Resolves when those that go on have ended, and others may have the campaigns. */
  async drain(): Promise<void> {
    await this.#stopLooking();
    await this.#options.campaigns.drain();
    await this.#leaveAll();
  }

  /** Hangs up what goes on, notes it and ends. Idempotent. */
  async close(): Promise<void> {
    await this.#stopLooking();
    await this.#options.campaigns.stop();
    await this.#leaveAll();
    await Promise.all(this.#working.values());
    await this.#options.campaigns.close();
  }

  /** Another process has it: to be told by whoever finds out. Never rejects. */
  lost(name: string): void {
    const { campaigns, local, log, store } = this.#options;
    store.disown(name);
    log.warn({ event: 'campaign.lost', campaign: name }, 'another daemon goes on with a campaign');
    this.#work(name, async () => {
      await campaigns.letGo(name);
      if (!store.has(name)) await local.remove(name);
    });
  }

  async #stopLooking(): Promise<void> {
    this.#isClosing = true;
    this.#cancelTend();
    await this.#tending;
  }

  async #leaveAll(): Promise<void> {
    const { log, store, works } = this.#options;
    for (const name of store.mine) {
      const unfollowed = await this.#tellOnce(name).catch(() => []);
      for (const order of unfollowed) await works.order(name, order).catch(() => false);
      store.disown(name);
      await works
        .leave(name)
        .catch((error: unknown) => log.warn({ event: 'campaign.unleft', campaign: name, error }, 'it waits'));
    }
  }

  /** Never rejects. */
  #tend(): Promise<void> {
    const { clock, log } = this.#options;
    this.#tending = this.#look()
      .then(() => (this.#isAway = false))
      .catch((error: unknown) => {
        if (!this.#isAway)
          log.warn({ event: 'campaign.unshared', error }, 'campaigns call nobody at present');
        this.#isAway = true;
      })
      .then(() => {
        if (!this.#isClosing) this.#cancelTend = clock.after(TEND_EVERY_MS, () => void this.#tend());
      });
    return this.#tending;
  }

  async #look(): Promise<void> {
    const { store, works } = this.#options;
    if (!this.#isOpened) await this.#openAll();
    this.#isOpened = true;
    const summaries = new Map<string, string | undefined>();
    for (const name of store.mine)
      summaries.set(name, store.takeChanged(name) ? await this.#summary(name) : undefined);
    const { mine, forsaken } = await works.tend(summaries);
    for (const { name, hold, orders } of mine) {
      if (orders.length > 0) this.#work(name, () => this.#follow(name, orders));
      if (!store.has(name) || this.#working.has(name)) continue;
      if (hold === 'lost') this.lost(name);
      else if (hold === 'unknown') this.#work(name, () => this.#shareAnew(name));
      else await this.#closeIfOver(name);
    }
    for (const name of forsaken) {
      if (this.#isClosing || !this.#options.isAble() || this.#working.has(name) || store.has(name)) continue;
      this.#work(name, () => this.#takeOver(name));
    }
  }

  /** What lies here is of a process before this one: whatever others know of is theirs to tell. */
  async #openAll(): Promise<void> {
    const { campaigns, local, store, works } = this.#options;
    const known = new Set((await works.all()).map(({ name }) => name));
    for (const { campaign, state, leads } of await local.all()) {
      const { name } = campaign;
      const isOpen = state === 'running' || state === 'paused' || leads.calling > 0;
      if (!isOpen || store.has(name)) continue;
      if (known.has(name)) {
        await local.remove(name);
        continue;
      }
      // Nobody can tell whether another process went on with it: somebody has to look.
      const wasShared = await local.isShared(name);
      if (wasShared && state === 'running') await local.order(name, 'pause', 'memoryLost');
      if (await store.share(name, wasShared ? 0 : 1)) await campaigns.goOn(name);
      else await local.remove(name);
    }
  }

  async #takeOver(name: string): Promise<void> {
    const { campaigns, local, log, store, works } = this.#options;
    const age = await works.take(name);
    if (age === undefined) return;
    try {
      await local.remove(name);
      if (!(await rebuild(works, name, local))) {
        // Whoever made it was not told that it is made.
        await local.remove(name);
        return await works.close(name, 'remove');
      }
      await local.share(name);
      store.own(name, age);
      await campaigns.goOn(name);
      log.warn({ event: 'campaign.adopted', campaign: name }, 'a campaign of a daemon that is no more');
    } catch (error) {
      store.disown(name);
      await campaigns.letGo(name);
      await works.leave(name).catch(() => undefined);
      throw error;
    }
  }

  async #shareAnew(name: string): Promise<void> {
    if (await this.#options.store.shareAnew(name)) return;
    this.#options.store.disown(name);
    await this.#options.campaigns.letGo(name);
    await this.#options.local.remove(name);
  }

  async #follow(name: string, orders: readonly string[]): Promise<void> {
    const { campaigns, log } = this.#options;
    for (const order of orders)
      await campaigns
        .order(name, order as OperatorOrder)
        .catch((error: unknown) =>
          log.warn({ event: 'campaign.order', campaign: name, order, error }, 'in vain'),
        );
    const more = await this.#tellOnce(name);
    if (more.length > 0) await this.#follow(name, more);
  }

  async #closeIfOver(name: string): Promise<void> {
    const { campaigns, local, store, works } = this.#options;
    const { state, live, leads } = await campaigns.one(name);
    if (state === 'running' || state === 'paused' || live > 0 || leads.calling > 0) return;
    // Whoever is to be told of a lead would not be, if nobody had the campaign any more.
    if ((await local.untold(name)).length > 0) return campaigns.goOn(name);
    await this.#tellOnce(name);
    await works.close(name, 'keep');
    store.disown(name);
  }

  /** Resolves with what was ordered meanwhile. */
  async #tellOnce(name: string): Promise<readonly string[]> {
    const { mine } = await this.#options.works.tend(new Map([[name, await this.#summary(name)]]));
    return mine.flatMap(({ orders }) => orders);
  }

  async #summary(name: string): Promise<string> {
    return summaryOf(await this.#options.campaigns.one(name));
  }

  /** One thing at a time about a campaign. */
  #work(name: string, act: () => Promise<void>): void {
    const before = this.#working.get(name) ?? Promise.resolve();
    const working = before
      .then(act)
      .catch((error: unknown) =>
        this.#options.log.error({ event: 'campaign.fault', campaign: name, error }, 'a campaign has to wait'),
      )
      .finally(() => {
        if (this.#working.get(name) === working) this.#working.delete(name);
      });
    this.#working.set(name, working);
  }

  /** Here are those that are this process's, and those that are over and lie in its file. */
  async #isHere(name: string): Promise<boolean> {
    const { local, store } = this.#options;
    if (store.has(name)) return true;
    const progress = await local.progress(name).catch(() => undefined);
    return progress?.state === 'finished' || progress?.state === 'cancelled';
  }

  async #elsewhere(name: string): Promise<CampaignNow> {
    const all = await this.#options.works.all().catch(asAway);
    const work = all.find((each) => each.name === name);
    const now = work && readSummary(work);
    if (!now) throw new ParleyError('CAMPAIGN_UNKNOWN', `There is no campaign "${name}".`);
    return now;
  }

  async #theSame(work: SharedWork, name: string): Promise<Progress & CampaignNow> {
    const { local, works } = this.#options;
    const now = readSummary(work);
    const [theirs, ours] = await Promise.all([
      digestOf(works, name),
      local.lines(name, { part: 'campaign', after: 0 }),
    ]);
    const [first] = ours.lines.map(readLine);
    const isSame = first?.kind === 'campaign' && first.digest === theirs;
    await local.remove(name);
    if (!isSame || !now) throw exists(name);
    return now;
  }
}

function exists(name: string): ParleyError {
  return new ParleyError('CAMPAIGN_EXISTS', `There is another campaign "${name}" already.`);
}

function asAway(cause: unknown): never {
  throw new ParleyError('FLEET_AWAY', 'The memory of the fleet does not answer.', { cause });
}
