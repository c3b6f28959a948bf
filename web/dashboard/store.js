/** What the page knows of calls: told by events, and by what was asked for. */
import { get } from './api.js';
import { Transcript } from './transcript.js';

/** As many as the service keeps. */
const MOST_PAST = 200;
/** Of so many live calls it is asked what was said before the page was opened. */
const SOME = 10;
/** As many as the service tells of at once. */
const MOST_TURNS = 1000;

export class Store {
  selected;
  /** Answers that were measured, oldest first. */
  turns = [];
  /** Whose words are shown: of `all`, or of the page's `own` calls. */
  transcripts;
  /** Until the service has told them. */
  limits = { warningMs: Infinity, criticalMs: Infinity };
  #live = new Map();
  #past = new Map();
  #transcripts = new Map();
  /** Entries that came while a call's timeline was on its way, by call: it may be on its way twice, and the later one replaces the other. */
  #meanwhile = new Map();

  /** Oldest first. */
  get live() {
    return [...this.#live.values()];
  }

  /** Newest first. */
  get past() {
    return [...this.#past.values()];
  }

  get call() {
    return this.#live.get(this.selected) ?? this.#past.get(this.selected);
  }

  transcriptOf(id) {
    return this.#transcripts.get(id);
  }

  /** Everything anew. */
  tellAll({ live, past }) {
    this.#live = new Map(live.map((call) => [call.id, call]));
    this.#past = new Map(past.map((call) => [call.id, call]));
    this.#transcripts.clear();
  }

  tell(call) {
    if (call.state !== 'ended') return void this.#live.set(call.id, call);
    this.#live.delete(call.id);
    const newestFirst = [[call.id, call], ...this.#past];
    this.#past = new Map(newestFirst.slice(0, MOST_PAST));
    if (call.id !== this.selected) this.#transcripts.delete(call.id);
  }

  tellEntry(id, entry) {
    this.#meanwhile.get(id)?.entries.push(entry);
    if (!this.#transcripts.has(id)) this.#transcripts.set(id, new Transcript());
    this.#transcripts.get(id).add(entry);
  }

  /** Asks for all of a call that has happened so far. */
  async load(id) {
    const meanwhile = this.#meanwhile.get(id) ?? { entries: [], loads: 0 };
    this.#meanwhile.set(id, meanwhile);
    meanwhile.loads++;
    try {
      const { timeline } = await get(`calls/${encodeURIComponent(id)}`);
      const known = new Set(timeline.map((entry) => JSON.stringify(entry)));
      const later = meanwhile.entries.filter((entry) => !known.has(JSON.stringify(entry)));
      this.#transcripts.set(id, new Transcript([...timeline, ...later]));
    } finally {
      if (--meanwhile.loads === 0) this.#meanwhile.delete(id);
    }
  }

  /** Asks for the calls that are seen first in the list. */
  async loadSome() {
    await Promise.allSettled(this.live.slice(0, SOME).map(({ id }) => this.load(id)));
  }

  /** Asks for the turns that were answered since the last time. */
  async loadTurns() {
    const after = this.turns.at(-1)?.at;
    const { turns, limits } = await get(after ? `turns?after=${encodeURIComponent(after)}` : 'turns');
    this.limits = limits;
    this.turns = [...this.turns, ...turns].slice(-MOST_TURNS);
  }

  /** How long the answer of a turn took, ms. */
  latencyOf(id, turn) {
    return this.turns.findLast((one) => one.call === id && one.turn === turn)?.voiceToVoiceMs;
  }
}
