/** The bot's first words: its greeting, or the apology of a call that goes on, and behind it what its script begins with. */
import type { TurnOutcome } from '../../timeline/timeline.ts';
import type { CallParts } from '../call-parts.ts';
import type { WordsAhead } from '../speaking/words-ahead.ts';
import { sayOpening } from '../turn.ts';
import { doAnnounced } from './doing.ts';
import type { Ending } from './doing.ts';

/** `ahead`: the greeting, if it was made ready while it was told who has picked up. */
export function greet(parts: CallParts, ahead: WordsAhead | undefined): Promise<TurnOutcome> {
  if (parts.resumed?.isSeamless) return Promise.resolve('spoken');
  if (parts.resumed) return parts.say('apology', ({ reconnected }) => reconnected);
  const { floor, sayings } = parts;
  return floor.asTurn((signal) => {
    const { book, greeting } = parts.persona.phrases;
    // Whoever was asked something in between may have answered in another language.
    if (ahead?.text === greeting) return sayings.ready('greeting', ahead, signal);
    if (book.keeps(greeting)) return sayings.phrase('greeting', greeting, signal);
    return sayings.once('greeting', greeting, signal);
  });
}

/** What the script asks first, or has done. Undefined if the conversation goes on. */
export async function openScript(parts: CallParts): Promise<Ending | undefined> {
  const { abilities, floor, sayings, turnTools } = parts;
  const script = abilities.opening();
  if (!script) return undefined;
  const { say, tool, action } = script.end;
  if (tool || action) {
    const outcome = await floor.asTurn((signal) => sayOpening(turnTools, script, signal));
    return outcome === 'spoken' ? doAnnounced(parts) : undefined;
  }
  if (!say) script.over('heard');
  else {
    script.begun();
    const outcome = await floor.asTurn((signal) => sayings.once('answer', say.said, signal));
    script.over(outcome === 'spoken' ? 'heard' : 'interrupted');
  }
  return undefined;
}
