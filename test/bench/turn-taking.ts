/** A caller who asks again and again, and how long each answer took. */
import type { Pcm } from '../../src/audio/pcm.ts';
import type { Phone, PhoneCall } from '../../src/lab/phone/phone.ts';
import { exactSounds } from '../../src/lab/phone/exact-sounds.ts';
import { counted } from './bench.ts';
import type { Measurement } from './bench.ts';
import { inCalls, pauseMs } from './stand.ts';
import type { Dialling } from './stand.ts';

export interface Asking extends Omit<Dialling, 'onFailed'> {
  readonly calls: number;
  readonly turns: number;
  readonly question: Pcm;
  /** From the end of the question until the caller may ask again, ms: the answer must be over by then. */
  readonly roundMs: number;
}

/** The greeting is over by then, ms after the answer. */
export const GREETED_MS = 900;

/** The rounds of a crowd are to be spread evenly, ms. */
const SPREAD_MS = 300;

/** What became of all questions. */
export interface Answers {
  /** From the caller's last loud sample to the bot's first of the sound that follows, ms: one for each question that was answered. */
  readonly timesMs: readonly number[];
  /** Questions that were not, those of calls that failed among them. */
  readonly unanswered: number;
  readonly failedCalls: number;
}

/** How long each answer took, ms. Throws if the bot did not answer each question: for a few callers of whom nobody may be missed. */
export async function answerTimes(phone: Pick<Phone, 'dial'>, asking: Asking): Promise<readonly number[]> {
  const { timesMs, unanswered } = await answersOf(phone, asking);
  if (unanswered > 0)
    throw new Error(`${unanswered} of ${asking.calls * asking.turns} questions were not answered`);
  return timesMs;
}

/** Of a crowd: whoever fails does not lose what the others have measured. Throws if nobody was answered. */
export async function answersOf(
  phone: Pick<Phone, 'dial'>,
  { calls, turns, question, roundMs, ...dialling }: Asking,
): Promise<Answers> {
  const talk = async (call: PhoneCall) => {
    await pauseMs(GREETED_MS);
    for (let turn = 0; turn < turns; turn++) {
      await pauseMs(Math.random() * SPREAD_MS);
      await call.say(question);
      await pauseMs(roundMs);
    }
    return timesOf(call);
  };
  const failures: unknown[] = [];
  const onFailed = (failure: unknown) => void failures.push(failure);
  const times = (await inCalls(phone, calls, talk, { ...dialling, onFailed })).flat();
  const timesMs = times.filter((time) => time !== undefined);
  tellFailures(failures);
  if (timesMs.length === 0)
    throw new Error(`none of ${calls * turns} questions was answered`, { cause: failures[0] });
  return { timesMs, unanswered: calls * turns - timesMs.length, failedCalls: failures.length };
}

/** Of several crowds. */
export function together(all: readonly Answers[]): Answers {
  const sum = (of: (each: Answers) => number) => all.reduce((total, each) => total + of(each), 0);
  return {
    timesMs: all.flatMap(({ timesMs }) => timesMs),
    unanswered: sum(({ unanswered }) => unanswered),
    failedCalls: sum(({ failedCalls }) => failedCalls),
  };
}

/** What came to nothing: none should. `of` says of whom. */
export function missed(of: string, { failedCalls, unanswered }: Answers): readonly Measurement[] {
  return [
    counted(`calls that failed, ${of}`, failedCalls, 0),
    counted(`questions not answered, ${of}`, unanswered, 0),
  ];
}

/** Each reason once: a machine that has too much to do has the same for many. */
function tellFailures(failures: readonly unknown[]): void {
  const counts = new Map<string, number>();
  for (const why of failures.map(String)) counts.set(why, (counts.get(why) ?? 0) + 1);
  for (const [why, count] of counts) console.error(`calls that failed: ${count}, ${why}`);
}

function timesOf(call: PhoneCall): (number | undefined)[] {
  const asked = exactSounds(call.said());
  const heard = exactSounds(call.heard());
  return asked.map(({ endedAtMs }, index) => {
    const nextAskedMs = asked[index + 1]?.startedAtMs ?? Infinity;
    const answer = heard.find(({ startedAtMs }) => startedAtMs > endedAtMs && startedAtMs < nextAskedMs);
    return answer && answer.startedAtMs - endedAtMs;
  });
}
