import type { Bench, Measurement } from './bench.ts';
import { repetitions } from './bench.ts';
import { recordedCaller } from '../support/recorded-callers.ts';
import type { RecordedCaller } from '../support/recorded-callers.ts';
import { numbered } from './numbered.ts';
import { onStand, PROVIDER_DELAYS, SHORTEST_SPEECH_MS } from './stand.ts';
import type { Ground, ProviderOptions, StandOptions } from './stand.ts';
import { startStreamFloor } from './stream-floor.ts';
import { answersOf, answerTimes } from './turn-taking.ts';
import type { Answers, Asking } from './turn-taking.ts';

/** Who asks, but for the question. */
export type Crowd = Omit<Asking, 'question'>;

/** What is understood, and that the speech is over, is known so long after it. */
const { recognitionMs, firstTokenMs, firstAudioMs } = PROVIDER_DELAYS;
export const SCRIPTED_MS = recognitionMs + firstTokenMs + firstAudioMs;

/** Silence after which a turn is over if the words tell nothing: the default of bot profiles. */
const SILENCE_MS = 600;

/** A question is asked so long after the last one ended, ms: the slowest manner has answered by then. */
const ROUND_MS = SILENCE_MS + SCRIPTED_MS + SHORTEST_SPEECH_MS + 600;

/** One caller, again and again. */
export const ALONE: Crowd = { calls: 1, turns: 20, roundMs: ROUND_MS };

/** Whoever wants to know what a crowd costs lets it in. */
export const streamEnv = { MEDIA_MODE: 'stream', MAX_CALLS: '1000', MAX_EVENT_LOOP_LAG_MS: '1000' };
export const crowdBot = { recognition: {}, endpointing: { mode: 'adaptive', silenceMs: SILENCE_MS } };

const MANNERS = [
  { name: 'adaptive end of turn, early answers', mode: 'adaptive', early: true, targetP95: 1000 },
  { name: 'without early answers', mode: 'adaptive', early: false },
  { name: 'without the adaptive end of turn', mode: 'fixed', early: true },
  { name: 'without either', mode: 'fixed', early: false },
] as const;

/** Texts are behind the speech, and its end is known as late. Nothing is compared, so that the stand-in takes no time of its own. */
export function streamProviders(everythingIs: string): ProviderOptions {
  return {
    delays: { recognitionMs: 0 },
    speech: {
      delays: { partialLagMs: recognitionMs, pauseMs: recognitionMs },
      everythingIs,
    },
  };
}

export function streamStand(everythingIs: string): StandOptions {
  return { reply: numbered, ...streamProviders(everythingIs) };
}

export const streamTurns: Bench = {
  name: 'stream-turns',
  minutes: 8,
  fixedMinutes: 0.9,
  explanation:
    `Stream mode, recorded speech. Caller's last sample → bot's first: its text is known ${recognitionMs} ms after the speech, a first ` +
    `sentence takes ${firstTokenMs} ms,\nits first audio ${firstAudioMs} ms. Own time: the best manner less these ${SCRIPTED_MS} ms. Floor: a bot that knows all beforehand, less the same.`,
  run: async (scale, tell) => {
    const caller = await recordedCaller('question2');
    await onStand(streamStand(caller.text), async (stand) => {
      const alone = { ...ALONE, turns: repetitions(ALONE.turns, scale) };
      tell([await floor(stand, alone, caller)]);
      let best: { readonly samples: readonly number[]; readonly requests: number } | undefined;
      for (const { name, mode, early, ...target } of MANNERS) {
        const bot = { endpointing: { mode, silenceMs: SILENCE_MS }, earlyAnswer: { enabled: early } };
        const service = await stand.serve(bot, streamEnv);
        const before = stand.chat.requests.length;
        const samples = await ask(stand, alone, caller);
        best ??= { samples, requests: (stand.chat.requests.length - before) / samples.length };
        await service.stop();
        tell([{ what: name, unit: 'ms', samples, ...target }]);
      }
      if (best)
        tell([
          ownTime('own time, 1 call', best.samples, 30),
          { what: 'model requests a turn', unit: '', samples: [best.requests], targetP95: 1.3 },
        ]);
    });
  },
};

async function floor(stand: Ground, crowd: Crowd, caller: RecordedCaller): Promise<Measurement> {
  const bot = await startStreamFloor(stand.telephony, SCRIPTED_MS);
  try {
    const samples = await ask(stand, crowd, caller);
    return { what: 'floor', unit: 'ms', samples: samples.map((time) => time - SCRIPTED_MS) };
  } finally {
    await bot.stop();
  }
}

function ownTime(what: string, samples: readonly number[], targetP95: number): Measurement {
  return { what, unit: 'ms', samples: ownTimes(samples), targetP95 };
}

/** What Parley itself takes of each answer. */
export function ownTimes(answers: readonly number[]): readonly number[] {
  return answers.map((time) => time - SCRIPTED_MS);
}

/** What a crowd was answered, whoever of it fails. */
export function askOfCrowd(stand: Ground, crowd: Crowd, { pcm }: RecordedCaller): Promise<Answers> {
  return answersOf(stand.phone, { ...crowd, question: pcm });
}

/** How long each answer took, ms. Throws if one did not come. */
export function ask(stand: Ground, crowd: Crowd, { pcm }: RecordedCaller): Promise<readonly number[]> {
  return answerTimes(stand.phone, { ...crowd, question: pcm });
}
