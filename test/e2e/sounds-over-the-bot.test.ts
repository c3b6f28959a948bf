/** Sounds that may become speech, in stream mode and with recorded voices: the bot pauses for them before it is known what they are. */
import { beforeEach, expect, it } from 'vitest';
import { silence } from '../../src/audio/pcm.ts';
import type { Pcm } from '../../src/audio/pcm.ts';
import { entriesOf } from '../../src/timeline/timeline-entries.ts';
import { pauseSpans } from '../../src/timeline/timeline-spans.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import { outcomeOf } from '../../src/recordings/replay/outcome.ts';
import { replayCall } from '../../src/recordings/replay/replay.ts';
import { describeCalls } from '../support/describe-calls.ts';
import type { Suite } from '../support/describe-calls.ts';
import { noiseBurst } from '../support/noise.ts';
import { understoodCaller } from '../support/recorded-callers.ts';
import { recordedCall } from '../support/recorded-calls.ts';
import { LATE_PACKETS_MS, MS_PER_CHARACTER } from '../support/world.ts';

const GREETING = 'Добрый день!';
const HOURS =
  'Мы работаем с девяти до шести, без обеда, каждый день недели, кроме праздников и первого понедельника месяца.';
const WELCOME = 'Пожалуйста, звоните ещё.';
const reply = [
  ['спасибо', WELCOME],
  ['часы', HOURS],
] as const;
/** The caller's thanks are a farewell, and are to be answered. */
const ends = { callerGoodbye: false };
const bots = { default: { endpointing: { silenceMs: 700 }, ends } };
const options = { reply, bots, hears: 'voices', modes: ['stream'] } as const;

/** The hiss of «Спасибо» is told of at once, its vowel after 260 ms; the rest is for a busy machine. */
const STOPS_WITHIN_MS = 800;
const LONGEST_PAUSE_MS = 300;

describeCalls('sounds over the bot', options, (suite) => {
  let clips: Clips;
  beforeEach(async () => (clips = await recordedClips(suite)));

  it('stop it when a word begins with a hiss, and the word is answered', async () => {
    const { world } = suite;
    const call = await inAnswer(suite, clips);
    const said = await call.say(clips.thanks);
    await world.untilHeard(call, WELCOME);
    await call.hangup();
    const [cut] = world.heardPieces(call, HOURS);
    expect((cut?.endedAtMs ?? Infinity) - said.startedAtMs).toBeLessThan(STOPS_WITHIN_MS);
    expect(world.told(call)).toEqual([GREETING, HOURS, WELCOME]);
  });

  it('cost a short pause if a door slams, with nothing lost, repeated or answered', async () => {
    const { world } = suite;
    const call = await inAnswer(suite, clips);
    const asked = world.chat.requests.length;
    const spoken = entriesOf(timelineOf(suite), 'speech.started').length;
    await call.say(noiseBurst(120));
    await world.untilHeard(call, HOURS);
    await call.hangup();
    const pieces = world.heardPieces(call, HOURS);
    expect(pieces.length).toBeGreaterThan(1);
    const gapsMs = pieces
      .slice(1)
      .map(({ startedAtMs }, index) => startedAtMs - (pieces[index]?.endedAtMs ?? 0));
    expect(Math.max(...gapsMs)).toBeLessThan(LONGEST_PAUSE_MS + LATE_PACKETS_MS);
    const soundMs = pieces.reduce((sum, piece) => sum + piece.soundMs, 0);
    expect(Math.abs(soundMs - MS_PER_CHARACTER * HOURS.length)).toBeLessThan(LATE_PACKETS_MS);
    const timeline = timelineOf(suite);
    expect(pauseSpans(timeline).map(({ because }) => because)).toEqual(['noSpeech']);
    expect(entriesOf(timeline, 'speech.started')).toHaveLength(spoken);
    expect(world.chat.requests).toHaveLength(asked);
  });

  it('do not make it stutter when something roars all the time', async () => {
    const { world } = suite;
    const call = await inAnswer(suite, clips);
    await call.say(noiseBurst(2500, 1500));
    await world.untilHeard(call, HOURS);
    await call.hangup();
    expect(pauseSpans(timelineOf(suite)).map(({ because }) => because)).toEqual(['noSpeech']);
  });
});

describeCalls(
  'a recorded call with sounds over the bot',
  { ...options, env: { RECORD_CALLS: 'all' } },
  (suite) => {
    it('runs again with the same pauses', async () => {
      const { world } = suite;
      const clips = await recordedClips(suite);
      const sinceMs = Date.now();
      const call = await inAnswer(suite, clips);
      await call.say(noiseBurst(120));
      await call.say(silence(1500, 8000));
      await call.say(clips.thanks);
      await world.untilHeard(call, WELCOME);
      await call.hangup();
      const bundle = await recordedCall(world, sinceMs);
      const { line, timeline } = bundle.call;
      expect(line.hearing.filter(({ kind }) => kind === 'soundStarted').length).toBeGreaterThan(1);
      const replayed = becameOf(await replayCall(bundle));
      expect(replayed).toEqual(becameOf(timeline));
      expect(replayed[0]).toBe('noSpeech');
      expect(replayed.at(-1)).toBe('stopped');
    });
  },
);

interface Clips {
  readonly question: Pcm;
  readonly thanks: Pcm;
}

async function recordedClips({ world }: Suite): Promise<Clips> {
  const { speech } = world;
  return {
    question: await understoodCaller(speech, 'question1'),
    thanks: await understoodCaller(speech, 'thanks'),
  };
}

/** A call in which the bot is in the middle of saying HOURS. */
async function inAnswer({ world }: Suite, { question }: Clips): Promise<PhoneCall> {
  const call = await world.dial('100');
  await world.untilHeard(call, GREETING);
  await call.say(question);
  await world.untilStarted(call, HOURS);
  await call.say(silence(400, 8000));
  return call;
}

function timelineOf({ world }: Suite) {
  return world.timelines.at(-1)?.entries ?? [];
}

function becameOf(timeline: Parameters<typeof outcomeOf>[0]): readonly string[] {
  return outcomeOf(timeline).interruptions.map(({ became, because }) => because ?? became);
}
