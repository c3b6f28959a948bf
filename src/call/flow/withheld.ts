/** What of a model's words is not said, because it is the machine's to say. */
import type { Flow } from '../../config/flow-shape.ts';
import { isOwnEcho } from '../../languages/own-echo.ts';
import { asksForAnswer, movesOn } from '../../languages/questions.ts';
import { wordsOf } from '../../languages/words.ts';
import { inLanguage } from './flow-texts.ts';

/** A sentence that is shorter is no step's question said in other words. */
const FEWEST_ECHOED_WORDS = 3;

/** A question, a claim that something is done, or a question of the flow without its mark. */
export function isForMachine(sentence: string, { steps }: Flow, language: string): boolean {
  // A model that is wrong about the language says in the other one what it may not say in this.
  const isMachines = (tag: string) => asksForAnswer(sentence, tag) || movesOn(sentence, tag);
  if (isMachines(language) || isMachines('auto')) return true;
  if (wordsOf(sentence).length < FEWEST_ECHOED_WORDS) return false;
  return Object.values(steps).some(
    ({ ask }) => ask !== undefined && isOwnEcho(sentence, inLanguage(ask, language), language),
  );
}
