/** Real recordings of people speaking, from Debian's packages for Asterisk: fetched through apt, kept in .cache, never in the repository. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Pcm } from '../../../src/audio/pcm.ts';
import { decodeWav } from '../../../src/audio/wav.ts';
import { projectRoot } from '../../../src/base/project-root.ts';

const LANGUAGES = ['ru', 'en', 'es', 'fr', 'it'];
const SOUNDS = 'usr/share/asterisk/sounds';

/** 8 kHz, in the order of their paths. Throws where apt cannot fetch them. */
export function debianVoices(): readonly Pcm[] {
  const root = join(projectRoot(), '.cache/answerer-sounds');
  if (!existsSync(root)) fetchTo(root);
  const files = readdirSync(join(root, SOUNDS), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.wav') && !file.includes('/silence/'))
    .sort()
    .map((file) => decodeWav(readFileSync(join(root, SOUNDS, file))));
}

function fetchTo(root: string): void {
  const building = `${root}.building`;
  mkdirSync(building, { recursive: true });
  const names = LANGUAGES.map((language) => `asterisk-core-sounds-${language}-wav`);
  execFileSync('apt-get', ['download', '--quiet', ...names], { cwd: building, stdio: 'ignore' });
  for (const file of readdirSync(building).filter((name) => name.endsWith('.deb')))
    execFileSync('dpkg-deb', ['-x', join(building, file), building]);
  renameSync(building, root);
}
