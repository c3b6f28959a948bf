/** Runs recorded calls with the old and with the new, and holds the new to the old. */
import { messageOf } from '../../base/message-of.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { readBundle } from '../bundle/bundle.ts';
import { GIVEN_TWICE, callKey, comesToWhatItWas } from '../figures/recorded-calls.ts';
import type { LeftOut } from '../figures/recorded-calls.ts';
import type { Replayed } from '../replay/replay.ts';
import { comparedCall } from './compared-call.ts';
import type { ComparedCall } from './compared-call.ts';
import { verdictOf } from './verdict.ts';
import type { Allowed, Measured } from './verdict.ts';

/** One of the two: a program with a profile. */
export interface Side {
  /** As the operator named it. */
  readonly name: string;
  /** The bot whose calls it can run; any if not given. */
  readonly bot?: string;
  /** With the profile that was recorded: then it must come to what was recorded. */
  readonly isAsRecorded: boolean;
  /** Rejects if it cannot run the call. */
  readonly run: (bundle: Bundle, path: string) => Promise<Replayed>;
}

export interface GateOptions {
  readonly old: Side;
  readonly new: Side;
  readonly allowed: Allowed;
  /** Calls that began before are not of interest; ms since 1970. */
  readonly sinceEpochMs: number;
  /** Between two calls; then the gate rejects with its reason. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, of: number) => void;
}

export interface Gated {
  readonly old: string;
  readonly new: string;
  readonly calls: readonly ComparedCall[];
  readonly leftOut: readonly LeftOut[];
  /** Calls that the new could not run, and the old could. */
  readonly broken: readonly LeftOut[];
  readonly verdict: readonly Measured[];
  /** Nothing is worse than allowed, and something was compared. */
  readonly isGood: boolean;
}

/** Never rejects for a call: why one is of no use is told. */
export async function gate(paths: readonly string[], options: GateOptions): Promise<Gated> {
  const { allowed, onProgress, signal } = options;
  const calls: ComparedCall[] = [];
  const leftOut: LeftOut[] = [];
  const broken: LeftOut[] = [];
  const seen = new Set<string>();
  for (const [at, path] of paths.entries()) {
    signal?.throwIfAborted();
    onProgress?.(at, paths.length);
    const before = await reason(() => runOld(path, options));
    if (typeof before === 'string') leftOut.push({ path, because: before });
    if (typeof before !== 'object') continue;
    const { bundle, replayed } = before;
    const key = callKey(bundle.call);
    if (seen.has(key)) {
      leftOut.push({ path, because: GIVEN_TWICE });
      continue;
    }
    seen.add(key);
    const after = await reason(() => options.new.run(bundle, path));
    if (typeof after === 'string') broken.push({ path, because: after });
    else calls.push(comparedCall(bundle, replayed, after));
  }
  onProgress?.(paths.length, paths.length);
  const verdict = verdictOf(calls, broken.length, allowed);
  return {
    ...{ old: options.old.name, new: options.new.name, calls, leftOut, broken, verdict },
    isGood: calls.length > 0 && verdict.every(({ isWorse }) => !isWorse),
  };
}

/** Undefined for a call that nobody asked for. */
async function runOld(
  path: string,
  { old, new: other, sinceEpochMs }: GateOptions,
): Promise<{ readonly bundle: Bundle; readonly replayed: Replayed } | undefined> {
  const bundle = await readBundle(path);
  const { bot, startedAt, timeline } = bundle.call;
  if (Date.parse(startedAt) < sinceEpochMs) return undefined;
  const wanted = old.bot ?? other.bot;
  if (wanted !== undefined && wanted !== bot) throw new Error(`It is a call of the bot ${bot}.`);
  const replayed = await old.run(bundle, path);
  if (!old.isAsRecorded) return { bundle, replayed };
  if (replayed.unknown) throw replayed.unknown.error;
  if (!comesToWhatItWas(timeline, replayed.entries))
    throw new Error('It does not come to what it was when it is run again.');
  return { bundle, replayed };
}

async function reason<T>(run: () => Promise<T>): Promise<T | string> {
  try {
    return await run();
  } catch (error) {
    return messageOf(error);
  }
}
