/** The caller's part of the demo: dials, listens, speaks, talks over the bot once, and hangs up. */
import { sleep, systemClock } from '../../base/clock.ts';
import type { Timeline, TimelineEntry } from '../../timeline/timeline.ts';
import type { Span, Track } from '../../lab/phone/phone.ts';
import type { Clip, Exchange, Scenario } from './scenario.ts';
import { EXTENSION } from './telephone.ts';
import type { Telephone } from './telephone.ts';

export interface PlayedCall {
  readonly timeline: Timeline;
  /** Both sides, on one axis. */
  readonly said: Track;
  readonly heard: Track;
  /** When each question was spoken, in the scenario's order. */
  readonly questions: readonly Span[];
  /** What the caller waited for in vain. */
  readonly complaints: readonly string[];
}

export interface CallListener {
  questionBegins(question: Clip): void;
  questionEnded(span: Span): void;
}

/** How long people wait before they answer, after the pause that ends every sentence. */
const POLITE_PAUSE_MS = 200;
/** How far into the bot's sentence the caller loses patience. */
const IMPATIENCE_MS = 900;
/** Twice what the bot needs for its longest answer: then the caller gives up. */
const PATIENCE_MS = 15_000;

/** Plays the caller to the end. `timeline` is asked for once the bot has answered. Rejects only if the bot never does. */
export async function playCall(
  { exchanges }: Scenario,
  { phone }: Telephone,
  timeline: () => Timeline,
  listener: CallListener,
): Promise<PlayedCall> {
  const call = await phone.dial(EXTENSION);
  const questions: Span[] = [];
  const conversation = async () => {
    for (const [turn, exchange] of exchanges.entries()) {
      await untilItIsTimeFor(exchange, turn, timeline());
      listener.questionBegins(exchange.question);
      const span = await call.say(exchange.question.pcm);
      questions.push(span);
      listener.questionEnded(span);
    }
    await untilSaidAll(exchanges.length, timeline());
    await sleep(systemClock, POLITE_PAUSE_MS);
  };
  const complaints = await complaintsOf(conversation());
  await call.hangup();
  complaints.push(...(await complaintsOf(untilEnded(timeline()))));
  return { timeline: timeline(), said: call.said(), heard: call.heard(), questions, complaints };
}

async function complaintsOf(doing: Promise<void>): Promise<string[]> {
  return doing.then(
    () => [],
    (error: unknown) => [(error as Error).message],
  );
}

async function untilItIsTimeFor({ over }: Exchange, turn: number, timeline: Timeline): Promise<void> {
  if (!over) {
    await untilSaidAll(turn, timeline);
    return sleep(systemClock, POLITE_PAUSE_MS);
  }
  const isOver = (entry: TimelineEntry) => entry.type === 'playback.started' && entry.text === over.text;
  await untilMarked(timeline, isOver, `The bot did not begin to say «${over.text}»`);
  await sleep(systemClock, IMPATIENCE_MS);
}

/** Turn 0 is the greeting, which has no `turn.over` of its own. */
async function untilSaidAll(turn: number, timeline: Timeline): Promise<void> {
  const isOver = (entry: TimelineEntry) =>
    turn === 0
      ? entry.type === 'playback.finished' && entry.kind === 'greeting'
      : entry.type === 'turn.over' && entry.turn === turn;
  await untilMarked(
    timeline,
    isOver,
    turn === 0 ? 'The bot did not greet' : `The bot did not end turn ${turn}`,
  );
}

function untilEnded(timeline: Timeline): Promise<void> {
  const isOver = (entry: TimelineEntry) => entry.type === 'call.ended';
  return untilMarked(timeline, isOver, 'The bot did not end the call');
}

/** Resolves when that happens or if it has; rejects with `complaint` when the call ends before, or patience does. */
function untilMarked(
  timeline: Timeline,
  isWanted: (entry: TimelineEntry) => boolean,
  complaint: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new Error(`${complaint} within ${PATIENCE_MS / 1000} s.`));
    const cancel = systemClock.after(PATIENCE_MS, giveUp);
    const look = (entry: TimelineEntry) => {
      if (!isWanted(entry) && entry.type !== 'call.ended') return;
      cancel();
      if (isWanted(entry)) resolve();
      else
        reject(
          new Error(`${complaint} before the call ended (${entry.type === 'call.ended' && entry.cause}).`),
        );
    };
    timeline.entries.forEach(look);
    timeline.observe(look);
  });
}
