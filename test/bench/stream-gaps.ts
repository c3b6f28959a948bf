import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import type { Bench } from './bench.ts';
import { repetitions } from './bench.ts';
import { exactSounds } from '../../src/lab/phone/exact-sounds.ts';
import { noise } from './noise.ts';
import { recordedCaller } from '../support/recorded-callers.ts';
import { inCalls, onStand, pauseMs } from './stand.ts';

const CALLS = 4;
const ANSWERS = 5;

/** Each chunk comes at half the pace of speech and takes so long to its first audio: none is there before the last one sounds. */
const CHUNK_MS = 900;
const FIRST_AUDIO_MS = 300;
const REAL_TIME_FACTOR = 0.5;
const CHUNKS = 5;
const ANSWER = Array.from({ length: CHUNKS }, (_, index) => `Это предложение номер ${index} из пяти.`).join(
  '|',
);

/** The answer begins so late at most, ms. */
const BEGIN_MS = 1500;

export const streamGaps: Bench = {
  name: 'stream-gaps',
  minutes: 1,
  explanation:
    `Stream mode: ${CHUNKS} sentences of noise, each ${FIRST_AUDIO_MS} ms to its first audio and then at twice the pace of speech. ` +
    "The longest silence inside an answer,\nand the answer's length beside that of its sentences.",
  run: async (scale, tell) => {
    const caller = await recordedCaller('question2');
    const options = {
      reply: () => ANSWER,
      delays: { recognitionMs: 0, firstTokenMs: 0, firstAudioMs: FIRST_AUDIO_MS },
      realTimeFactor: REAL_TIME_FACTOR,
      voice: async (_text: string, sampleRateHz: number) => noise(CHUNK_MS, sampleRateHz),
      speech: { everythingIs: caller.text, delays: { pauseMs: 200 } },
    } as const;
    await onStand(options, async (stand) => {
      await stand.serve({ greeting: 'Да!' }, { MEDIA_MODE: 'stream', TTS_CACHE_MB: '0' });
      const answers = await inCalls(stand.phone, CALLS, async (call) => {
        await pauseMs(2000);
        for (let n = 0; n < repetitions(ANSWERS, scale); n++) {
          await call.say(caller.pcm);
          await pauseMs(BEGIN_MS + CHUNKS * CHUNK_MS + 500);
        }
        return answersIn(call);
      });
      const all = answers.flat();
      tell([
        {
          what: 'longest silence in an answer',
          unit: 'ms',
          samples: all.map((it) => it.gapMs),
          targetP95: 20,
        },
        {
          what: 'longer or shorter than its sentences',
          unit: 'ms',
          samples: all.map((it) => Math.abs(it.lengthMs - CHUNKS * CHUNK_MS)),
          targetP95: 20,
        },
      ]);
    });
  },
};

function answersIn(call: PhoneCall): { gapMs: number; lengthMs: number }[] {
  const asked = exactSounds(call.said(), { mergeGapsMs: 500 });
  const heard = exactSounds(call.heard(), { mergeGapsMs: 1 });
  return asked.map(({ endedAtMs }, index) => {
    const untilMs = asked[index + 1]?.startedAtMs ?? Infinity;
    const pieces = heard.filter((piece) => piece.startedAtMs > endedAtMs && piece.startedAtMs < untilMs);
    const [first] = pieces;
    const last = pieces.at(-1);
    if (!first || !last) throw new Error('a question was not answered');
    const gaps = pieces.slice(1).map((piece, at) => piece.startedAtMs - (pieces[at]?.endedAtMs ?? NaN));
    return { gapMs: Math.max(0, ...gaps), lengthMs: last.endedAtMs - first.startedAtMs };
  });
}
