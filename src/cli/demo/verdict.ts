/** Whether the caller was understood, and heard what a caller should hear. */
import type { PlayedCall } from './call.ts';
import { yieldedAfterMs } from './heard-speech.ts';
import type { HeardSpeech } from './heard-speech.ts';
import type { Exchange, Scenario } from './scenario.ts';
import { seconds } from './seconds.ts';

/** A tenth of that is usual; after this much a caller no longer feels listened to. */
const YIELD_WITHIN_MS = 500;

/** What went wrong, a sentence each; empty if the call was right. */
export function faultsOf(scenario: Scenario, call: PlayedCall, speech: readonly HeardSpeech[]): string[] {
  return [
    ...call.complaints,
    ...scenario.exchanges.flatMap((exchange, at) => misunderstanding(exchange, at + 1, call)),
    ...wrongWords(scenario, speech),
    ...(speech.some(({ kind }) => kind === 'filler') ? [] : ['No filler was heard.']),
    ...scenario.exchanges.flatMap((exchange, at) => rudeness(exchange, at, call)),
    ...wrongEnd(call),
  ];
}

function misunderstanding(
  { question: { text } }: Exchange,
  turn: number,
  { timeline }: PlayedCall,
): string[] {
  const understood = timeline.entries
    .filter((entry) => entry.type === 'recognition.done')
    .find((entry) => entry.turn === turn)?.text;
  return understood === text ? [] : [`The caller said «${text}»; understood was «${understood ?? ''}».`];
}

/** Fillers and hold phrases come as they are needed; everything else must be the script, in its order. */
function wrongWords(scenario: Scenario, speech: readonly HeardSpeech[]): string[] {
  const wanted = script(scenario);
  const heard = speech
    .filter(({ kind }) => kind !== 'filler' && kind !== 'hold')
    .map(({ text, complete }) => line(text, complete));
  const at = wanted.findIndex((text, index) => heard[index] !== text);
  if (at >= 0) return [`Heard should have been ${wanted[at]}, but it was ${heard[at] ?? 'nothing more'}.`];
  return heard.slice(wanted.length).map((text) => `Nobody wanted to hear ${text}.`);
}

/** All that the bot says in answer; what is talked over ends there, and what would have followed is never heard. */
function script({ greeting, exchanges }: Scenario): string[] {
  const answers = exchanges.flatMap(({ answer }, at) => {
    const cutAt = answer.findIndex((clip) => clip === exchanges[at + 1]?.over);
    const said = cutAt < 0 ? answer : answer.slice(0, cutAt + 1);
    return said.map(({ text }, index) => line(text, index !== cutAt));
  });
  return [line(greeting.text, true), ...answers];
}

function line(text: string, complete: boolean): string {
  return complete ? `«${text}»` : `the beginning of «${text}»`;
}

function rudeness({ over }: Exchange, at: number, call: PlayedCall): string[] {
  const question = call.questions[at];
  if (!over || !question) return [];
  const yieldedMs = yieldedAfterMs(call, question);
  return yieldedMs <= YIELD_WITHIN_MS
    ? []
    : [
        `Talked over, the bot spoke on for ${seconds(yieldedMs)} s; at most ${seconds(YIELD_WITHIN_MS)} s is right.`,
      ];
}

function wrongEnd({ timeline }: PlayedCall): string[] {
  const ends = timeline.entries.filter((entry) => entry.type === 'call.ended');
  return ends.flatMap(({ cause }) =>
    cause === 'caller' ? [] : [`The call should have ended by the caller, but it ended by this: ${cause}.`],
  );
}
