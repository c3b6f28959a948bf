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
import { messageOf } from '../../base/message-of.ts';
import type { Pcm } from '../../audio/pcm.ts';
import { ParleyError } from '../../base/errors.ts';
import {
  BOT_FILE,
  CALLER_FILE,
  CALL_FILE,
  EAR_FILE,
  EXPECT_FILE,
  OUTCOME_FILE,
  RESULT_FILE,
  STOPS_FILE,
} from './bundle-files.ts';
import {
  MOST_AUDIO_BYTES,
  MOST_JSON_BYTES,
  MOST_PACKED_FILES,
  MOST_TEXT_BYTES,
  faultOfJson,
  monstrousNumber,
} from './bundle-limits.ts';
import { recordedPcm } from './recorded-pcm.ts';
import { FORMAT, VERSION, recordedCall } from './recorded-call.ts';
import type { RecordedCall } from './recorded-call.ts';
import { recordedStops } from './recorded-stops.ts';
import type { RecordedStop } from './recorded-stops.ts';

/** All but the mix, which can be made again. */
const PACKED: readonly string[] = [
  CALL_FILE,
  CALLER_FILE,
  BOT_FILE,
  OUTCOME_FILE,
  RESULT_FILE,
  EAR_FILE,
  STOPS_FILE,
  EXPECT_FILE,
];

export const ZIP_ENDING = '.parley.zip';

/** The most that each may hold. */
const MOST_BYTES: Readonly<Record<string, number>> = {
  [CALL_FILE]: MOST_JSON_BYTES,
  [CALLER_FILE]: MOST_AUDIO_BYTES,
  [BOT_FILE]: MOST_AUDIO_BYTES,
  [OUTCOME_FILE]: MOST_TEXT_BYTES,
  [RESULT_FILE]: MOST_TEXT_BYTES,
  [EAR_FILE]: MOST_TEXT_BYTES,
  [STOPS_FILE]: MOST_TEXT_BYTES,
  [EXPECT_FILE]: MOST_TEXT_BYTES,
};

export interface Bundle {
  /** The last part of its path. */
  readonly name: string;
  readonly call: RecordedCall;
  readonly caller: Pcm;
  readonly bot: Pcm;
  /** What a replay must come to, as it was accepted; undefined if nothing was. */
  readonly outcome: string | undefined;
  /** Where the caller has paused; undefined if nobody wanted to know. */
  readonly stops: readonly RecordedStop[] | undefined;
  /** What is expected of the call, YAML; undefined if nothing is. */
  readonly expectations: string | undefined;
}

/** As large as all of its files, packed as badly as can be. */
const MOST_PACKED_BYTES = Object.values(MOST_BYTES).reduce((sum, bytes) => sum + bytes, 0);

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
    stops: parseStops(await text(STOPS_FILE), path),
    outcome: await text(OUTCOME_FILE),
    expectations: await text(EXPECT_FILE),
  };
}

/** The text of a call.json, checked. Throws BUNDLE_INVALID with every fault, or BUNDLE_NEWER. */
export function parseCall(json: string, path: string): RecordedCall {
  const raw = parsedJson(json, path, CALL_FILE);
  if (isNewer(raw)) throw new ParleyError('BUNDLE_NEWER', `${path} is of a later version than ${VERSION}.`);
  const parsed = recordedCall.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new ParleyError('BUNDLE_INVALID', `${path}: ${faultsOf(parsed.error)}`);
}

function parseStops(json: string | undefined, path: string): Bundle['stops'] {
  if (json === undefined) return undefined;
  const parsed = recordedStops.safeParse(parsedJson(json, path, STOPS_FILE));
  if (parsed.success) return parsed.data.stops;
  throw new ParleyError('BUNDLE_INVALID', `${STOPS_FILE} of ${path}: ${faultsOf(parsed.error)}`);
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
  if (found.isDirectory()) return (name) => readIfThere(join(path, name), MOST_BYTES[name] ?? 0);
  if (!path.endsWith(ZIP_ENDING)) throw new ParleyError('BUNDLE_UNREADABLE', `${path} is no bundle.`);
  const unpacked = await unpack(path);
  return (name) => Promise.resolve(unpacked[name]);
}

async function unpack(path: string): Promise<Unzipped> {
  const seen = new Set<string>();
  let files = 0;
  // What a file says of itself is all that is known before it is unpacked, and no more than that is then unpacked.
  const isWanted = ({ name, originalSize }: UnzipFileInfo) => {
    if (++files > MOST_PACKED_FILES) throw new Error(`it holds more than ${MOST_PACKED_FILES} files`);
    const most = MOST_BYTES[name];
    if (most === undefined) return false;
    if (seen.has(name)) throw new Error(`it holds ${name} twice`);
    seen.add(name);
    if (originalSize > most) throw new Error(`${name} is larger than ${most} bytes`);
    return true;
  };
  const packed = await readIfThere(path, MOST_PACKED_BYTES);
  try {
    return unzipSync(packed ?? new Uint8Array(), { filter: isWanted });
  } catch (cause) {
    const why = messageOf(cause);
    throw new ParleyError('BUNDLE_INVALID', `${path} cannot be unpacked: ${why}.`, { cause });
  }
}

async function audioOf(files: Files, name: string, path: string): Promise<Pcm> {
  const wav = await files(name);
  if (!wav) throw new ParleyError('BUNDLE_INVALID', `${path} holds no ${name}.`);
  try {
    return recordedPcm(wav);
  } catch (cause) {
    const why = messageOf(cause);
    throw new ParleyError('BUNDLE_INVALID', `${name} of ${path} is no recording: ${why}.`, { cause });
  }
}

/** Not more than that, and no device, pipe or directory: those never end. */
async function readIfThere(path: string, mostBytes = Infinity): Promise<Uint8Array | undefined> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new ParleyError('BUNDLE_INVALID', `${path} is no file.`);
    if (found.size > mostBytes)
      throw new ParleyError('BUNDLE_INVALID', `${path} is larger than ${mostBytes} bytes.`);
    return await readFile(path);
  } catch (error) {
    if (error instanceof ParleyError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ParleyError('BUNDLE_UNREADABLE', `${path} cannot be read.`, { cause: error });
  }
}

function decoded(data: Uint8Array | undefined): string | undefined {
  return data && new TextDecoder().decode(data);
}

function parsedJson(json: string, path: string, file: string): unknown {
  const fault = faultOfJson(json);
  if (fault !== undefined) throw new ParleyError('BUNDLE_INVALID', `${path}: ${file} ${fault}.`);
  const parsed = parsedText(json, path, file);
  const place = monstrousNumber(parsed);
  if (place !== undefined)
    throw new ParleyError('BUNDLE_INVALID', `${path}: ${place} is no number that a call can have.`);
  return parsed;
}

function parsedText(json: string, path: string, file: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new ParleyError('BUNDLE_INVALID', `${path}: ${file} is cut short or no JSON.`, { cause });
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

/** Clocks tell nanoseconds; a microsecond is enough, and shorter than anything that two events could follow each other in. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
}
