/** The recordings in `sounds/LANGUAGE/KIND-N.wav`, read once at start: what callers hear when every provider is down. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pcm } from '../../audio/pcm.ts';
import { decodeWav } from '../../audio/wav.ts';
import type { PhraseKind, ShippedPhrases } from './phrase-book.ts';

/** Spoken where a bot's own language has no recordings. */
const LAST_RESORT_LANGUAGE = 'en-US';

const FILE_NAME = /^(?<kind>[a-z-]+)-(?<number>\d+)\.wav$/;

/** Reads every recording below `dir`. Throws AUDIO_INVALID for a file that is no WAV, and the file system's errors. */
export async function loadShippedPhrases(dir: string): Promise<ShippedPhrases> {
  const languages = new Map<string, Map<string, Pcm[]>>();
  const folders = await readdir(dir, { withFileTypes: true });
  for (const folder of folders.filter((entry) => entry.isDirectory())) {
    languages.set(folder.name, await loadLanguage(join(dir, folder.name)));
  }
  return (language: string, kind: PhraseKind) =>
    (languages.get(language) ?? languages.get(LAST_RESORT_LANGUAGE))?.get(kind) ?? [];
}

async function loadLanguage(dir: string): Promise<Map<string, Pcm[]>> {
  const kinds = new Map<string, Pcm[]>();
  for (const file of (await readdir(dir)).sort()) {
    const kind = FILE_NAME.exec(file)?.groups?.['kind'];
    if (!kind) continue;
    kinds.set(kind, [...(kinds.get(kind) ?? []), decodeWav(await readFile(join(dir, file)))]);
  }
  return kinds;
}
