/**
 * Searches a bot's settings over its recorded calls, on the virtual clock: each group of settings alone, then the best of each together.
 * Chosen by one half of the calls; the other half tells whether it holds there.
 */
import { messageOf } from '../../base/message-of.ts';
import type { BotProfile } from '../../config/bot-profile.ts';
import type { CallFigures } from '../figures/call-figures.ts';
import { GIVEN_TWICE, callKey, figuresOf, isLeftOut, usableCall } from '../figures/recorded-calls.ts';
import type { LeftOut } from '../figures/recorded-calls.ts';
import { withChanges } from '../replay/changed-profile.ts';
import type { Changes } from '../replay/changed-profile.ts';
import { recordedProfile, replayAsFarAsKnown } from '../replay/replay.ts';
import { frontOf, isBetterInBoth } from './front.ts';
import type { Tried } from './front.ts';
import { halvesOf } from './halves.ts';
import type { Half } from './halves.ts';
import type { RecordedStop } from '../bundle/recorded-stops.ts';
import { GROUPS, candidatesOf, combined } from './search-space.ts';
import type { Candidate, Group } from './search-space.ts';
import { learntPauses } from './learnt-pauses.ts';
import type { LearntPauses } from './learnt-pauses.ts';
import { summed } from './summary.ts';
import type { Summed } from './summary.ts';

export interface TuneOptions {
  /** Of which bot, where the calls are of several; the one that most of them are of if not given. */
  readonly bot?: string;
  readonly groups?: readonly Group[];
  /** The most combinations that are tried beside each group alone. */
  readonly mostCombined: number;
  readonly onProgress?: (progress: TuneProgress) => void;
}

export interface TuneProgress {
  readonly done: number;
  readonly of: number;
  readonly what: 'reading' | 'trying' | 'combining';
}

/** Settings on the front, with what they come to in both halves. */
export interface Choice {
  readonly candidate: Candidate;
  readonly chosen: Summed;
  /** Of the calls that it was not chosen by; undefined where there is only one call. */
  readonly heldOut: Summed | undefined;
}

export interface Tuning {
  readonly bot: string;
  /** As it was in the last of the calls. */
  readonly profile: BotProfile;
  readonly calls: number;
  readonly heldOutCalls: number;
  readonly leftOut: readonly LeftOut[];
  readonly tried: number;
  /** What was learnt of where the callers have paused, and is tried beside the rest; undefined if none of the calls keeps that. */
  readonly pauses: LearntPauses | undefined;
  readonly asItWas: Choice;
  readonly front: readonly Choice[];
  /** What is better than what was in one half, and nowhere worse in either; the one that waits least. */
  readonly best: Choice | undefined;
}

interface Known {
  /** When it began and which channel it was: the latest sorts last. */
  readonly id: string;
  readonly profile: BotProfile;
  readonly path: string;
  readonly bot: string;
  /** Undefined where it was not kept. */
  readonly stops: readonly RecordedStop[] | undefined;
}

type ByCall = Map<string, CallFigures>;

/** Undefined if not one of the calls can be used; `leftOut` says why. */
export async function tune(
  paths: readonly string[],
  { bot: wanted, groups = GROUPS, mostCombined, onProgress = () => undefined }: TuneOptions,
): Promise<Tuning | { readonly leftOut: readonly LeftOut[] }> {
  const { calls: all, leftOut } = await readAll(paths, onProgress);
  const bot = wanted ?? mostOften(all.map((call) => call.bot));
  const calls = all.filter((call) => call.bot === bot);
  const others = all
    .filter((call) => call.bot !== bot)
    .map(({ path, bot: name }) => ({ path, because: `It is a call of the bot ${name}.` }));
  const [last] = calls.toSorted((a, b) => b.id.localeCompare(a.id));
  if (!last || bot === undefined) return { leftOut: [...leftOut, ...others] };
  const halves = halvesOf(calls.map(({ id }) => id));
  const pauses = groups.includes('endpointing') ? pausesOf(calls, halves, last.profile) : undefined;
  const candidatesIn = (group: Group): readonly Candidate[] => [
    ...candidatesOf([group]),
    ...(group === 'endpointing' && pauses?.kind === 'learnt' ? [pauses.candidate] : []),
  ];
  const figures = new Map<string, ByCall>();
  const failed = new Map<string, LeftOut>();
  const changed = new ChangedProfiles();
  const tryAll = async (candidates: readonly Candidate[], what: TuneProgress['what']) => {
    for (const [at, { id, path }] of calls.entries()) {
      onProgress({ done: at, of: calls.length, what });
      if (failed.has(id)) continue;
      const fault = await tryOn(path, { candidates, changed }, (candidate, one) => {
        const byCall = figures.get(String(candidate)) ?? new Map<string, CallFigures>();
        figures.set(String(candidate), byCall.set(id, one));
      });
      if (fault) failed.set(id, fault);
    }
    onProgress({ done: calls.length, of: calls.length, what });
  };
  const sumOf = (candidate: Candidate, half: Half): Summed => {
    const [before, after] = [figures.get(''), figures.get(String(candidate))];
    const ids = [...(before?.keys() ?? [])].filter((id) => !failed.has(id) && halves.get(id) === half);
    return summed(
      ids.flatMap((id) => {
        const [then, now] = [before?.get(id), after?.get(id)];
        return then && now ? [{ before: then, after: now }] : [];
      }),
    );
  };
  const triedOf = (candidate: Candidate): Tried => ({ candidate, figures: sumOf(candidate, 'chosen') });
  const alone = [[], ...groups.flatMap(candidatesIn)];
  await tryAll(alone, 'trying');
  const bestAlone = groups.flatMap((group) =>
    frontOf([[], ...candidatesIn(group)].map(triedOf)).map(({ candidate }) => candidate),
  );
  const together = combined(
    bestAlone.filter((candidate) => candidate.length > 0),
    mostCombined,
  );
  await tryAll(together, 'combining');
  const hasHeldOut = [...halves].some(([id, half]) => half === 'heldOut' && !failed.has(id));
  const choiceOf = (candidate: Candidate): Choice => ({
    candidate,
    chosen: sumOf(candidate, 'chosen'),
    heldOut: hasHeldOut ? sumOf(candidate, 'heldOut') : undefined,
  });
  const asItWas = choiceOf([]);
  const front = frontOf([...alone, ...together].map(triedOf)).map(({ candidate }) => choiceOf(candidate));
  return {
    bot,
    profile: last.profile,
    calls: calls.length - failed.size,
    heldOutCalls: calls.filter(({ id }) => halves.get(id) === 'heldOut' && !failed.has(id)).length,
    leftOut: [...leftOut, ...others, ...failed.values()],
    tried: alone.length + together.length,
    pauses,
    asItWas,
    front,
    best: front.find((choice) => isBetterInBoth(choice, asItWas)),
  };
}

function pausesOf(
  calls: readonly Known[],
  halves: ReadonlyMap<string, Half>,
  { endpointing }: BotProfile,
): LearntPauses | undefined {
  if (calls.every(({ stops }) => stops === undefined)) return undefined;
  const of = (half: Half) => calls.flatMap(({ id, stops = [] }) => (halves.get(id) === half ? stops : []));
  return learntPauses({ chosen: of('chosen'), heldOut: of('heldOut') }, endpointing);
}

async function readAll(
  paths: readonly string[],
  onProgress: (progress: TuneProgress) => void,
): Promise<{ readonly calls: readonly Known[]; readonly leftOut: readonly LeftOut[] }> {
  const calls: Known[] = [];
  const leftOut: LeftOut[] = [];
  const seen = new Set<string>();
  for (const [at, path] of paths.entries()) {
    onProgress({ done: at, of: paths.length, what: 'reading' });
    const read = await usableCall(path);
    if (isLeftOut(read)) leftOut.push(read);
    else {
      const { call, stops } = read.bundle;
      const key = callKey(call);
      if (seen.has(key)) leftOut.push({ path, because: GIVEN_TWICE });
      else calls.push({ id: key, path, bot: call.bot, profile: recordedProfile(call), stops });
      seen.add(key);
    }
  }
  return { calls, leftOut };
}

/** A bundle is held only while it is tried: sound of a day's calls does not fit into memory. */
async function tryOn(
  path: string,
  { candidates, changed }: { readonly candidates: readonly Candidate[]; readonly changed: ChangedProfiles },
  told: (candidate: Candidate, figures: CallFigures) => void,
): Promise<LeftOut | undefined> {
  const usable = await usableCall(path);
  if (isLeftOut(usable)) return usable;
  try {
    const { bundle, replayed } = usable;
    const changes = changed.of(recordedProfile(bundle.call));
    for (const candidate of candidates) {
      const isAsItWas = candidate.length === 0;
      const after = isAsItWas ? replayed : await replayAsFarAsKnown(bundle, changes(candidate));
      told(candidate, figuresOf(usable, after));
    }
    return undefined;
  } catch (error) {
    return { path, because: messageOf(error) };
  }
}

/** Calls of a bot, one behind the other, share a profile, and to check it takes longer than to run a call. */
class ChangedProfiles {
  #json = '';
  #known = new Map<string, Changes>();

  /** Kept is one profile's: where each call has its own, nobody needs another's again. What it returns throws SETTINGS_INVALID. */
  of(profile: BotProfile): (candidate: Candidate) => Changes {
    const json = JSON.stringify(profile);
    if (json !== this.#json) this.#known = new Map();
    this.#json = json;
    const known = this.#known;
    return (candidate) => {
      const key = String(candidate);
      const changes = known.get(key) ?? withChanges(profile, candidate);
      known.set(key, changes);
      return changes;
    };
  }
}

function mostOften(names: readonly string[]): string | undefined {
  const count = (name: string) => names.filter((one) => one === name).length;
  return [...new Set(names)].toSorted((a, b) => count(b) - count(a))[0];
}
