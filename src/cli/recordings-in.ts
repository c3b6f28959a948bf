/** Which recordings a command is about, and where what is written of each goes. */
import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join, relative } from 'node:path';
import { ParleyError } from '../base/errors.ts';

export interface RecordingFile {
  readonly path: string;
  /** Below the directory that was named, or its own name. */
  readonly shown: string;
  readonly written: string;
}

/** Of files in a directory; one that is named is taken whatever its name is. */
const ENDINGS = ['.wav', '.mp3', '.ogg', '.oga', '.opus', '.flac', '.m4a', '.mp4', '.webm', '.aac', '.amr'];

/** In the order of their names. Throws FILE_UNREADABLE for a name of nothing, or of a directory without recordings. */
export async function recordingsIn(
  given: readonly string[],
  { out, ending }: { readonly out: string; readonly ending: string },
): Promise<readonly RecordingFile[]> {
  const found: { path: string; shown: string }[] = [];
  for (const path of given) {
    const about = await stat(path).catch((cause: unknown) => {
      throw new ParleyError('FILE_UNREADABLE', `${path} is not there.`, { cause });
    });
    if (!about.isDirectory()) found.push({ path, shown: basename(path) });
    else {
      const names = await readdir(path, { recursive: true });
      const recordings = names.filter((name) => ENDINGS.includes(extname(name).toLowerCase())).toSorted();
      if (recordings.length === 0)
        throw new ParleyError('FILE_UNREADABLE', `There is no recording in ${path}.`);
      found.push(
        ...recordings.map((name) => ({ path: join(path, name), shown: relative('', name) || name })),
      );
    }
  }
  const short = ({ shown }: { shown: string }) => shown.slice(0, shown.length - extname(shown).length);
  const unique = [...new Map(found.map((file) => [file.path, file])).values()];
  return unique.map((file) => {
    // a.wav and a.mp3 are two recordings.
    const isAlone = unique.filter((other) => short(other) === short(file)).length === 1;
    return { ...file, written: join(out, `${isAlone ? short(file) : file.shown}.${ending}`) };
  });
}
