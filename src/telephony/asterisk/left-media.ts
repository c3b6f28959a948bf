/** What a call in file mode had still to say when Parley died: Asterisk goes on playing it, and nobody deletes its files. */
import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Log } from '../../base/log.ts';
import type { AriPort } from './ari/ari-port.ts';
import { tolerant } from './ari/hangup-race.ts';
import { ourName } from './left-behind.ts';

export interface LeftMediaOptions {
  readonly ari: Pick<AriPort, 'stopPlayback'>;
  readonly mediaDir: string;
  /** Ids of the calls that are no more. Others may use the same directory. */
  readonly calls: readonly string[];
  readonly log: Log;
}

/** Stills what is still played of these calls and deletes the files: a file is named as its playback is. Never rejects. */
export async function deletePlayedMedia({ ari, mediaDir, calls, log }: LeftMediaOptions): Promise<void> {
  if (calls.length === 0) return;
  await tolerant(log, 'media.leftover', async () => {
    const prefixes = calls.map((call) => `${ourName(call)}-`);
    const files = (await readdir(mediaDir)).filter((file) => prefixes.some((name) => file.startsWith(name)));
    // One that waits finds no file when its turn comes, in whatever order these requests arrive.
    for (const file of files) await rm(join(mediaDir, file), { force: true });
    await Promise.all(
      files.map((file) => tolerant(log, 'media.leftover', () => ari.stopPlayback(basename(file, '.wav')))),
    );
  });
}
