/**
 * The bots that answer, each with its phrases. They can be replaced while calls go on: a call keeps the profile and the phrases with which
 * it began.
 */
import { isDeepStrictEqual } from 'node:util';
import { crowdController } from '../../base/abort.ts';
import { eachAtOnce } from '../../base/async.ts';
import { sleep, systemClock } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
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

/**
 * Of so many bots phrases are rendered at the same time, a tenant: one with a thousand bots has what a provider grants taken up no further
 * than any other, and its neighbours' phrases are ready as soon as without it.
 */
const RENDERED_AT_ONCE = 4;

/**
 * When phrases that could not be rendered are tried again, ms: soon where a provider stalled or starts as the service does, more and more seldom
 * where it is away, and in the end so often. Until then the bot says them in another's voice, and in a language without recordings not at all.
 */
const AGAIN_AFTER_MS = [5_000, 15_000, 60_000, 300_000] as const;
const AGAIN_EVERY_MS = 900_000;

export interface BotRosterOptions {
  /** Whose bot it is, where several share the service. */
  readonly ownerOf?: (bot: string) => string;
  readonly clock?: Clock;
}

export class BotRoster {
  readonly #bookOf: (profile: BotProfile) => PhraseBook;
  readonly #ownerOf: (bot: string) => string;
  readonly #clock: Clock;
  readonly #stopping = crowdController();
  #profiles: Bots;
  #books: ReadonlyMap<string, PhraseBook> = new Map();
  #preparing: Promise<void> = Promise.resolve();
  #tryingAgain: Promise<void> = Promise.resolve();

  constructor(
    profiles: Bots,
    bookOf: (profile: BotProfile) => PhraseBook,
    { ownerOf = () => '', clock = systemClock }: BotRosterOptions = {},
  ) {
    this.#bookOf = bookOf;
    this.#ownerOf = ownerOf;
    this.#clock = clock;
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
    await this.#tryingAgain;
  }

  #fillShelf(profiles: Bots, keepsBook: (name: string) => boolean): void {
    const fresh = new Map<string, PhraseBook[]>();
    const bookFor = (name: string) => {
      const kept = keepsBook(name) ? this.#books.get(name) : undefined;
      if (kept) return kept;
      const book = this.#bookOf(profiles.get(name));
      const owner = this.#ownerOf(name);
      fresh.set(owner, [...(fresh.get(owner) ?? []), book]);
      return book;
    };
    this.#books = new Map(profiles.names.map((name) => [name, bookFor(name)]));
    const first = [...fresh.values()].map((books) => this.#prepare(books));
    const again = first.map(async (left) => this.#tryAgain(await left));
    this.#preparing = Promise.allSettled([this.#preparing, ...first]).then(() => undefined);
    this.#tryingAgain = Promise.allSettled([this.#tryingAgain, ...again]).then(() => undefined);
  }

  /** Resolves with the books in which something is to be tried again. */
  async #prepare(books: readonly PhraseBook[]): Promise<readonly PhraseBook[]> {
    const left: PhraseBook[] = [];
    await eachAtOnce(books, RENDERED_AT_ONCE, async (book) => {
      if (await book.prepare(this.#stopping.signal)) left.push(book);
    });
    return left;
  }

  /** Until all is rendered, or other bots answer. */
  async #tryAgain(books: readonly PhraseBook[]): Promise<void> {
    for (let [left, round] = [books, 0]; left.length > 0; round++) {
      await sleep(this.#clock, AGAIN_AFTER_MS[round] ?? AGAIN_EVERY_MS, this.#stopping.signal);
      const onTheShelf = new Set(this.#books.values());
      left = await this.#prepare(left.filter((book) => onTheShelf.has(book)));
    }
  }
}
