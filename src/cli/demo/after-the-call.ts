/** What is said after the call: the seconds of each turn, measured at the caller's ear, and whether all was right. */
import pc from 'picocolors';
import type { PlayedCall } from './call.ts';
import { yieldedAfterMs } from './heard-speech.ts';
import type { HeardSpeech } from './heard-speech.ts';
import type { Scenario } from './scenario.ts';
import { seconds } from './seconds.ts';
import { stagesOf } from './stages.ts';

const TEXT_WIDTH = 24;
const COLUMNS = [
  'end of turn',
  'recognition',
  'first token',
  'first audio',
  'playback',
  '= answer',
  'first sound',
] as const;

/** A row a turn. `answer` is the sum of the stages; `first sound` is what the caller really waited, because of the filler. */
export function renderStages(
  { exchanges }: Scenario,
  call: PlayedCall,
  speech: readonly HeardSpeech[],
): string {
  const rows = exchanges.flatMap(({ question }, at) => {
    const cells = cellsOf(call, at, speech);
    return cells ? [row(shortened(question.text), cells.map(seconds))] : [];
  });
  return [pc.dim(row('', COLUMNS)), ...rows].join('\n');
}

function row(text: string, cells: readonly string[]): string {
  const padded = cells.map((cell, column) => cell.padStart(COLUMNS[column]?.length ?? 0));
  return [text.padEnd(TEXT_WIDTH), ...padded].join('  ');
}

function cellsOf(call: PlayedCall, at: number, speech: readonly HeardSpeech[]): number[] | undefined {
  const turn = at + 1;
  const spokeUntilMs = call.questions[at]?.endedAtMs;
  const heard = speech.filter((piece) => piece.turn === turn);
  const firstSound = heard[0];
  const answer = heard.find(({ kind }) => kind === 'answer');
  if (spokeUntilMs === undefined || !firstSound || !answer) return undefined;
  const stages = stagesOf(call.timeline.entries, turn, spokeUntilMs, answer.startedAtMs);
  if (!stages) return undefined;
  const { endOfTurnMs, recognitionMs, firstTokenMs, firstAudioMs, playbackMs, totalMs } = stages;
  const waitedMs = firstSound.startedAtMs - spokeUntilMs;
  return [endOfTurnMs, recognitionMs, firstTokenMs, firstAudioMs, playbackMs, totalMs, waitedMs];
}

/** One line on each time that the caller talked over the bot. */
export function renderInterruptions({ exchanges }: Scenario, call: PlayedCall): string[] {
  return exchanges.flatMap(({ over }, at) => {
    const question = call.questions[at];
    return over && question
      ? [`Talked over, the bot was silent after ${seconds(yieldedAfterMs(call, question))} s.`]
      : [];
  });
}

export function renderVerdict(faults: readonly string[], heardPieces: number): string {
  if (faults.length === 0) {
    return pc.green(`What was heard is right: all ${heardPieces} pieces of speech, in their order.`);
  }
  return [pc.red('What was heard is WRONG:'), ...faults.map((fault) => `  ${fault}`)].join('\n');
}

function shortened(text: string): string {
  return text.length <= TEXT_WIDTH ? text : `${text.slice(0, TEXT_WIDTH - 1).trimEnd()}…`;
}
