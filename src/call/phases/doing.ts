/** What follows a turn that was heard: the bot does what it has announced. */
import type { CallEndCause } from '../../timeline/timeline.ts';
import type { CallParts } from '../call-parts.ts';
import type { TransferAction } from '../transfer/transfers.ts';
import type { Farewell } from './farewell.ts';

/** The conversation is over. */
export interface Ending {
  readonly cause: CallEndCause;
  /** By which end of its script. */
  readonly outcome?: string | undefined;
  /** Where the caller goes from here; nowhere if a colleague has them already. */
  readonly destination?: Pick<Farewell, 'place' | 'variables'> | undefined;
}

/** Undefined if the conversation goes on. */
export async function doAnnounced(parts: CallParts): Promise<Ending | undefined> {
  const action = parts.announced.take();
  if (action?.kind === 'hangUp')
    return { cause: action.by === 'caller' ? 'goodbye' : 'bot', outcome: action.outcome };
  if (action?.kind === 'transfer') return handOver(parts, action);
  if (action?.kind === 'collectDigits') parts.keys.ask(action);
  return undefined;
}

/** A caller who was not put through is told why not, and the conversation goes on. */
async function handOver(parts: CallParts, action: TransferAction): Promise<Ending | undefined> {
  const { floor, handingOver, sayings } = parts;
  const handed = await handingOver.run(action, floor.over);
  if (handed.kind === 'gone') return { cause: 'transferred', destination: handed.destination };
  await floor.asTurn((signal) => sayings.once('transfer', handed.words, signal));
  return undefined;
}
