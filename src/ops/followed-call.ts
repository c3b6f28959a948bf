/** One call as an operator sees it, live or past: what it is doing and what has happened. Reads the timeline, and touches nothing. */
import type { EarReport } from '../ear/ear-report.ts';
import type { JsonObject } from '../base/json.ts';
import type { CallEndCause, Timeline, TimelineEntry } from '../timeline/timeline.ts';
import { withoutWords } from './shown-entry.ts';
import { turnStages } from '../timeline/turn-stages.ts';
import type { Party } from '../telephony/line.ts';

/** What it is doing; `hearing`: the caller speaks. */
export type CallState = 'ringing' | 'listening' | 'hearing' | 'thinking' | 'speaking' | 'ended';

/** What an operator sees of a call. */
export interface ObservedCall {
  readonly timeline: Timeline;
  readonly line: { readonly id: string; readonly party: Party };
  readonly profile: { readonly name: string };
  /** What its sound is like; a call whose words are read has none. */
  readonly heard?: { readonly report: EarReport | undefined } | undefined;
  /** Whose call it is; the service's own, if not given. */
  readonly tenant?: string | undefined;
}

/** When it began, on the timeline's clock and on the wall's. */
export interface Beginning {
  readonly atMs: number;
  readonly epochMs: number;
}

/** A turn whose answer was heard. */
export interface AnsweredTurn {
  readonly turn: number;
  /** The first sound of the answer, on the timeline's clock. */
  readonly atMs: number;
  /** From the caller's last loud frame to that, ms. */
  readonly voiceToVoiceMs: number;
}

export class FollowedCall {
  readonly id: string;
  readonly bot: string;
  /** Whose call it is; undefined for the service's own. */
  readonly tenant: string | undefined;
  readonly party: Party;
  readonly began: Beginning;
  /** What came of it, when that is known: as it is, and with private words masked. */
  result: { readonly shown: JsonObject; readonly masked: JsonObject } | undefined;
  turns = 0;
  endCause: CallEndCause | undefined;
  endedAtMs: number | undefined;
  #entries: readonly TimelineEntry[];
  #heard: ObservedCall['heard'];
  readonly #answered: AnsweredTurn[] = [];
  /** How many of its first entries are not kept. */
  #dropped = 0;
  #isAnswered = false;
  #callerSpeaks = false;
  #botThinks = false;
  /** What of the bot's is being heard. */
  readonly #playing = new Set<string>();

  constructor({ heard, line, profile, tenant, timeline }: ObservedCall, began: Beginning) {
    this.id = line.id;
    this.tenant = tenant;
    this.party = line.party;
    this.bot = profile.name;
    this.began = began;
    this.#entries = timeline.entries;
    this.#heard = heard;
  }

  /** What the call has been like to the ear, up to now or to its end; undefined where nobody could listen. */
  get ear(): EarReport | undefined {
    return this.#heard?.report;
  }

  get entries(): readonly TimelineEntry[] {
    return this.#entries;
  }

  /** In their order. */
  get answered(): readonly AnsweredTurn[] {
    return this.#answered;
  }

  /** Of the turn that was answered last. */
  get lastLatencyMs(): number | undefined {
    return this.#answered.at(-1)?.voiceToVoiceMs;
  }

  get dropped(): number {
    return this.#dropped;
  }

  get state(): CallState {
    if (this.endCause !== undefined) return 'ended';
    if (this.#callerSpeaks) return 'hearing';
    if (this.#playing.size > 0) return 'speaking';
    if (this.#botThinks) return 'thinking';
    return this.#isAnswered ? 'listening' : 'ringing';
  }

  /** Takes note of an entry, and tells whether that changed anything but the entries. */
  note(entry: TimelineEntry): boolean {
    const before = this.#looks;
    this.#note(entry);
    return before !== this.#looks;
  }

  /** Keeps when what happened, and nothing of what was said. */
  forgetWords(): void {
    this.#entries = this.#entries.map(withoutWords);
  }

  /** Lets go of everything but its last entries. */
  keepLast(count: number): void {
    this.#dropped = Math.max(0, this.#entries.length - count);
    this.#entries = this.#entries.slice(this.#dropped);
  }

  get #looks(): string {
    return [this.state, this.turns, this.lastLatencyMs].join();
  }

  #note(entry: TimelineEntry): void {
    switch (entry.type) {
      case 'call.answered':
        this.#isAnswered = true;
        return;
      case 'speech.started':
        this.#callerSpeaks = true;
        return;
      case 'speech.stopped':
        this.#callerSpeaks = false;
        return;
      case 'turn.ended':
        this.turns++;
        this.#botThinks = true;
        return;
      case 'turn.over':
        this.#botThinks = false;
        return;
      case 'playback.started':
        this.#playing.add(nameOf(entry));
        if (entry.kind === 'answer') this.#noteAnswer(entry);
        return;
      case 'playback.finished':
        this.#playing.delete(nameOf(entry));
        return;
      case 'call.ended':
        this.endCause = entry.cause;
        this.endedAtMs = entry.atMs;
    }
  }

  #noteAnswer({ turn, atMs }: TimelineEntry): void {
    if (this.#answered.at(-1)?.turn === turn) return;
    const voiceToVoiceMs = turnStages(this.#entries, turn).times.voiceToVoice;
    if (voiceToVoiceMs !== undefined) this.#answered.push({ turn, atMs, voiceToVoiceMs });
  }
}

function nameOf({ kind, index }: { readonly kind: string; readonly index: number }): string {
  return `${kind} ${index}`;
}
