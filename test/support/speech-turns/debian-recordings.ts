/** Real recordings of people speaking, from Debian's packages for Asterisk: fetched through apt, kept in .cache, never in the repository. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Pcm } from '../../../src/audio/pcm.ts';
import { decodeWav } from '../../../src/audio/wav.ts';
import { projectRoot } from '../../../src/base/project-root.ts';

const SPOKEN = ['ru', 'en', 'es', 'fr', 'it'] as const;
export type SpokenLanguage = (typeof SPOKEN)[number];

const SOUNDS = 'usr/share/asterisk/sounds';

export interface Recording {
  readonly language: SpokenLanguage;
  /** Below the directory of its speaker, without the ending: `digits/6`. */
  readonly name: string;
  /** 8 kHz. */
  readonly pcm: Pcm;
  /** What is said, as it is written; undefined where nobody speaks, or nobody has written it down. */
  readonly words: string | undefined;
}

/** All that is no silence, in the order of their paths. Throws where apt cannot fetch them. */
export function debianRecordings(): readonly Recording[] {
  const sounds = join(
    fetched('answerer-sounds', (language) => `asterisk-core-sounds-${language}-wav`),
    SOUNDS,
  );
  const documents = fetched('sound-words', (language) => `asterisk-core-sounds-${language}`);
  const words = new Map(SPOKEN.map((language) => [language, wordsIn(documents, language)]));
  return readdirSync(sounds, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.wav') && !file.includes('/silence/'))
    .sort()
    .map((file) => {
      const language = languageOf(file);
      const name = file.slice(file.indexOf('/') + 1, -'.wav'.length);
      const pcm = decodeWav(readFileSync(join(sounds, file)));
      return { language, name, pcm, words: words.get(language)?.get(name) };
    });
}

function languageOf(file: string): SpokenLanguage {
  const language = SPOKEN.find((each) => file.startsWith(`${each}_`));
  if (!language) throw new Error(`${file} is in no language whose recordings were asked for`);
  return language;
}

/** `name: words` a line; what the speaker does not say stands in brackets. */
function wordsIn(documents: string, language: SpokenLanguage): ReadonlyMap<string, string> {
  const file = `usr/share/doc/asterisk-core-sounds-${language}/core-sounds-${language}.txt.gz`;
  const lines = gunzipSync(readFileSync(join(documents, file)))
    .toString('utf8')
    .split('\n');
  const said = lines.flatMap((line): [string, string][] => {
    const [, name, words] = /^([^\s:;]+):\s*(.*)$/u.exec(line.trim()) ?? [];
    const spoken = words?.replaceAll(/\[[^\]]*\]|\([^)]*\)|<[^>]*>/gu, '').trim();
    return name !== undefined && spoken && /[\p{L}\p{N}]/u.test(spoken) && !name.startsWith('beep')
      ? [[name, spoken]]
      : [];
  });
  return new Map(said);
}

function fetched(directory: string, packageOf: (language: SpokenLanguage) => string): string {
  const root = join(projectRoot(), '.cache', directory);
  if (existsSync(root)) return root;
  const building = `${root}.building`;
  mkdirSync(building, { recursive: true });
  try {
    execFileSync('apt-get', ['download', '--quiet', ...SPOKEN.map(packageOf)], {
      cwd: building,
      stdio: 'ignore',
    });
    for (const file of readdirSync(building).filter((name) => name.endsWith('.deb')))
      execFileSync('dpkg-deb', ['-x', join(building, file), building]);
  } catch (error) {
    throw new Error(
      `These recordings are Debian's packages ${SPOKEN.map(packageOf).join(', ')}, and apt-get could not download them. ` +
        'It takes Debian or Ubuntu, a network, and package lists (apt-get update); nothing is installed.',
      { cause: error },
    );
  }
  renameSync(building, root);
  return root;
}
