import type { Bench } from './bench.ts';
import { repetitions } from './bench.ts';
import { numbered } from './numbered.ts';
import { onStand, SILENCE_MS, SHORTEST_SPEECH_MS } from './stand.ts';
import { answerTimes } from './turn-taking.ts';

const CALLS = 4;
const TURNS = 6;

/** The model takes so long that the filler is over before the answer begins. */
const FIRST_TOKEN_MS = 1000;

/** The answer is over by then, ms after the question. */
const ROUND_MS = SILENCE_MS + FIRST_TOKEN_MS + SHORTEST_SPEECH_MS + 700;

/** What `fillers.afterMs` is in file mode if the profile says nothing. */
const AFTER_MS = 100;

export const filler: Bench = {
  name: 'filler',
  minutes: 0.7,
  explanation: `End of the caller's turn (last loud sample + ${SILENCE_MS} ms) → first sample of the filler, with fillers.afterMs at ${AFTER_MS}.`,
  run: (scale, tell) =>
    onStand({ reply: numbered, delays: { firstTokenMs: FIRST_TOKEN_MS } }, async (stand) => {
      await stand.serve({ fillers: { enabled: true, afterMs: AFTER_MS } });
      const times = await answerTimes(stand.phone, {
        calls: CALLS,
        turns: repetitions(TURNS, scale),
        question: stand.speech.callerTone('вопрос'),
        roundMs: ROUND_MS,
      });
      const samples = times.map((time) => time - SILENCE_MS);
      tell([{ what: 'filler begins after', unit: 'ms', samples, targetP95: 150 }]);
    }),
};
