/** What `npm run bench` is told, looked at before anything is measured: whoever waits half an hour is not to be refused at its end. */
import { access, constants, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Bench, Report } from './bench.ts';

/** Throws an Error that says what is wrong with it. */
export function readScale(text: string): number {
  const scale = text.trim() === '' ? NaN : Number(text);
  if (!(scale > 0 && scale <= 1))
    throw new Error(`--scale ${text}: a share above 0 and up to 1 is wanted, 0.2 for a fifth of the time`);
  return scale;
}

/** Throws an Error that names the option. */
export function readCount(option: string, text: string): number {
  const count = text.trim() === '' ? NaN : Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw new Error(`${option} ${text}: a whole number from 1 up is wanted`);
  return count;
}

/** Those of these names, in their own order; without names all but those that are measured only by name. Throws an Error for a name that none has. */
export function chosen<One extends Bench | Report>(
  all: readonly One[],
  names: readonly string[],
): readonly One[] {
  const unknown = names.filter((name) => !all.some((bench) => bench.name === name));
  if (unknown.length > 0)
    throw new Error(
      `no such bench: ${unknown.join(', ')}; there are ${all.map(({ name }) => name).join(', ')}`,
    );
  if (names.length > 0) return all.filter(({ name }) => names.includes(name));
  return all.filter(({ onlyByName }) => onlyByName !== true);
}

/** Rejects with an Error that says why nothing can be written there. */
export async function requireWritable(file: string): Promise<void> {
  const dir = dirname(resolve(file));
  const isDirectory = async (path: string) =>
    (await stat(path).catch(() => undefined))?.isDirectory() === true;
  if (await isDirectory(file)) throw new Error(`--out ${file}: a directory is there`);
  if (!(await isDirectory(dir))) throw new Error(`--out ${file}: there is no directory ${dir}`);
  await access(dir, constants.W_OK).catch(() => {
    throw new Error(`--out ${file}: nobody may write to ${dir}`);
  });
}

/** Absolute. Rejects with an Error if nothing of ours is there. */
export async function readCheckout(option: string, dir: string): Promise<string> {
  const root = resolve(dir);
  const isThere = (path: string) =>
    access(join(root, path)).then(
      () => true,
      () => false,
    );
  if (!(await isThere('package.json'))) throw new Error(`${option} ${dir}: no checkout is there`);
  if (!(await isThere('node_modules')))
    throw new Error(`${option} ${dir}: its packages are not installed; run "npm ci" there`);
  return root;
}
