/** The conversation is over: the caller, who may still be there, is seen off. */
import type { CallEndCause } from '../../timeline/timeline.ts';
import type { CallParts } from '../call-parts.ts';
import { seeOff } from './farewell.ts';
import type { Farewell } from './farewell.ts';

/** Ends in which goodbye has been said already, nobody is there to hear it, or the conversation goes on elsewhere. */
const HAS_PARTED: ReadonlySet<CallEndCause> = new Set([
  'silence',
  'bot',
  'goodbye',
  'machine',
  'fax',
  'moved',
]);

export interface PartingFacts {
  /** Whoever was never answered could not hear a goodbye. */
  readonly wasAnswered: boolean;
  /** Where the operator, or the bot, sends the caller. */
  readonly destination: Pick<Farewell, 'place' | 'variables'> | undefined;
}

export async function part(
  { floor, kit, line, mouth, persona }: CallParts,
  cause: CallEndCause,
  { wasAnswered, destination }: PartingFacts,
): Promise<void> {
  floor.end(cause);
  const { book, goodbye } = persona.phrases;
  const isTold = !HAS_PARTED.has(cause) && wasAnswered;
  const goesOn = cause === 'failure' || cause === 'digit' || cause === 'stopped';
  const to = cause === 'transferred' ? destination : { place: goesOn ? kit.fallback : undefined };
  await seeOff(
    { line, mouth, book, log: kit.log },
    { place: undefined, ...to, goodbye: isTold ? goodbye : undefined },
  );
}
