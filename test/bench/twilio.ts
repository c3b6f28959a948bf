/** A caller over Twilio's stand-in beside one over a real Asterisk: the same questions and interruptions, in one run. */
import { recordedCaller } from '../support/recorded-callers.ts';
import type { TelephonyKind } from '../support/telephony.ts';
import { until } from '../support/until.ts';
import type { Bench, Measurement } from './bench.ts';
import { repetitions } from './bench.ts';
import { sharing } from './processor-shares.ts';
import { onCrowdStand, onStand, pauseMs, PROVIDER_DELAYS } from './stand.ts';
import type { Ground } from './stand.ts';
import { interruptedBot, interruptedStand, interruptions } from './stream-barge-in.ts';
import { ALONE, ask, askOfCrowd, crowdBot, ownTimes, streamEnv, streamProviders } from './stream-turns.ts';
import type { Crowd } from './stream-turns.ts';
import { missed } from './turn-taking.ts';

const { recognitionMs, firstTokenMs, firstAudioMs } = PROVIDER_DELAYS;

/** People listen and think between two questions. */
const CROWD: Crowd = { calls: 50, turns: 3, roundMs: 6000, dialEveryMs: 100 };
/** All of it takes five minutes: a run that takes longer is not made often. */
const ALONE_TURNS = 12;
const INTERRUPTED_ROUNDS = 2;
/** Calls of which only a status tells that they are over. */
const TOLD_CALLS = 20;
/** Everybody has been greeted by then, ms. */
const GREETED_MS = 1500;

/** What is on its way cannot be taken back before it is sure that somebody speaks: the 400 ms of it, and what Asterisk takes. */
const SILENT_WITHIN_MS = 450;

const KINDS = ['twilio', 'asterisk'] as const satisfies readonly TelephonyKind[];

export const twilio: Bench = {
  name: 'twilio',
  minutes: 5,
  fixedMinutes: 1.8,
  explanation:
    `Twilio's stand-in beside a real Asterisk in stream mode, recorded speech. Caller's last sample → bot's first; own share: less ${recognitionMs} + ` +
    `${firstTokenMs} + ${firstAudioMs} ms of the providers'.\nBarge-in: caller's first loud sample → bot's last heard. End of call: what Twilio ` +
    'says first → its socket closed by the service.',
  run: async (scale, tell) => {
    for (const kind of KINDS) tell(await answers(kind, scale));
    for (const kind of KINDS) tell(await cuts(kind, scale));
  },
};

async function answers(kind: TelephonyKind, scale: number): Promise<readonly Measurement[]> {
  const caller = await recordedCaller('question2');
  return onCrowdStand({ ...streamProviders(caller.text), telephony: kind }, async (stand) => {
    const service = await stand.serve(crowdBot, streamEnv);
    const alone = await ask(stand, { ...ALONE, turns: repetitions(ALONE_TURNS, scale) }, caller);
    const crowd = {
      ...CROWD,
      calls: repetitions(CROWD.calls, scale),
      turns: repetitions(CROWD.turns, scale),
    };
    const busy = () => askOfCrowd(stand, crowd, caller);
    const { result: answers, shares } = await sharing(`${kind}, ${crowd.calls} calls`, service, busy);
    const ended = await endings(stand, repetitions(TOLD_CALLS, scale));
    await service.stop();
    const target = kind === 'twilio' ? { targetP95: 40 } : {};
    return [
      { what: `${kind}: voice to voice, 1 call`, unit: 'ms', samples: alone },
      { what: `${kind}: own share, 1 call`, unit: 'ms', samples: ownTimes(alone) },
      {
        what: `${kind}: own share, ${crowd.calls} calls`,
        unit: 'ms',
        samples: ownTimes(answers.timesMs),
        ...target,
      },
      ...missed(`${kind}, ${crowd.calls} calls`, answers),
      ...shares,
      ...ended,
    ];
  });
}

async function cuts(kind: TelephonyKind, scale: number): Promise<readonly Measurement[]> {
  return onStand({ ...interruptedStand, telephony: kind }, async (stand) => {
    const service = await stand.serve(interruptedBot, { MEDIA_MODE: 'stream' });
    const measured = await interruptions(stand, repetitions(INTERRUPTED_ROUNDS, scale));
    await service.stop();
    return measured.map((one) => ({
      ...one,
      what: `${kind}: ${one.what}`,
      ...(kind === 'twilio' && one.unit === 'ms' && { targetP95: SILENT_WITHIN_MS }),
    }));
  });
}

/** Of all calls so far, which have said `stop`, and of some more of which only the status tells. */
async function endings({ telephony, phone }: Ground, more: number): Promise<readonly Measurement[]> {
  const standIn = telephony.twilio;
  if (!standIn) return [];
  const closed = () => until('every socket is closed', () => standIn.leftovers().length === 0);
  const tookMs = (from: number) =>
    standIn.calls.slice(from).flatMap(({ endedAtMs, streams }) =>
      streams.map(({ closedAtMs, closedByTwilio }) => {
        // One that the service has left to Twilio was not closed in time at all.
        return closedByTwilio === false ? (closedAtMs ?? Infinity) - (endedAtMs ?? 0) : Infinity;
      }),
    );
  await closed();
  const stopped = tookMs(0);
  const before = standIn.calls.length;
  standIn.faults.end = 'statusOnly';
  const calls = await Promise.all(Array.from({ length: more }, () => phone.dial('100')));
  await pauseMs(GREETED_MS);
  for (const call of calls) await call.hangup();
  await closed();
  standIn.faults.end = 'stopFirst';
  const faults = standIn.protocolFaults.length;
  return [
    { what: 'twilio: stop → socket closed', unit: 'ms', samples: stopped, targetP95: 200 },
    { what: 'twilio: status → socket closed', unit: 'ms', samples: tookMs(before), targetP95: 200 },
    { what: 'twilio: what Twilio would have complained of', unit: '', samples: [faults], targetP95: 0 },
  ];
}
