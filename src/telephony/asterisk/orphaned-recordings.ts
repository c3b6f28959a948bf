/**
 * Recordings outlive what they were made for when Asterisk or Parley dies in a call: Asterisk keeps the files, and after its restart
 * lists them as stored.
 */
import type { Log } from '../../base/log.ts';
import type { AriPort } from './ari-port.ts';
import { tolerant } from './hangup-race.ts';

/** How the name of every recording of ours begins; the call's id follows, which begins with the channel's. */
export const OUR_RECORDINGS = 'parley-';

/** How the names of all recordings of this channel's callers begin. Channel ids hold characters that no file name may. */
export function recordingPrefix(channelId: string): string {
  return `${OUR_RECORDINGS}${channelId.replace(/[^\w.-]/g, '_')}-`;
}

/** Deletes Parley's recordings of channels that are no more, also those of another Parley on this Asterisk. Never rejects. */
export function deleteOrphanedRecordings(
  ari: Pick<AriPort, 'storedRecordings' | 'channels' | 'deleteRecording'>,
  log: Log,
): Promise<void> {
  return tolerant(log, 'recording.orphans', async () => {
    // In this order: a channel that is listed later may be the one of a recording that was listed before, never the other way.
    const names = (await ari.storedRecordings()).filter((name) => name.startsWith(OUR_RECORDINGS));
    if (names.length === 0) return;
    const live = (await ari.channels()).map((channel) => recordingPrefix(channel.id));
    const orphans = names.filter((name) => !live.some((prefix) => name.startsWith(prefix)));
    for (const name of orphans) {
      await tolerant(log, 'recording.orphans', () => ari.deleteRecording(name));
    }
    if (orphans.length > 0)
      log.info({ event: 'recording.orphans', deleted: orphans.length }, 'Deleted what dead calls have left');
  });
}
