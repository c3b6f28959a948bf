import type { Bench } from './bench.ts';
import { repetitions } from './bench.ts';
import { numbered } from './numbered.ts';
import { LOOK_EVERY_MS, MEBIBYTE, sharesOf, watching } from './looks.ts';
import { onStand, PROVIDER_DELAYS, SHORTEST_SPEECH_MS, SILENCE_MS } from './stand.ts';
import { answersOf, missed } from './turn-taking.ts';

const CALLS = 50;
const TURNS = 5;

const { recognitionMs, firstTokenMs, firstAudioMs } = PROVIDER_DELAYS;
const ROUND_MS = SILENCE_MS + recognitionMs + firstTokenMs + firstAudioMs + SHORTEST_SPEECH_MS + 500;

export const load: Bench = {
  name: 'load',
  minutes: 0.8,
  explanation:
    `The service's process alone, while ${CALLS} calls talk (each asks every ${(ROUND_MS / 1000).toFixed(1)} s); looked at every ${LOOK_EVERY_MS} ms.\n` +
    'CPU in per cent of one core. Memory per call: more than before the calls, shared out.',
  run: (scale, tell) =>
    onStand({ reply: numbered }, async (stand) => {
      const service = await stand.serve({});
      const question = stand.speech.callerTone('вопрос');
      const idle = await service.usage();
      const watch = watching(service);
      const asking = { calls: CALLS, turns: repetitions(TURNS, scale), question, roundMs: ROUND_MS };
      const answers = await answersOf(stand.phone, asking);
      const looks = await watch.end();
      const perCall = looks.map(({ rssBytes }) => (rssBytes - idle.rssBytes) / MEBIBYTE / CALLS);
      tell([
        { what: `CPU, ${CALLS} calls`, unit: '%', samples: sharesOf(looks) },
        { what: 'CPU per call', unit: '%', samples: sharesOf(looks).map((share) => share / CALLS) },
        { what: 'memory (RSS) when idle', unit: 'MB', samples: [idle.rssBytes / MEBIBYTE] },
        {
          what: `memory (RSS), ${CALLS} calls`,
          unit: 'MB',
          samples: looks.map((it) => it.rssBytes / MEBIBYTE),
        },
        { what: 'memory per call', unit: 'MB', samples: perCall },
        ...missed(`${CALLS} calls`, answers),
      ]);
    }),
};
