/** Shared work in one process, on any clock: what RedisWorks does. Both pass the same suite. */
import type { Noted, SharedWork, SharedWorks, Tended } from '../../base/shared-works.ts';
import type { Session } from '../fleet-memory.ts';

interface Known {
  owner: Session | undefined;
  age: number;
  summary: string;
  lines: string[];
  orders: string[];
  isClosed: boolean;
}

/** Of all kinds, by `KIND NAME`. */
export type KnownWorks = Map<string, Known>;

export interface LocalWorksOptions {
  readonly known: KnownWorks;
  readonly kind: string;
  readonly session: () => Session | undefined;
  readonly isHeld: (session: Session) => boolean;
  /** Throws while the memory is away. */
  readonly there: () => void;
}

const LINES_AT_ONCE = 7;

export class LocalWorks implements SharedWorks {
  readonly #options: LocalWorksOptions;

  constructor(options: LocalWorksOptions) {
    this.#options = options;
  }

  async begin(
    name: string,
    { age, summary }: { readonly age: number; readonly summary: string },
  ): Promise<boolean> {
    const owner = this.#held();
    const known = this.#get(name);
    if (known && !this.#isMine(known) && known.age >= age) return false;
    this.#set(name, { owner, age, summary, lines: [], orders: [], isClosed: false });
    return true;
  }

  async note(name: string, lines: readonly string[]): Promise<Noted> {
    this.#held();
    const known = this.#get(name);
    if (!known) return 'unknown';
    if (!this.#isMine(known)) return 'lost';
    known.lines.push(...lines);
    return 'noted';
  }

  async put(name: string, line: string): Promise<Noted> {
    const owner = this.#held();
    const known = this.#get(name);
    if (known && (!this.#isMine(known) || known.isClosed)) return 'lost';
    if (known) known.lines = [line];
    else this.#set(name, { owner, age: 1, summary: '', lines: [line], orders: [], isClosed: false });
    return 'noted';
  }

  async take(name: string): Promise<number | undefined> {
    const owner = this.#held();
    const known = this.#get(name);
    if (!known || known.isClosed || this.#isOwned(known)) return undefined;
    known.owner = owner;
    return ++known.age;
  }

  async read(name: string, from: number): Promise<readonly string[]> {
    this.#options.there();
    return this.#get(name)?.lines.slice(from, from + LINES_AT_ONCE) ?? [];
  }

  async tend(mine: ReadonlyMap<string, string | undefined>): Promise<Tended> {
    this.#held();
    const tended = [...mine].map(([name, summary = '']) => {
      const known = this.#get(name);
      if (!known) return { name, hold: 'unknown' as const, orders: [] };
      if (!this.#isMine(known)) return { name, hold: 'lost' as const, orders: [] };
      if (summary !== '') known.summary = summary;
      return { name, hold: 'noted' as const, orders: known.orders.splice(0) };
    });
    const ours = this.#ofKind();
    const forsaken = ours.filter(([, known]) => !known.isClosed && !this.#isOwned(known));
    return { mine: tended, forsaken: forsaken.map(([name]) => name) };
  }

  async order(name: string, order: string): Promise<boolean> {
    this.#options.there();
    const known = this.#get(name);
    if (!known || known.isClosed) return false;
    known.orders.push(order);
    return true;
  }

  async all(): Promise<readonly SharedWork[]> {
    this.#options.there();
    return this.#ofKind().map(([name, known]) => ({
      ...{ name, daemon: known.owner?.daemon ?? '', isOwned: this.#isOwned(known), summary: known.summary },
    }));
  }

  async leave(name: string): Promise<void> {
    this.#options.there();
    const known = this.#get(name);
    if (known && this.#isMine(known)) known.owner = undefined;
  }

  async close(name: string, what: 'keep' | 'forget' | 'remove'): Promise<void> {
    this.#held();
    const known = this.#get(name);
    if (!known || !this.#isMine(known)) return;
    known.isClosed = true;
    known.orders = [];
    if (what !== 'keep') known.lines = [];
    if (what === 'remove') this.#options.known.delete(this.#key(name));
  }

  #held(): Session {
    const { isHeld, session, there } = this.#options;
    there();
    const now = session();
    if (!now || !isHeld(now)) throw new Error('the lease of this daemon has run out');
    return now;
  }

  #isMine({ owner }: Known): boolean {
    const session = this.#options.session();
    return owner !== undefined && owner.daemon === session?.daemon && owner.token === session.token;
  }

  #isOwned({ owner }: Known): boolean {
    return owner !== undefined && this.#options.isHeld(owner);
  }

  #ofKind(): readonly (readonly [string, Known])[] {
    const prefix = this.#key('');
    return [...this.#options.known]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, known]) => [key.slice(prefix.length), known] as const);
  }

  #key(name: string): string {
    return `${this.#options.kind} ${name}`;
  }

  #get(name: string): Known | undefined {
    return this.#options.known.get(this.#key(name));
  }

  #set(name: string, known: Known): void {
    this.#options.known.set(this.#key(name), known);
  }
}
