import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import { heardPieces } from '../support/heard-texts.ts';
import type { Bench, Measurement } from './bench.ts';
import { repetitions } from './bench.ts';
import { exactSounds } from '../../src/lab/phone/exact-sounds.ts';
import { inCalls, onStand, pauseMs, SILENCE_MS } from './stand.ts';
import type { Stand } from './stand.ts';
import { GREETED_MS } from './turn-taking.ts';

const CALLS = 6;
const ANSWERS = 1;
const CHUNKS = 5;

/** Twice as fast as speaking, after a third of a second. */
const FIRST_AUDIO_MS = 300;
const REAL_TIME_FACTOR = 0.5;

const PER_CHAR_MS = 40;

/** Five sentences that are all as long, none twice. */
function answer(index: number): string {
  const sentences = Array.from(
    { length: CHUNKS },
    (_, chunk) => `Это предложение номер ${chunk} ответа ${10 + index}.`,
  );
  return sentences.join('|');
}

const CHUNK_MS = (answer(0).length / CHUNKS) * PER_CHAR_MS;
const SPOKEN_MS = CHUNKS * CHUNK_MS;

export const synthesis: Bench = {
  name: 'synthesis',
  minutes: 1,
  // One answer with either is as few as there can be.
  fixedMinutes: 1,
  explanation:
    `An answer of ${CHUNKS} chunks, ${(SPOKEN_MS / 1000).toFixed(1)} s of speech; first audio of each after ${FIRST_AUDIO_MS} ms, then at a real-time ` +
    `factor of ${REAL_TIME_FACTOR}.\nParallel: TTS_WINDOW=3; sequential: TTS_WINDOW=0, each chunk once the one before it has been heard.`,
  run: (scale, tell) =>
    onStand(
      {
        reply: answer,
        delays: { recognitionMs: 0, firstTokenMs: 0, firstAudioMs: FIRST_AUDIO_MS },
        realTimeFactor: REAL_TIME_FACTOR,
        perCharMs: PER_CHAR_MS,
      },
      async (stand) => {
        tell(await answersWith(stand, 'parallel', '3', repetitions(ANSWERS, scale)));
        tell(await answersWith(stand, 'sequential', '0', repetitions(ANSWERS, scale)));
      },
    ),
};

async function answersWith(
  stand: Stand,
  name: 'parallel' | 'sequential',
  window: string,
  answers: number,
): Promise<Measurement[]> {
  const service = await stand.serve({ greeting: 'Да!' }, { TTS_WINDOW: window });
  const question = stand.speech.callerTone('вопрос');
  const heard = await inCalls(stand.phone, CALLS, async (call) => {
    await pauseMs(GREETED_MS);
    for (let n = 0; n < answers; n++) {
      await call.say(question);
      await pauseMs(SILENCE_MS + CHUNKS * (FIRST_AUDIO_MS + (1 + REAL_TIME_FACTOR) * CHUNK_MS) + 500);
    }
    return answersIn(call, stand);
  });
  await service.stop();
  const all = heard.flat();
  const parallel = name === 'parallel';
  return [
    { what: `${name}: turn's end → first audio`, unit: 'ms', samples: all.map((it) => it.firstMs) },
    { what: `${name}: turn's end → last audio`, unit: 'ms', samples: all.map((it) => it.lastMs) },
    {
      what: `${name}: gaps between chunks`,
      unit: 'ms',
      samples: all.flatMap((it) => it.gapsMs),
      ...(parallel && { targetP95: MOST_GAP_MS }),
    },
  ];
}

/** The edges of the stand-in's tones are soft, and where one ends and the next begins is found to a few milliseconds. */
const MOST_GAP_MS = 20;

interface HeardAnswer {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly gapsMs: readonly number[];
}

function answersIn(call: PhoneCall, { speech }: Stand): HeardAnswer[] {
  const texts = heardPieces(call, speech);
  const asked = exactSounds(call.said());
  return asked.map(({ endedAtMs }, index) => {
    const untilMs = asked[index + 1]?.startedAtMs ?? Infinity;
    const chunks = texts.filter(({ startedAtMs }) => startedAtMs > endedAtMs && startedAtMs < untilMs);
    if (chunks.length !== CHUNKS)
      throw new Error(`not ${CHUNKS} chunks were heard, but: ${chunks.map(({ text }) => text).join(' ')}`);
    const turnEndMs = endedAtMs + SILENCE_MS;
    return {
      firstMs: (chunks[0]?.startedAtMs ?? NaN) - turnEndMs,
      lastMs: (chunks.at(-1)?.endedAtMs ?? NaN) - turnEndMs,
      gapsMs: chunks.slice(1).map((chunk, at) => chunk.startedAtMs - (chunks[at]?.endedAtMs ?? NaN)),
    };
  });
}
