/** The conversation: the caller speaks, the bot answers, in turn, until somebody ends it. */
import { entriesOf } from '../../timeline/timeline-entries.ts';
import type { TurnOutcome } from '../../timeline/timeline.ts';
import { wordsOf } from '../call-parts.ts';
import type { CallParts } from '../call-parts.ts';
import { MIN_UTTERANCE_MS } from '../listening/ear.ts';
import type { Utterance } from '../listening/ear.ts';
import { isUnderstood } from '../listening/interjection.ts';
import { takeTurn } from '../turn.ts';
import { doAnnounced } from './doing.ts';
import type { Ending } from './doing.ts';

/** A second failure in a row will not be the last: the caller is better off elsewhere. */
const MAX_FAILED_TURNS = 2;

/** `failed`: turns that have failed before, in a row. Throws a CallOver when the conversation was ended from outside. */
export async function takeTurns(parts: CallParts, failed: number): Promise<Ending> {
  for (let inARow = failed; inARow < MAX_FAILED_TURNS;) {
    const heard = await listen(parts);
    if (heard === 'silence' || heard === 'moved') return { cause: heard };
    const outcome = await answer(parts, heard);
    const ending = outcome === 'spoken' ? await doAnnounced(parts) : undefined;
    if (ending) return ending;
    if (outcome !== 'failed') inARow = 0;
    else inARow = wasHeard(parts) ? inARow + 1 : MAX_FAILED_TURNS;
  }
  return { cause: 'failure' };
}

/** Waits until the caller has said something. Asks into the silence, and gives up after the last prompt and a goodbye. */
async function listen(parts: CallParts): Promise<readonly Utterance[] | 'silence' | 'moved'> {
  const { afterMs, maxPrompts } = parts.profile.silence;
  for (let asked = 0; ;) {
    await sayOrdered(parts);
    if (parts.orders.isToMove && parts.unanswered.isEmpty && !parts.ear.hasWords) return 'moved';
    const heard = await parts.hear(afterMs);
    if (heard.some((utterance) => isWorthAnswering(parts, utterance))) return heard;
    if (heard.length > 0 || parts.orders.hasUnsaid || parts.orders.isToMove) continue;
    if (asked < maxPrompts) await askIntoSilence(parts, asked++);
    // A goodbye that could not be played is one all the same: nobody has answered.
    else if ((await parts.say('goodbye', ({ goodbye }) => goodbye)) !== 'interrupted') return 'silence';
  }
}

/** What an operator wants said, now that neither side has the turn. */
async function sayOrdered({ floor, orders, sayings }: CallParts): Promise<void> {
  for (let text = orders.nextWords(); text !== undefined; text = orders.nextWords()) {
    const words = text;
    await floor.asTurn((signal) => sayings.once('operator', words, signal));
  }
}

/** Whether the caller is still there, for the time after `asked` others. */
function askIntoSilence(parts: CallParts, asked: number): Promise<TurnOutcome> {
  return parts.say('prompt', ({ prompts, goodbye }) => prompts[asked % prompts.length] ?? goodbye);
}

/** Too short to be speech, unless a word was understood: only worth a question if it has made the bot stop. */
function isWorthAnswering({ floor }: CallParts, utterance: Utterance): boolean {
  const isSpeech = utterance.speechMs >= MIN_UTTERANCE_MS || isUnderstood(utterance.textSoFar());
  return isSpeech || floor.lastOutcome === 'interrupted';
}

/** Answers what the caller has said, together with what was said before and never answered. */
async function answer(parts: CallParts, heard: readonly Utterance[]): Promise<TurnOutcome> {
  const { earlyAnswers, floor, keys, personas, timeline, turnTools, unanswered } = parts;
  keys.answeredInWords();
  const { endedAtMs: speechEndedAtMs, ...said } = unanswered.with(heard);
  timeline.turn++;
  timeline.mark('turn.ended', { speechEndedAtMs });
  const callersTurn = (signal: AbortSignal) => ({
    ...said,
    text: said.text.finally(() => {
      if (!signal.aborted) parts.settleLanguage(said.utterances);
    }),
    hasEarlyChunks: () => earlyAnswers.hasChunks,
    earlyAnswer: (text: string) => earlyAnswers.take(text),
  });
  return floor.asTurn((signal) => {
    personas.begin(wordsOf(said.utterances));
    return takeTurn(turnTools, callersTurn(signal), signal);
  });
}

/** Whether the caller heard anything in this turn. Who cannot even be told that it failed is not left to ask again. */
function wasHeard({ timeline: { entries, turn } }: CallParts): boolean {
  return entriesOf(entries, 'playback.finished').some((each) => each.turn === turn && each.heardMs > 0);
}
