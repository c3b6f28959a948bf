/**
 * A recorded call on disk: a directory, or a `.parley.zip` of one, that holds call.json, what both sides said as WAV (caller.wav,
 * bot.wav, and mix.wav with the caller on the left), and for those that are tests expect.yaml and outcome.json. Nothing read here is
 * trusted: bundles are sent around.
 */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import type { UnzipFileInfo, Unzipped } from 'fflate';
import type { z } from 'zod';
import type { Pcm } from '../../audio/pcm.ts';
import { decodeWav } from '../../audio/wav.ts';
import { ParleyError } from '../../base/errors.ts';
import { FORMAT, VERSION, recordedCall } from './recorded-call.ts';
import type { RecordedCall } from './recorded-call.ts';

export const CALL_FILE = 'call.json';
export const CALLER_FILE = 'caller.wav';
export const BOT_FILE = 'bot.wav';
export const MIX_FILE = 'mix.wav';
export const OUTCOME_FILE = 'outcome.json';
const EXPECT_FILE = 'expect.yaml';

/** All but the mix, which can be made again. */
const PACKED: readonly string[] = [CALL_FILE, CALLER_FILE, BOT_FILE, OUTCOME_FILE, EXPECT_FILE];

export const ZIP_ENDING = '.parley.zip';

/** The largest bundle that is unpacked: a day of both sides is longer than any call may be. A small file that unpacks to more is an attack. */
const MAX_UNPACKED_BYTES = 1024 * 1024 * 1024;

export interface Bundle {
  /** The last part of its path. */
  readonly name: string;
  readonly call: RecordedCall;
  readonly caller: Pcm;
  readonly bot: Pcm;
  /** What a replay must come to, as it was accepted; undefined if nothing was. */
  readonly outcome: string | undefined;
  /** What is expected of the call, YAML; undefined if nothing is. */
  readonly expectations: string | undefined;
}

type Files = (name: string) => Promise<Uint8Array | undefined>;

/** Throws BUNDLE_UNREADABLE, BUNDLE_INVALID or BUNDLE_NEWER. */
export async function readBundle(path: string): Promise<Bundle> {
  const files = await filesOf(path);
  const json = await files(CALL_FILE);
  if (!json) throw new ParleyError('BUNDLE_UNREADABLE', `${path} holds no ${CALL_FILE}.`);
  const text = async (name: string) => decoded(await files(name));
  return {
    name: basename(path).replace(ZIP_ENDING, ''),
    call: parseCall(decoded(json) ?? '', path),
    caller: await audioOf(files, CALLER_FILE, path),
    bot: await audioOf(files, BOT_FILE, path),
    outcome: await text(OUTCOME_FILE),
    expectations: await text(EXPECT_FILE),
  };
}

/** The text of a call.json, checked. Throws BUNDLE_INVALID with every fault, or BUNDLE_NEWER. */
export function parseCall(json: string, path: string): RecordedCall {
  const raw = parsedJson(json, path);
  if (isNewer(raw)) throw new ParleyError('BUNDLE_NEWER', `${path} is of a later version than ${VERSION}.`);
  const parsed = recordedCall.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new ParleyError('BUNDLE_INVALID', `${path}: ${faultsOf(parsed.error)}`);
}

export function callJson(call: RecordedCall): string {
  const { profile, ...rest } = call;
  return `${JSON.stringify({ ...rest, profile }, rounded, 1)}\n`;
}

/** Packs a bundle's directory. */
export async function packBundle(dir: string, file: string): Promise<void> {
  const entries = await Promise.all(
    PACKED.map(async (name) => [name, await readIfThere(join(dir, name))] as const),
  );
  const there = entries.flatMap(([name, data]) => (data ? [[name, data] as const] : []));
  await writeFile(file, zipSync(Object.fromEntries(there)), { mode: 0o600 });
}

async function filesOf(path: string): Promise<Files> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new ParleyError('BUNDLE_UNREADABLE', `There is no ${path}.`);
  if (found.isDirectory()) return (name) => readIfThere(join(path, name));
  if (!path.endsWith(ZIP_ENDING)) throw new ParleyError('BUNDLE_UNREADABLE', `${path} is no bundle.`);
  const unpacked = await unpack(path);
  return (name) => Promise.resolve(unpacked[name]);
}

async function unpack(path: string): Promise<Unzipped> {
  let bytes = 0;
  const isWanted = ({ name, originalSize }: UnzipFileInfo) => {
    if (!PACKED.includes(name)) return false;
    bytes += originalSize;
    if (bytes > MAX_UNPACKED_BYTES) throw new Error('too large');
    return true;
  };
  try {
    return unzipSync(await readFile(path), { filter: isWanted });
  } catch (cause) {
    throw new ParleyError('BUNDLE_INVALID', `${path} cannot be unpacked.`, { cause });
  }
}

async function audioOf(files: Files, name: string, path: string): Promise<Pcm> {
  const wav = await files(name);
  if (!wav) throw new ParleyError('BUNDLE_INVALID', `${path} holds no ${name}.`);
  try {
    return decodeWav(wav);
  } catch (cause) {
    throw new ParleyError('BUNDLE_INVALID', `${name} of ${path} is no recording.`, { cause });
  }
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ParleyError('BUNDLE_UNREADABLE', `${path} cannot be read.`, { cause: error });
  }
}

function decoded(data: Uint8Array | undefined): string | undefined {
  return data && new TextDecoder().decode(data);
}

function parsedJson(json: string, path: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new ParleyError('BUNDLE_INVALID', `${path}: ${CALL_FILE} is cut short or no JSON.`, { cause });
  }
}

function isNewer(raw: unknown): boolean {
  if (typeof raw !== 'object' || raw === null) return false;
  const { format, version } = raw as { readonly format?: unknown; readonly version?: unknown };
  return format === FORMAT && typeof version === 'number' && version > VERSION;
}

const MOST_FAULTS = 5;

function faultsOf({ issues }: z.ZodError): string {
  const told = issues.slice(0, MOST_FAULTS).map(({ path, message }) => `${path.join('.')}: ${message}`);
  const more = issues.length - told.length;
  return `${told.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`;
}

/** Clocks tell nanoseconds; a hundredth of a millisecond is enough. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 100) / 100 : value;
}
