/** What is looked at by somebody else before it is worked on, and what happens where nobody looks. */
import { childWithin } from '../../base/abort.ts';
import { systemClock } from '../../base/clock.ts';
import { errorCode } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { SpeechRefusal } from '../refusal.ts';

/** Where whoever should look does not answer: the work is done unseen, or it is refused. */
export type Failing = 'open' | 'closed';

export type Verdict = { readonly isFit: true } | { readonly isFit: false; readonly reason: string };

/** Looks at a text, or at a file. Throws whatever keeps it from looking. */
export type Look<Content> = (content: Content, signal: AbortSignal) => Promise<Verdict>;

export interface GuardOptions<Content> {
  /** Stands in the log and in errors: `moderation`, `antivirus`. */
  readonly name: string;
  readonly look: Look<Content>;
  readonly failing: Failing;
  readonly log: Log;
}

/** Longer nobody waits for a verdict, ms. */
const LOOKED_WITHIN_MS = 10_000;

export class Guard<Content> {
  readonly #options: GuardOptions<Content>;

  constructor(options: GuardOptions<Content>) {
    this.#options = options;
  }

  /** Throws CONTENT_REJECTED, GUARD_UNAVAILABLE where it is to fail closed, or the signal's reason. */
  async pass(content: Content, signal: AbortSignal): Promise<void> {
    const { name, look, failing, log } = this.#options;
    const late = () => new Error(`${name} did not answer within ${LOOKED_WITHIN_MS} ms`);
    const work = childWithin(LOOKED_WITHIN_MS, systemClock, late, signal);
    let verdict: Verdict;
    try {
      verdict = await look(content, work.signal);
    } catch (error) {
      signal.throwIfAborted();
      const told = { event: 'speech.guard', guard: name, failing, code: errorCode(error), error };
      log.error(told, failing === 'open' ? 'nobody looks; the work is done unseen' : 'nobody looks');
      if (failing === 'open') return;
      throw new SpeechRefusal('GUARD_UNAVAILABLE', `The service's ${name} does not answer.`, {
        cause: error,
      });
    } finally {
      work.release();
    }
    if (!verdict.isFit)
      throw new SpeechRefusal('CONTENT_REJECTED', `The service's ${name} refuses it.`, {
        details: { guard: name, reason: verdict.reason.slice(0, MOST_OF_A_REASON) },
      });
  }
}

const MOST_OF_A_REASON = 200;
