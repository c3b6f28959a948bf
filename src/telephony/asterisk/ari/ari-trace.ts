/**
 * What was exchanged with Asterisk, kept for a while, so that a recorded call can tell of it: every request with what came of it, and
 * every event that somebody listens for.
 */
import { errorCode } from '../../../base/errors.ts';
import type { Clock } from '../../../base/clock.ts';
import type { AriEvent, AriPort } from './ari-port.ts';
import { isChannelOf } from '../left-behind.ts';

export interface AriTraceEntry {
  readonly atMs: number;
  readonly kind: 'event' | 'request';
  /** Of the event, or of the port's method. */
  readonly name: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

interface Noted extends AriTraceEntry {
  /** Not before `atMs`: a request is noted when it is answered. */
  readonly notedAtMs: number;
  readonly ids: readonly string[];
}

/** So many entries of all calls together are kept: about 20 a turn, so some minutes of a hundred calls. */
const MAX_ENTRIES = 20_000;

export class AriTrace {
  readonly #clock: Clock;
  readonly #entries: Noted[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The same port; what goes through it is noted. */
  through(port: AriPort): AriPort {
    return new Proxy(port, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function' || typeof name !== 'string') return value;
        const call = value.bind(target) as (...given: readonly unknown[]) => unknown;
        if (name === 'route') return this.#route(target);
        return (...given: readonly unknown[]) => this.#noteRequest(name, given, call(...given));
      },
    });
  }

  /** What was about this call since then, oldest first. Times on the clock. */
  of(lineId: string, sinceMs: number): readonly AriTraceEntry[] {
    const isOurs = (id: string) =>
      id.length < lineId.length ? isChannelOf(id, lineId) : id.includes(lineId);
    const before = this.#entries.findLastIndex(({ notedAtMs }) => notedAtMs < sinceMs);
    return this.#entries
      .slice(before + 1)
      .filter(({ atMs, ids }) => atMs >= sinceMs && ids.some(isOurs))
      .map(({ atMs, kind, name, facts }) => ({ atMs, kind, name, facts }));
  }

  #route(target: AriPort): AriPort['route'] {
    return (channelId, listener) =>
      target.route(channelId, (event) => {
        this.#noteEvent(event);
        listener(event);
      });
  }

  #noteEvent(event: AriEvent): void {
    const { type, atMs, ...facts } = event;
    this.#note({ atMs, kind: 'event', name: type, facts, ids: [event.channelId] });
  }

  #noteRequest(name: string, given: readonly unknown[], answer: unknown): unknown {
    if (!(answer instanceof Promise)) return answer;
    const atMs = this.#clock.nowMs();
    const ids = given.flatMap((value) => stringsIn(value));
    const note = (outcome: string) => {
      const tookMs = this.#clock.nowMs() - atMs;
      this.#note({ atMs, kind: 'request', name, facts: { given: [...given], outcome, tookMs }, ids });
    };
    answer.then(
      () => note('done'),
      (error: unknown) => note(errorCode(error)),
    );
    return answer;
  }

  #note({ atMs, kind, name, facts, ids }: Omit<Noted, 'notedAtMs'>): void {
    this.#entries.push({ atMs, kind, name, facts, ids, notedAtMs: this.#clock.nowMs() });
    if (this.#entries.length > MAX_ENTRIES) this.#entries.splice(0, MAX_ENTRIES / 10);
  }
}

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
