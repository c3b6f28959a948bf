import { readdir } from 'node:fs/promises';

/** What calls have left in an Asterisk, by name. */
export interface Leftovers {
  readonly channels: readonly string[];
  readonly bridges: readonly string[];
  /** Finished recordings, and those that are being written. */
  readonly recordings: readonly string[];
  readonly mediaFiles: readonly string[];
}

/** What a test expects to be left when its calls are over. */
export const NOTHING: Leftovers = { channels: [], bridges: [], recordings: [], mediaFiles: [] };

export function isNothing({ channels, bridges, recordings, mediaFiles }: Leftovers): boolean {
  return [channels, bridges, recordings, mediaFiles].every((names) => names.length === 0);
}

interface AriAccess {
  readonly ariUrl: string;
  readonly username: string;
  readonly password: string;
  readonly mediaDir: string;
}

export async function leftoversOf(asterisk: AriAccess): Promise<Leftovers> {
  const [channels, bridges, recordings, mediaFiles] = await Promise.all([
    names(asterisk, 'channels', 'name'),
    names(asterisk, 'bridges', 'id'),
    names(asterisk, 'recordings/stored', 'name'),
    readdir(asterisk.mediaDir, { recursive: true, withFileTypes: true }),
  ]);
  return {
    channels,
    bridges,
    recordings,
    mediaFiles: mediaFiles.filter((entry) => entry.isFile()).map((entry) => entry.name),
  };
}

async function names(asterisk: AriAccess, resource: string, key: string): Promise<readonly string[]> {
  const credentials = Buffer.from(`${asterisk.username}:${asterisk.password}`).toString('base64');
  const answer = await fetch(`${asterisk.ariUrl}/ari/${resource}`, {
    headers: { authorization: `Basic ${credentials}`, connection: 'close' },
  });
  if (!answer.ok) throw new Error(`ARI answered ${answer.status} to GET /${resource}`);
  const entries = (await answer.json()) as readonly Record<string, string>[];
  return entries.map((entry) => entry[key] ?? '');
}
