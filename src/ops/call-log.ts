/** The calls of this process for an operator's eyes: those that are live, and the last ones that were, in bounded memory. */
import type { Clock } from '../base/clock.ts';
import { tellAll } from '../base/tell-all.ts';
import type { TimelineEntry } from '../timeline/timeline.ts';
import { isWithoutConsent } from '../timeline/consent.ts';
import { FollowedCall } from './followed-call.ts';
import type { ObservedCall } from './followed-call.ts';

export type CallNews =
  | { readonly kind: 'began' | 'changed' | 'ended'; readonly call: FollowedCall }
  | { readonly kind: 'entry'; readonly call: FollowedCall; readonly entry: TimelineEntry };

export interface CallLogSettings {
  /** Calls that are kept when they are over. Default 200: an hour or two of an ordinary office. */
  readonly pastCalls: number;
  /** Entries of all past calls together; the oldest calls go first. Default 50 000, about 15 MB; a call of three minutes has 500. */
  readonly pastEntries: number;
}

const CALL_LOG_DEFAULTS: CallLogSettings = Object.freeze({ pastCalls: 200, pastEntries: 50_000 });

export interface CallLogOptions {
  readonly clock: Clock;
  /** The wall clock, in milliseconds since 1970. */
  readonly epochMs: () => number;
  readonly settings?: CallLogSettings;
}

export class CallLog {
  readonly #clock: Clock;
  readonly #epochMs: () => number;
  readonly #settings: CallLogSettings;
  readonly #live = new Map<string, FollowedCall>();
  /** Oldest first. */
  #past: FollowedCall[] = [];
  readonly #listeners = new Set<(news: CallNews) => void>();

  constructor({ clock, epochMs, settings = CALL_LOG_DEFAULTS }: CallLogOptions) {
    this.#clock = clock;
    this.#epochMs = epochMs;
    this.#settings = settings;
  }

  /** Oldest first. */
  get live(): readonly FollowedCall[] {
    return [...this.#live.values()];
  }

  /** Newest first. */
  get past(): readonly FollowedCall[] {
    return this.#past.toReversed();
  }

  find(id: string): FollowedCall | undefined {
    return this.#live.get(id) ?? this.#past.find((call) => call.id === id);
  }

  /** Follows a call from before its first mark until its end. */
  follow(observed: ObservedCall): void {
    const call = new FollowedCall(observed, { atMs: this.#clock.nowMs(), epochMs: this.#epochMs() });
    this.#live.set(call.id, call);
    observed.timeline.observe((entry) => this.#note(call, entry));
    this.#tell({ kind: 'began', call });
  }

  /** Calls back at all news until the returned function is called. Listeners only look: they must not wait. */
  onNews(listener: (news: CallNews) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #note(call: FollowedCall, entry: TimelineEntry): void {
    // What is told after the end (a playback that was stopped) belongs to nobody any more.
    if (!this.#live.has(call.id)) return;
    const hasChanged = call.note(entry);
    const hasEnded = entry.type === 'call.ended';
    if (hasEnded) {
      this.#live.delete(call.id);
      this.#keep(call);
    }
    const kind = hasEnded ? 'ended' : 'changed';
    this.#tell({ kind: 'entry', call, entry }, ...(hasEnded || hasChanged ? [{ kind, call } as const] : []));
  }

  #keep(call: FollowedCall): void {
    const { pastCalls, pastEntries } = this.#settings;
    // Before anybody is told of the end: who has not consented is kept by nobody.
    if (isWithoutConsent(call.entries)) call.forgetWords();
    call.keepLast(pastEntries);
    this.#past.push(call);
    this.#past = this.#past.slice(-pastCalls);
    let entries = this.#past.reduce((sum, past) => sum + past.entries.length, 0);
    while (entries > pastEntries) entries -= this.#past.shift()?.entries.length ?? entries;
  }

  #tell(...news: readonly CallNews[]): void {
    tellAll([...this.#listeners], ...news);
  }
}
