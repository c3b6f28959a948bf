/** What was known from elsewhere in a recorded call: to the same words the same, when it was. */
import { ERROR_CATALOGUE } from '../../base/error-catalogue.ts';
import type { ErrorCode } from '../../base/error-catalogue.ts';
import type { CancelTimer } from '../../base/clock.ts';
import type { ContextOfCall } from '../../call/abilities.ts';
import type { ContextFacts, KnownContext } from '../../context/known-context.ts';
import { jsonIn } from '../bundle/recorded-abilities.ts';
import type { RecordedContextAnswer, RecordedContextReady } from '../bundle/recorded-abilities.ts';
import type { RecordedCall } from '../bundle/recorded-call.ts';
import { endAsRecorded } from './recorded-end.ts';
import type { TapeTime } from './tape-time.ts';
import type { Missing } from './unanswered.ts';

export interface ReplayedContextOptions {
  readonly time: TapeTime;
  readonly recorded: NonNullable<RecordedCall['context']>;
  readonly onReady: (facts: ContextFacts) => void;
  /** The error for what was never asked. */
  readonly missing: Missing;
}

export class ReplayedContext implements ContextOfCall {
  readonly #options: ReplayedContextOptions;
  readonly #left: RecordedContextAnswer[];
  readonly #telling: readonly CancelTimer[];

  constructor(options: ReplayedContextOptions) {
    this.#options = options;
    const { onReady, recorded, time } = options;
    this.#left = [...recorded.answers];
    this.#telling = recorded.ready.map((ready) => time.at(ready.atMs, () => onReady(factsOf(ready, time))));
  }

  /** It was asked then. */
  callerLookup(): void {
    return undefined;
  }

  /** What was searched for while the caller spoke is in the answer. */
  heard(): void {
    return undefined;
  }

  async for(text: string, signal: AbortSignal): Promise<KnownContext> {
    signal.throwIfAborted();
    const { missing, time } = this.#options;
    const recorded = this.#take(text);
    if (!recorded) throw missing(`It was asked what is known about «${text}».`);
    const replaying = { time, shiftMs: time.nowMs - recorded.atMs, signal };
    await endAsRecorded(recorded.end, replaying, () =>
      missing(`What is known about «${text}» was not waited for in the recording.`),
    );
    const { caller, ...found } = recorded.known ?? { passages: [], late: [] };
    return { ...found, ...(caller !== undefined && { caller: jsonIn(caller) }) };
  }

  close(): void {
    for (const cancel of this.#telling) cancel();
  }

  /** Best one that was waited for; each is given once, as long as there is another. Else the next in order. */
  #take(text: string): RecordedContextAnswer | undefined {
    const same = this.#left.filter((answer) => answer.text === text);
    const asked = same.length > 0 ? same : this.#left;
    const found = asked.find(({ end }) => end.kind === 'done') ?? asked[0];
    if (found && asked.length > 1) this.#left.splice(this.#left.indexOf(found), 1);
    return found;
  }
}

function factsOf(
  { atMs: _, failure, startedAtMs, ...facts }: RecordedContextReady,
  time: TapeTime,
): ContextFacts {
  const code = failure !== undefined && failure in ERROR_CATALOGUE ? (failure as ErrorCode) : undefined;
  return { ...facts, startedAtMs: time.onClock(startedAtMs), ...(code && { failure: code }) };
}
