/** What a call costs Parley and Asterisk together, by the format of the media socket: what one saves may cost the other more. */
import { cpus } from 'node:os';
import { whileWatched } from '../support/machine-watch.ts';
import { recordedCaller } from '../support/recorded-callers.ts';
import type { Bench } from './bench.ts';
import { repetitions } from './bench.ts';
import { onCrowdStand } from './stand.ts';
import type { Ground } from './stand.ts';
import { askOfCrowd, crowdBot, streamEnv, streamProviders } from './stream-turns.ts';
import type { Crowd } from './stream-turns.ts';

const FORMATS = ['slin16', 'slin', 'ulaw'] as const;

/** As many as two cores bear with their phones. */
const CROWD: Crowd = { calls: 50, turns: 3, roundMs: 6000, dialEveryMs: 100 };
/** Each is measured again, in turn: a machine that others use is not as quick in one minute as in the next. */
const ROUNDS = 3;

const US_OF_SECOND = 1e6;

export const mediaFormats: Bench = {
  name: 'media-formats',
  minutes: 6,
  fixedMinutes: 1,
  bearsLoad: true,
  onlyByName: true,
  explanation:
    `Stream mode on a real Asterisk whose phones speak G.711, ${CROWD.calls} calls, each asking every 8 s: processor time of one core in a second,\n` +
    'a call, from the first one that is dialled to the last one that ends.',
  run: async (scale, tell) => {
    const caller = await recordedCaller('question2');
    const crowd = {
      ...CROWD,
      calls: repetitions(CROWD.calls, scale),
      turns: repetitions(CROWD.turns, scale),
    };
    const rounds = repetitions(ROUNDS, scale);
    await onCrowdStand(streamProviders(caller.text), async (stand) => {
      const measured = new Map<string, number[]>();
      try {
        for (let round = 0; round < rounds; round++)
          for (const format of FORMATS)
            for (const [what, us] of await costOfACall(stand, crowd, format))
              measured.set(what, [...(measured.get(what) ?? []), us]);
      } finally {
        tell([...measured].map(([what, samples]) => ({ what, unit: 'µs', samples })));
      }
    });
  },
};

async function costOfACall(
  stand: Ground,
  crowd: Crowd,
  format: (typeof FORMATS)[number],
): Promise<readonly (readonly [string, number])[]> {
  const caller = await recordedCaller('question2');
  const service = await stand.serve(crowdBot, { ...streamEnv, MEDIA_FORMAT: format });
  try {
    const { shares } = await whileWatched(() => askOfCrowd(stand, crowd, caller));
    const ofACall = (owner: 'Parley' | 'Asterisk') =>
      (US_OF_SECOND * (shares.byOwner.get(owner) ?? 0) * cpus().length) / crowd.calls;
    const [parley, asterisk] = [ofACall('Parley'), ofACall('Asterisk')];
    return [
      [`${format}: Parley`, parley],
      [`${format}: Asterisk`, asterisk],
      [`${format}: both`, parley + asterisk],
    ];
  } finally {
    await service.stop();
  }
}
