/**
 * The store of a process among several: what it does about a campaign is known to all of them before anything follows from it. Nobody is
 * dialled before the claim is known, and nothing is told of a lead that is another process's by now.
 */
import type { Clock } from '../../../base/clock.ts';
import { ParleyError } from '../../../base/errors.ts';
import type { Noted, SharedWorks } from '../../../base/shared-works.ts';
import type { CallOut } from '../../call-out.ts';
import { campaignOf, written } from '../campaign-lines.ts';
import type { CampaignLine } from '../campaign-lines.ts';
import type { EndedTry, Recovered, Settled } from '../kept-campaign.ts';
import type { StorePort } from '../store-questions.ts';
import { LEFT } from '../store.ts';
import type { LinesPlace } from '../store-lines.ts';
import { campaignAfter } from '../transitions.ts';
import type { CampaignOrder } from '../transitions.ts';

export interface SharedStoreOptions {
  /** This process's own. */
  readonly local: StorePort;
  readonly works: SharedWorks;
  /** Whether this process may act, and when that is known: it may have slept. */
  readonly awake: { readonly holds: boolean; settled(): Promise<void> };
  readonly clock: Clock;
  /** Another process has this campaign. */
  readonly onLost: (name: string) => void;
}

/** A campaign that is this process's. */
interface Mine {
  readonly age: number;
  /** Claims of which nobody knows whether they were told; nothing was dialled. */
  readonly unsure: Set<string>;
  /** No lead is claimed before, by the clock. */
  readonly fromMs: number;
}

/**
 * After the memory was emptied several may tell of the same campaign, and the one that had it last wins: whoever has it waits so long before it
 * calls, ms. Each tells within a heartbeat and a look.
 */
const OTHERS_TELL_MS = 4_000;

const FIRST: LinesPlace = { part: 'campaign', after: 0 };

export class SharedStore {
  readonly #options: SharedStoreOptions;
  readonly #mine = new Map<string, Mine>();
  /** Campaigns of which something has changed since that was last asked. */
  readonly #changed = new Set<string>();
  /** Those that are told anew: a change between two lines of that would be told in the wrong place. */
  readonly #sharing = new Map<string, Promise<unknown>>();

  constructor(options: SharedStoreOptions) {
    this.#options = options;
  }

  /** Names of those that are this process's. */
  get mine(): readonly string[] {
    return [...this.#mine.keys()];
  }

  has(name: string): boolean {
    return this.#mine.has(name);
  }

  /** Whether anything has changed since this was last asked. */
  takeChanged(name: string): boolean {
    return this.#changed.delete(name);
  }

  /** It was taken from a process that is no more, and everything of it is in the local store. */
  own(name: string, age: number, fromMs = -Infinity): void {
    this.#mine.set(name, { age, unsure: this.#mine.get(name)?.unsure ?? new Set(), fromMs });
    this.#changed.add(name);
  }

  disown(name: string): void {
    this.#mine.delete(name);
  }

  /** Tells all of a campaign that lies here. False if another process has it. */
  share(name: string, age: number, summary = ''): Promise<boolean> {
    return this.#share(name, age, summary, 0);
  }

  /** The same of one that is this process's, after the memory was emptied. */
  async shareAnew(name: string): Promise<boolean> {
    const mine = this.#mine.get(name);
    if (!mine) return false;
    const sharing = this.#share(name, mine.age, '', OTHERS_TELL_MS).finally(() => this.#sharing.delete(name));
    this.#sharing.set(
      name,
      sharing.catch(() => undefined),
    );
    return sharing;
  }

  async #share(name: string, age: number, summary: string, waitMs: number): Promise<boolean> {
    const { clock, local, works } = this.#options;
    await local.share(name);
    if (!(await works.begin(name, { age, summary }))) return false;
    for (let place: LinesPlace | undefined = FIRST; place;) {
      const { lines, next } = await local.lines(name, place);
      if (lines.length > 0 && (await works.note(name, lines)) !== 'noted') return false;
      place = next;
    }
    this.own(name, age, clock.nowMs() + waitMs);
    return true;
  }

  /** As the campaigns of this process see it. */
  get port(): StorePort {
    const { local } = this.#options;
    return {
      ...local,
      claim: (...given) => this.#claim(...given),
      giveBack: (call) => this.#giveBack(call),
      finish: (ended) => this.#finish(ended),
      recover: (...given) => this.#recover(...given),
      told: (...given) => this.#told(...given),
      order: (...given) => this.#order(...given),
    };
  }

  /** Whoever has slept asks once more before anything rings. Rejects with TELEPHONE_AWAY where it may not: nothing has rung. */
  guarded(callOut: CallOut): CallOut {
    return async (order, signal) => {
      const { awake, works } = this.#options;
      if (!awake.holds) {
        await awake.settled();
        const noted = await works.note(campaignOf(order.id), []).catch(() => 'unknown' as const);
        if (noted !== 'noted')
          throw new ParleyError('TELEPHONE_AWAY', 'Another daemon may have the campaign by now.');
      }
      return callOut(order, signal);
    };
  }

  readonly #claim: StorePort['claim'] = async (name, timeZones, epochMs) => {
    const { local, clock } = this.#options;
    await this.#sharing.get(name);
    const mine = this.#mine.get(name);
    if (!mine || clock.nowMs() < mine.fromMs) throw away();
    for (const call of mine.unsure) await local.giveBack(call);
    const lead = await local.claim(name, timeZones, epochMs);
    if (!lead) return undefined;
    const { call, line } = lead;
    const backs = [...mine.unsure].map((unsure): CampaignLine => ({ kind: 'back', call: unsure }));
    mine.unsure.add(call);
    await this.#note(name, [...backs, { kind: 'claim', call, line, epochMs }]);
    mine.unsure.clear();
    return lead;
  };

  async #giveBack(call: string): Promise<void> {
    const name = campaignOf(call);
    await this.#sharing.get(name);
    if (!this.#mine.has(name)) return;
    // Here afterwards: whoever claims it again tells so after this.
    await this.#note(name, [{ kind: 'back', call }]);
    await this.#options.local.giveBack(call);
  }

  async #finish(ended: EndedTry): Promise<Settled | undefined> {
    const { call, result, epochMs } = ended;
    const name = campaignOf(call);
    await this.#sharing.get(name);
    if (!this.#mine.has(name)) return undefined;
    const settled = await this.#options.local.finish(ended);
    try {
      await this.#note(name, [{ kind: 'end', call, result, epochMs }]);
    } catch (error) {
      if (this.#mine.has(name)) throw error;
      return undefined;
    }
    return settled;
  }

  async #recover(epochMs: number, only?: string): Promise<readonly Recovered[]> {
    const left = await this.#options.local.recover(epochMs, only);
    const ends = left.map(({ lead }): CampaignLine => ({
      kind: 'end',
      call: lead.lastCall ?? '',
      result: LEFT,
      epochMs,
    }));
    if (only !== undefined && ends.length > 0) await this.#note(only, ends);
    return left;
  }

  async #told(name: string, line: number): Promise<void> {
    await this.#options.local.told(name, line);
    if (this.#mine.has(name)) await this.#note(name, [{ kind: 'told', line }]);
  }

  readonly #order: StorePort['order'] = async (name, order: CampaignOrder, reason) => {
    const { local } = this.#options;
    await this.#sharing.get(name);
    campaignAfter((await local.progress(name)).state, order);
    await this.#note(name, [{ kind: 'order', order, ...(reason !== undefined && { reason }) }]);
    return local.order(name, order, reason);
  };

  /** Rejects with FLEET_AWAY where it is not noted; then the campaign may be another's. */
  async #note(name: string, lines: readonly CampaignLine[]): Promise<void> {
    this.#changed.add(name);
    const noted = await this.#noted(name, lines.map(written));
    if (noted === 'lost') {
      this.disown(name);
      this.#options.onLost(name);
    }
    if (noted !== 'noted') throw away();
  }

  async #noted(name: string, lines: readonly string[]): Promise<Noted> {
    const { awake, works } = this.#options;
    if (!awake.holds) await awake.settled();
    if (!this.#mine.has(name)) return 'lost';
    try {
      return await works.note(name, lines);
    } catch (cause) {
      throw away(cause);
    }
  }
}

function away(cause?: unknown): ParleyError {
  return new ParleyError(
    'FLEET_AWAY',
    'What a campaign does cannot be told to the other daemons now.',
    cause === undefined ? undefined : { cause },
  );
}
