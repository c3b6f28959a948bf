/** Answers what is asked about ended calls, by the rules of what may be seen. */
import { ParleyError } from '../base/errors.ts';
import type { Criteria, Place } from '../history/criteria.ts';
import type { FoundCall, FoundCalls } from '../history/store.ts';
import type { HistoryCall, HistoryDetail, HistoryPage, HistorySearch } from './history-contract.ts';
import type { HistoryPorts } from './history-ports.ts';
import { HistoryView } from './history-view.ts';

export interface PermittedHistoryOptions {
  /** Undefined where no call is kept. */
  readonly ports: HistoryPorts | undefined;
  /** Words, numbers and sound are shown. */
  readonly transcripts: boolean;
}

type Search = Omit<HistorySearch, 'format'>;

/** So many calls are read at once for a table: a second of one, and what ends meanwhile is written between two of them. */
const EXPORTED_AT_ONCE = 500;

/** Each of these rejects with HISTORY_OFF where nothing is kept, and with HISTORY_UNAVAILABLE or HISTORY_NEWER where it cannot be read. */
export class PermittedHistory {
  readonly #options: PermittedHistoryOptions;
  readonly #view: HistoryView;

  constructor(options: PermittedHistoryOptions) {
    this.#options = options;
    this.#view = new HistoryView(options.transcripts);
  }

  /** `after`: the `next` of the page before. Rejects also with HISTORY_PRIVATE. */
  async page(
    search: Search,
    { after, limit }: { after?: string | undefined; limit: number },
  ): Promise<HistoryPage> {
    const { calls, next } = await this.#find(search, after === undefined ? undefined : placeOf(after), limit);
    return {
      calls: await this.#shown(calls),
      next: next ? `${next.startedEpochMs}-${next.seq}` : null,
      hasWords: this.#options.transcripts,
    };
  }

  /** All that is found, page by page: nothing of it is kept in memory. The first is read before this resolves. */
  async all(search: Search): Promise<AsyncIterable<readonly HistoryCall[]>> {
    const first = await this.#find(search, undefined, EXPORTED_AT_ONCE);
    return this.#pages(search, first);
  }

  /** `tenant`: who sees its own calls alone. Rejects also with HISTORY_UNKNOWN. */
  async detail(id: string, tenant?: string): Promise<HistoryDetail> {
    const call = await this.#call(id, tenant);
    return this.#view.detail(call, (await this.#recordingOf(call)) !== undefined);
  }

  /** A piece of HTML; with a player, whose sound the page asks for, where the call was recorded and may be heard. Rejects also with HISTORY_UNKNOWN. */
  async report(id: string, tenant?: string): Promise<string> {
    const { recorded, reports } = this.#ports;
    const call = await this.#call(id, tenant);
    const name = this.#options.transcripts ? await this.#recordingOf(call) : undefined;
    return reports.make(
      name === undefined ? { timeline: this.#view.timeline(call) } : { bundle: recorded.bundleOf(name) },
    );
  }

  /** The name of the call's recording. Rejects also with HISTORY_UNKNOWN, HISTORY_PRIVATE or HISTORY_UNRECORDED. */
  async recording(id: string, tenant?: string): Promise<string> {
    this.#mustBeShown('Who may not read what was said may not hear it.');
    const name = await this.#recordingOf(await this.#call(id, tenant));
    if (name !== undefined) return name;
    throw new ParleyError('HISTORY_UNRECORDED', 'There is no recording of this call.');
  }

  get #ports(): HistoryPorts {
    const { ports } = this.#options;
    if (ports) return ports;
    throw new ParleyError('HISTORY_OFF', 'Ended calls are not kept.');
  }

  #find(search: Search, after: Place | undefined, limit: number): Promise<FoundCalls> {
    const { history } = this.#ports;
    const { from, to, number, bot, tenant, cause, words, slowerThanMs } = search;
    if (words !== undefined) this.#mustBeShown('Words cannot be searched.');
    const criteria: Criteria = {
      fromEpochMs: epochMsOf(from),
      toEpochMs: epochMsOf(to),
      numbersMasked: !this.#options.transcripts,
      ...{ number, bot, tenant, cause, words, slowerThanMs, after, limit },
    };
    return history.search(criteria);
  }

  async *#pages(search: Search, first: FoundCalls): AsyncIterable<readonly HistoryCall[]> {
    for (let page = first; ; page = await this.#find(search, page.next, EXPORTED_AT_ONCE)) {
      yield await this.#shown(page.calls);
      if (!page.next) return;
    }
  }

  async #shown(calls: FoundCalls['calls']): Promise<HistoryCall[]> {
    const recorded = await this.#ports.recorded.of(calls);
    return calls.map((call) => this.#view.call(call, recorded.has(call.key)));
  }

  async #call(id: string, tenant: string | undefined): Promise<FoundCall> {
    const call = await this.#ports.history.find(id);
    if (call && (tenant === undefined || call.tenant === tenant)) return call;
    throw new ParleyError('HISTORY_UNKNOWN', 'There is no such call in the history.');
  }

  async #recordingOf(call: FoundCall): Promise<string | undefined> {
    return (await this.#ports.recorded.of([call])).get(call.key);
  }

  #mustBeShown(detail: string): void {
    if (!this.#options.transcripts) throw new ParleyError('HISTORY_PRIVATE', detail);
  }
}

function placeOf(after: string): Place {
  const [startedEpochMs = 0, seq = 0] = after.split('-').map(Number);
  return { startedEpochMs, seq };
}

function epochMsOf(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time);
}
