/** People, machines and networks that a campaign may meet: each number is somebody, always the same by the seed, in a world without time. */
import { sleep } from '../../../base/clock.ts';
import type { Clock } from '../../../base/clock.ts';
import { seeded } from '../../../base/seeded.ts';
import type { Chance } from '../../../base/seeded.ts';
import type { CallOut, CallOutcome } from '../../call-out.ts';

/** Who is behind a number. `busy`, `away` and `impatient` may be somebody by the next call. */
export const CALLEES = [
  'person',
  'impatient',
  'machine',
  'fax',
  'mute',
  'busy',
  'away',
  'refuses',
  'dead',
] as const;
export type Callee = (typeof CALLEES)[number];

/** Of a hundred numbers, as lists of customers go. `impatient`: picks up and is gone before anything is said. */
export const ORDINARY_CALLEES: Readonly<Record<Callee, number>> = {
  person: 49,
  impatient: 1,
  machine: 17,
  fax: 1,
  mute: 1,
  busy: 7,
  away: 18,
  refuses: 2,
  dead: 4,
};

/** Of a hundred ways there. `earlyMedia`: a voice of the network before anybody answers. */
const CARRIERS = { plain: 80, earlyMedia: 10, slow: 10 } as const;

const CAUSES = { busy: '17', noAnswer: '19', refused: '21', unreachable: '1' } as const;

export interface CalleesOptions {
  readonly clock: Clock;
  readonly seed: number;
  readonly mix?: Readonly<Record<Callee, number>>;
}

/** A CallOut that takes as long as calls take. Rejects with the signal's reason. */
export function simulatedCallOut({ clock, seed, mix = ORDINARY_CALLEES }: CalleesOptions): CallOut {
  const tries = new Map<string, number>();
  return async ({ to }, signal) => {
    const nth = (tries.get(to) ?? 0) + 1;
    tries.set(to, nth);
    const digits = Number(to.replaceAll(/\D/g, '').slice(-9));
    const callee = calleeOf(seeded(seed + digits), mix, nth);
    const chance = seeded(seed + digits + nth * 7919);
    await sleep(clock, waysMs(chance), signal);
    return meet(callee, chance, (ms) => sleep(clock, ms, signal));
  };
}

/** Who was busy, away or in a hurry is somebody at the second or third call, or never. */
function calleeOf(chance: Chance, mix: Readonly<Record<Callee, number>>, nth: number): Callee {
  let callee = drawn(chance, mix);
  for (let call = 1; call < nth; call++)
    if (callee === 'busy' || callee === 'away' || callee === 'impatient')
      callee = chance.next() < 0.6 ? 'person' : callee;
  return callee;
}

function drawn<Name extends string>(chance: Chance, mix: Readonly<Record<Name, number>>): Name {
  const all = Object.entries<number>(mix) as [Name, number][];
  let left = chance.next() * all.reduce((sum, [, share]) => sum + share, 0);
  const [name] = all.find(([, share]) => (left -= share) < 0) ?? all[0] ?? [];
  if (name === undefined) throw new RangeError('There is nothing to draw from.');
  return name;
}

/** From the order to the first ring, ms. */
function waysMs(chance: Chance): number {
  const carrier = drawn(chance, CARRIERS);
  if (carrier === 'plain') return chance.whole(300, 2500);
  return carrier === 'slow' ? chance.whole(6000, 15_000) : chance.whole(2000, 9000);
}

async function meet(
  callee: Callee,
  chance: Chance,
  pass: (ms: number) => Promise<void>,
): Promise<CallOutcome> {
  const unconnected = (outcome: keyof typeof CAUSES): CallOutcome => ({ outcome, cause: CAUSES[outcome] });
  const answered = async (
    by: 'person' | 'machine' | 'fax' | 'silence',
    cause: string,
    talkedMs: number,
  ): Promise<CallOutcome> => {
    await pass(talkedMs);
    return { outcome: 'answered', by, cause, talkedMs };
  };
  switch (callee) {
    case 'dead':
      return unconnected('unreachable');
    case 'busy':
      return unconnected('busy');
    case 'away':
      await pass(30_000);
      return unconnected('noAnswer');
    case 'refuses':
      await pass(chance.whole(1000, 12_000));
      return unconnected('refused');
    case 'machine':
      await pass(chance.whole(15_000, 25_000));
      return answered('machine', 'bot', chance.whole(6000, 20_000));
    case 'fax':
      await pass(chance.whole(3000, 6000));
      return answered('fax', 'bot', chance.whole(1500, 3000));
    case 'mute':
      await pass(chance.whole(2000, 15_000));
      return answered('silence', 'silence', chance.whole(5000, 12_000));
    case 'impatient':
      await pass(chance.whole(2000, 15_000));
      return answered('person', 'caller', chance.whole(100, 1500));
    case 'person':
      await pass(chance.whole(2000, 20_000));
      return answered('person', chance.one(['caller', 'goodbye']), chance.whole(8000, 180_000));
  }
}
