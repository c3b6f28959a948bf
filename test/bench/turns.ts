import type { Bench, Measurement } from './bench.ts';
import { repetitions } from './bench.ts';
import { numbered } from './numbered.ts';
import { withFloorBot } from './floor.ts';
import { onStand, PROVIDER_DELAYS, SHORTEST_SPEECH_MS, SILENCE_MS } from './stand.ts';
import type { Stand } from './stand.ts';
import { answersOf, missed } from './turn-taking.ts';
import type { Answers } from './turn-taking.ts';

const { recognitionMs, firstTokenMs, firstAudioMs } = PROVIDER_DELAYS;
const SCRIPTED_MS = SILENCE_MS + recognitionMs + firstTokenMs + firstAudioMs;

const CROWD = { calls: 50, turns: 4 };
const ALONE = { calls: 1, turns: 20 };

/** After the scripted time the answer still has to be said, and the bot to be slow by up to this much, ms. */
const SLACK_MS = 400;

export const turns: Bench = {
  name: 'turns',
  minutes: 2.5,
  fixedMinutes: 0.6,
  explanation:
    `Caller's last sample → bot's first. Own time: less ${SILENCE_MS} ms of silence and what the providers take one after the other ` +
    `(${recognitionMs} + ${firstTokenMs} + ${firstAudioMs} ms).\nFloor: Asterisk's talk detection and a ready sound file, without any service.`,
  run: (scale, tell) =>
    onStand({ reply: numbered }, async (stand) => {
      const alone = { ...ALONE, turns: repetitions(ALONE.turns, scale) };
      const crowd = { ...CROWD, turns: repetitions(CROWD.turns, scale) };
      tell(await floor(stand, [alone, crowd]));
      tell(await ownTime(stand, alone, 60));
      tell(await ownTime(stand, crowd, 120));
      tell(await wholeTime(stand, [{ ...alone, turns: Math.ceil(alone.turns / 2) }, crowd]));
    }),
};

type Crowd = typeof ALONE;

async function floor(stand: Stand, crowds: readonly Crowd[]): Promise<Measurement[]> {
  return withFloorBot(stand.telephony, async () => {
    const measurements: Measurement[] = [];
    for (const crowd of crowds) {
      const { timesMs } = await ask(stand, crowd, SILENCE_MS);
      const samples = timesMs.map((time) => time - SILENCE_MS);
      measurements.push({ what: `floor, ${named(crowd)}`, unit: 'ms', samples });
    }
    return measurements;
  });
}

/** Nothing of a provider's time hides behind anything else, so that all of it can be taken off. */
async function ownTime(stand: Stand, crowd: Crowd, targetP95: number): Promise<Measurement[]> {
  const service = await stand.serve({}, { ASR_EAGER: 'false' });
  const answers = await ask(stand, crowd, SCRIPTED_MS);
  await service.stop();
  const samples = answers.timesMs.map((time) => time - SCRIPTED_MS);
  return [
    { what: `own time, ${named(crowd)}`, unit: 'ms', samples, targetP95 },
    ...missed(named(crowd), answers),
  ];
}

/** As callers have it: recognition runs while the turn's silence is still being waited for. */
async function wholeTime(stand: Stand, crowds: readonly Crowd[]): Promise<Measurement[]> {
  const service = await stand.serve({});
  const measurements: Measurement[] = [];
  for (const crowd of crowds) {
    const answers = await ask(stand, crowd, SCRIPTED_MS);
    measurements.push(
      { what: `voice to voice, all in, ${named(crowd)}`, unit: 'ms', samples: answers.timesMs },
      ...missed(`${named(crowd)}, all in`, answers),
    );
  }
  await service.stop();
  return measurements;
}

function ask(stand: Stand, crowd: Crowd, untilAnswerMs: number): Promise<Answers> {
  const question = stand.speech.callerTone('вопрос');
  return answersOf(stand.phone, {
    ...crowd,
    question,
    roundMs: untilAnswerMs + SLACK_MS + SHORTEST_SPEECH_MS,
  });
}

function named({ calls }: Crowd): string {
  return calls === 1 ? '1 call' : `${calls} calls at once`;
}
