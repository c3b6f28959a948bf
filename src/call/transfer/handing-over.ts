/** The bot hands a caller over, and the caller who cannot be put through is told why. */
import { handoverWords } from '../../languages/handover-words.ts';
import type { Timeline } from '../../timeline/timeline.ts';
import type { Farewell } from '../phases/farewell.ts';
import type { History } from '../history.ts';
import { Transfers } from './transfers.ts';
import type { TransferAction, TransferParts } from './transfers.ts';

export interface HandingOverParts extends Omit<TransferParts, 'history'> {
  readonly timeline: Timeline;
  readonly history: History;
}

export type HandedOver =
  /** Whoever sees the caller off sends him there; nothing is to be done if he is with a colleague already. */
  | { readonly kind: 'gone'; readonly destination: Pick<Farewell, 'place' | 'variables'> | undefined }
  /** The caller is still here, and is to hear this. */
  | { readonly kind: 'here'; readonly words: string };

export class HandingOver {
  readonly #parts: HandingOverParts;
  readonly #transfers: Transfers;
  #isUnderWay = false;

  constructor(parts: HandingOverParts) {
    this.#parts = parts;
    const { history, ...others } = parts;
    this.#transfers = new Transfers({ ...others, history: () => history.messages });
  }

  /** A colleague is rung, and the caller waits. */
  get isUnderWay(): boolean {
    return this.#isUnderWay;
  }

  /** The model reads in the history why a caller was not put through. Throws the signal's reason. */
  async run(action: TransferAction, signal: AbortSignal): Promise<HandedOver> {
    const { timeline, history, persona } = this.#parts;
    const { to, warm } = action;
    timeline.mark('transfer.started', { to, warm });
    this.#isUnderWay = true;
    const outcome = await this.#transfers.run(action, signal).finally(() => (this.#isUnderWay = false));
    const isFailed = outcome.kind === 'failed';
    timeline.mark('transfer.done', { to, outcome: isFailed ? outcome.because : outcome.kind });
    if (!isFailed) return { kind: 'gone', destination: outcome.kind === 'sendOn' ? outcome : undefined };
    const { because } = outcome;
    const result = `The caller was not put through to ${to}: ${because}. The caller is still here and has been told; offer something else.`;
    const input = JSON.stringify({ to });
    history.botDid([{ id: `transfer-${timeline.turn}`, name: 'transfer', input, result }]);
    return { kind: 'here', words: handoverWords(persona().language).failed[because] };
  }
}
