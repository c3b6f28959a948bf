/** A caller who asks again and again, and how long each answer took. */
import type { Pcm } from '../../src/audio/pcm.ts';
import type { Phone, PhoneCall } from '../../src/lab/phone/phone.ts';
import { exactSounds } from '../../src/lab/phone/exact-sounds.ts';
import { inCalls, pauseMs } from './stand.ts';
import type { Dialling } from './stand.ts';

export interface Asking extends Dialling {
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

/**
 * From the caller's last loud sample to the bot's first of the sound that follows, in milliseconds: a figure a turn. Throws if the bot
 * did not answer each question.
 */
export async function answerTimes(phone: Phone, asking: Asking): Promise<number[]> {
  const times = await timesIfAnswered(phone, asking);
  return times.map((time, index) => {
    if (time === undefined) throw new Error(`question ${index + 1} of ${times.length} was not answered`);
    return time;
  });
}

/** The same; undefined for a question that was not answered. */
export async function timesIfAnswered(
  phone: Phone,
  { calls, turns, question, roundMs, ...dialling }: Asking,
): Promise<(number | undefined)[]> {
  const talk = async (call: PhoneCall) => {
    await pauseMs(GREETED_MS);
    for (let turn = 0; turn < turns; turn++) {
      await pauseMs(Math.random() * SPREAD_MS);
      await call.say(question);
      await pauseMs(roundMs);
    }
    return timesOf(call);
  };
  const times = await inCalls(phone, calls, talk, dialling);
  return times.flat();
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
