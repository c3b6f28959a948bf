/** Two Asterisks, four daemons, Redis and HAProxy, with callers who talk: what each of them hears when something happens to the fleet. */
import { NOTHING } from '../../src/lab/local-asterisk/leftovers.ts';
import { exactSounds } from '../../src/lab/phone/exact-sounds.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import { recordedCaller } from '../support/recorded-callers.ts';
import type { RecordedCaller } from '../support/recorded-callers.ts';
import { counted, repetitions } from './bench.ts';
import type { Bench, Measurement } from './bench.ts';
import { FLEET_FAULTS } from './fleet-faults/faults.ts';
import type { FleetFault } from './fleet-faults/faults.ts';
import { GREETING, isWell, NAMES, onFaultyFleet, ordersAt, RECONNECTED } from './fleet-faults/fleet.ts';
import type { DaemonName, FaultyFleet } from './fleet-faults/fleet.ts';
import { pauseMs } from './stand.ts';

const CALLS = 60;
const DIAL_EVERY_MS = 100;
const MOST_DIALS = 5;
const REDIALS_AFTER_MS = 1_000;
/** Callers have asked once or twice by then, ms after the last has dialled. */
const STRIKES_AFTER_MS = 6_000;
/** They stay for so long after it is over, ms. */
const STAY_MS = 10_000;
/** Whoever has heard nothing for so long asks again, ms. */
const GIVES_UP_MS = 10_000;
const LISTEN_EVERY_MS = 20;
/** The bot has finished when nothing was heard for so long, ms. */
const OVER_MS = 500;
/** None that an endpoint of the shipped configuration has. */
const FIRST_NUMBER = 79_000;
const THINK_MS = 300;
const ASK_BALANCER_EVERY_MS = 500;
/** What was said when a daemon died goes on for so long in buffers, ms: that is not yet another one. */
const UNDER_WAY_MS = 250;
/** Nobody is to be in silence for longer, ms; and where nothing befalls a caller's own daemon, or it is drained, for longer than that. */
const MOST_SILENCE_MS = 3_000;
const MOST_UNTOUCHED_MS = 1_000;

export const fleetFaults: Bench = {
  name: 'fleet-faults',
  minutes: 4.5,
  fixedMinutes: 3.7,
  onlyByName: true,
  explanation:
    `${CALLS} calls at two Asterisks with two daemons each (a and b, c and d), Redis, HAProxy in front of a, b and c; each asks again when it was answered, and orders with every second question.\n` +
    'Silence: the end of a question → the next that is heard; of orders, which take 1.5 s, told apart; taken over: what happens → the next that each hears whose daemon it befalls.',
  run: async (scale, tell) => {
    const caller = await recordedCaller('question2');
    await onFaultyFleet(caller.text, async (fleet) => {
      for (const fault of FLEET_FAULTS) tell(await befallen(fleet, fault, repetitions(CALLS, scale), caller));
    });
  },
};

interface Talk {
  readonly at: DaemonName;
  readonly call: PhoneCall;
  /** Before it was hung up; a call that ended by itself is a caller who was lost. */
  readonly isLost: boolean;
}

async function befallen(
  fleet: FaultyFleet,
  fault: FleetFault,
  calls: number,
  caller: RecordedCaller,
): Promise<readonly Measurement[]> {
  fleet.company.forget();
  const times = { struckAtMs: Infinity, untilMs: Infinity };
  const talking = Array.from({ length: calls }, (_, index) =>
    talk(fleet, NAMES[index % NAMES.length] ?? 'a', index, caller, times),
  );
  // Whoever fails is told of below; nobody is to fail unheard meanwhile.
  const talks = Promise.all(talking);
  talks.catch(() => undefined);
  await pauseMs(calls * DIAL_EVERY_MS + STRIKES_AFTER_MS);
  const balancer = watchBalancer(fleet.url);
  times.struckAtMs = performance.now();
  await fault.strike(fleet);
  times.untilMs = performance.now() + STAY_MS;
  const all = await talks;
  const refused = await balancer.end();
  const leftovers = (await Promise.all(fleet.asterisks.map((each) => each.leftovers()))).flatMap((left) =>
    Object.keys(NOTHING).flatMap((kind) => left[kind as keyof typeof NOTHING]),
  );
  const orders = fleet.company.posts.map(({ body }) => body);
  await fault.mend(fleet);
  const heard = all.map(({ call }) => fleet.listening.heard(call).map(({ text }) => text));
  const timesHeard = (text: string) => heard.map((texts) => texts.filter((each) => each === text).length);
  const waits = all.map((each) => waitsOf(each, fault, times.struckAtMs));
  const answered = waits.flatMap(({ answers }) => answers);
  const takenOver = waits.flatMap(({ taken }) => taken);
  const ordered = waits.flatMap((each) => each.ordered);
  const silences = [...answered, ...takenOver, ...ordered];
  const of = (what: string, ms: readonly number[], targetP95: number): Measurement => ({
    ...{ what: `${fault.name}: ${what}`, unit: 'ms', targetP95 },
    samples: ms.filter(Number.isFinite),
  });
  const count = (what: string, value: number, targetP95?: number) =>
    counted(`${fault.name}: ${what}`, value, targetP95);
  return [
    of('silence', answered, fault.befalls.length > 0 ? MOST_SILENCE_MS : MOST_UNTOUCHED_MS),
    of('silence of orders', ordered, MOST_SILENCE_MS),
    ...(takenOver.length > 0 ? [of('taken over', takenOver, MOST_SILENCE_MS)] : []),
    count('silences over 3 s', silences.filter((ms) => ms > MOST_SILENCE_MS).length, 0),
    ...(fault.befalls.length > 0
      ? []
      : [count('silences over 1 s', answered.filter((ms) => ms > MOST_UNTOUCHED_MS).length, 0)]),
    count('never answered', silences.filter((ms) => ms === Infinity).length, 0),
    count('calls that were told of it', timesHeard(RECONNECTED).filter((times) => times > 0).length),
    count('told of it twice', timesHeard(RECONNECTED).filter((times) => times > 1).length, 0),
    count('answered twice', timesHeard(GREETING).filter((times) => times > 1).length, 0),
    count('lost', all.filter(({ isLost }) => isLost).length, 0),
    count('orders', orders.length),
    count('orders that came twice', orders.length - new Set(orders).size, 0),
    count('left behind', leftovers.length, 0),
    count('not ready behind HAProxy', refused),
  ];
}

interface Times {
  readonly untilMs: number;
}

async function talk(
  fleet: FaultyFleet,
  at: DaemonName,
  index: number,
  { pcm }: RecordedCaller,
  times: Times,
): Promise<Talk> {
  await pauseMs(index * DIAL_EVERY_MS);
  const call = await dialled(fleet, at, String(FIRST_NUMBER + index));
  let isOver = false;
  void call.ended.then(() => (isOver = true));
  await heardFrom(call, call.answeredAtMs, () => isOver);
  while (!isOver && performance.now() < times.untilMs) {
    await finished(call, () => isOver);
    await pauseMs(Math.random() * THINK_MS);
    const { endedAtMs } = await call.say(pcm);
    await heardFrom(call, endedAtMs, () => isOver);
  }
  const isLost = isOver;
  // Whoever hangs up at the first packet of an answer has heard none.
  await finished(call, () => isOver);
  await call.hangup();
  return { at, call, isLost };
}

/** Whom a daemon does not take that lags, or is about to have Asterisk again, dials again. */
async function dialled(fleet: FaultyFleet, at: DaemonName, callerNumber: string): Promise<PhoneCall> {
  for (let tries = 1; ; tries++) {
    try {
      return await fleet.asteriskOf(at).phone.dial(`at-${at}`, { callerNumber });
    } catch (error) {
      if (tries >= MOST_DIALS) throw error;
    }
    await pauseMs(REDIALS_AFTER_MS);
  }
}

/** Waits for sound after a moment, for a while. */
async function heardFrom(call: PhoneCall, fromMs: number, isOver: () => boolean): Promise<void> {
  const untilMs = performance.now() + GIVES_UP_MS;
  while (!isOver() && performance.now() < untilMs && (call.soundHeardAtMs ?? 0) <= fromMs)
    await pauseMs(LISTEN_EVERY_MS);
}

async function finished(call: PhoneCall, isOver: () => boolean): Promise<void> {
  while (!isOver() && performance.now() - (call.soundHeardAtMs ?? 0) < OVER_MS)
    await pauseMs(LISTEN_EVERY_MS);
}

interface Waits {
  readonly answers: readonly number[];
  readonly ordered: readonly number[];
  /** Of those whose daemon it befalls: one. */
  readonly taken: readonly number[];
}

/** How long the caller waited each time, ms; Infinity where nothing came any more although he stayed for long enough. */
function waitsOf({ at, call }: Talk, { befalls }: FleetFault, struckAtMs: number): Waits {
  const heard = exactSounds(call.heard());
  const nextAfter = (ms: number) =>
    heard.find(({ startedAtMs }) => startedAtMs > ms)?.startedAtMs ?? Infinity;
  const waits = exactSounds(call.said()).map(({ endedAtMs }) => nextAfter(endedAtMs) - endedAtMs);
  return {
    answers: waits.filter((_, index) => !ordersAt(index + 1)),
    ordered: waits.filter((_, index) => ordersAt(index + 1)),
    taken: befalls.includes(at) ? [nextAfter(struckAtMs + UNDER_WAY_MS) - struckAtMs] : [],
  };
}

/** How often nobody was ready for a request that came through the balancer. */
function watchBalancer(url: string) {
  let [isOver, refused] = [false, 0];
  const watching = (async () => {
    while (!isOver) {
      if (!(await isWell(url))) refused++;
      await pauseMs(ASK_BALANCER_EVERY_MS);
    }
  })();
  return {
    end: async () => {
      isOver = true;
      await watching;
      return refused;
    },
  };
}
