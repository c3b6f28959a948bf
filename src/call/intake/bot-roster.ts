/**
 * The bots that answer, each with its phrases. They can be replaced while calls go on: a call keeps the profile and the phrases with which
 * it began.
 */
import { isDeepStrictEqual } from 'node:util';
import type { BotProfile } from '../../config/bot-profile.ts';
import type { Bots } from '../../config/bots.ts';
import type { PhraseBook } from '../speaking/phrase-book.ts';

export interface Bot {
  readonly profile: BotProfile;
  readonly book: PhraseBook;
}

/** Names of bots. */
export interface BotChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

export class BotRoster {
  readonly #bookOf: (profile: BotProfile) => PhraseBook;
  readonly #stopping = new AbortController();
  #profiles: Bots;
  #books: ReadonlyMap<string, PhraseBook> = new Map();
  #preparing: Promise<void> = Promise.resolve();

  constructor(profiles: Bots, bookOf: (profile: BotProfile) => PhraseBook) {
    this.#bookOf = bookOf;
    this.#profiles = profiles;
    this.#fillShelf(profiles, () => false);
  }

  get names(): readonly string[] {
    return this.#profiles.names;
  }

  /** Settles when every phrase has been rendered, or has failed to be; calls are answered before that. */
  get prepared(): Promise<void> {
    return this.#preparing;
  }

  /** The bot of that name, the default one without a name. Throws BOT_PROFILE_UNKNOWN. */
  get(name?: string): Bot {
    const profile = this.#profiles.get(name);
    return { profile, book: this.#books.get(profile.name) as PhraseBook };
  }

  /** From now on these bots answer. The phrases of those that changed are rendered in the background; the others keep theirs. */
  replace(profiles: Bots): BotChanges {
    const before = this.#profiles;
    const had = new Set(before.names);
    const isSame = (name: string) => had.has(name) && isDeepStrictEqual(before.get(name), profiles.get(name));
    this.#profiles = profiles;
    this.#fillShelf(profiles, isSame);
    return {
      added: profiles.names.filter((name) => !had.has(name)),
      changed: profiles.names.filter((name) => had.has(name) && !isSame(name)),
      removed: before.names.filter((name) => !profiles.names.includes(name)),
    };
  }

  /** Ends the rendering. */
  async close(): Promise<void> {
    this.#stopping.abort(new Error('the service stops'));
    await this.#preparing;
  }

  #fillShelf(profiles: Bots, keepsBook: (name: string) => boolean): void {
    const fresh: PhraseBook[] = [];
    const bookFor = (name: string) => {
      const kept = keepsBook(name) ? this.#books.get(name) : undefined;
      if (kept) return kept;
      const book = this.#bookOf(profiles.get(name));
      fresh.push(book);
      return book;
    };
    this.#books = new Map(profiles.names.map((name) => [name, bookFor(name)]));
    const rendered = fresh.map((book) => book.prepare(this.#stopping.signal));
    this.#preparing = Promise.allSettled([this.#preparing, ...rendered]).then(() => undefined);
  }
}
