/** Where new calls arrive: each gets its bot and is run to its end; the service knows here which calls are live. */
import { isParleyError } from '../base/errors.ts';
import type { BotProfile } from '../config/bot-profile.ts';
import type { Line } from '../telephony/line.ts';
import { Call } from './call.ts';
import type { CallKit } from './call.ts';
import type { PhraseBook } from './phrase-book.ts';

export interface ReceptionOptions {
  readonly kit: CallKit;
  /** The bot of that name, the default one without a name. Throws BOT_PROFILE_UNKNOWN. */
  readonly bot: (name: string | undefined) => { readonly profile: BotProfile; readonly book: PhraseBook };
  /** Told of each call before it begins. */
  readonly onCall: (call: Call) => void;
}

export class Reception {
  readonly #options: ReceptionOptions;
  readonly #live = new Map<Call, Promise<unknown>>();
  #stopping = false;

  constructor(options: ReceptionOptions) {
    this.#options = options;
  }

  get live(): readonly Call[] {
    return [...this.#live.keys()];
  }

  /** Takes a call that rings, to its end. */
  receive(line: Line): void {
    const call = this.#stopping ? undefined : this.#callFor(line);
    if (!call) return void this.#refuse(line);
    this.#options.onCall(call);
    this.#live.set(
      call,
      call.run().finally(() => this.#live.delete(call)),
    );
  }

  /** Takes no more calls, ends every live one politely, and resolves when the last is gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const call of this.live) call.end('stopped');
    await Promise.all(this.#live.values());
  }

  #callFor(line: Line): Call | undefined {
    const { kit, bot } = this.#options;
    try {
      const { profile, book } = bot(line.party.bot);
      return new Call(line, profile, book, kit);
    } catch (error) {
      kit.log.error(
        { event: 'call.refused', call: line.id, bot: line.party.bot, error },
        'a call names a bot that is not there',
      );
      return undefined;
    }
  }

  /** Not answered: the dialplan goes on, or the caller hears that nobody is there. */
  async #refuse(line: Line): Promise<void> {
    const { fallback, log } = this.#options.kit;
    try {
      if (fallback) await line.transfer(fallback);
    } catch (error) {
      if (!isParleyError(error, 'LINE_ENDED'))
        log.warn({ event: 'call.refused', error }, 'a refused call could not be handed on');
    } finally {
      await line.close();
    }
  }
}
