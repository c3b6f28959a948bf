import { describe, expect, it } from 'vitest';
import { silentLog } from '../../base/log.ts';
import type { AriChannel, AriPort } from './ari-port.ts';
import { deleteOrphanedRecordings, recordingPrefix } from './orphaned-recordings.ts';

const LIVE = 'PBX/1.1';
const recordingOf = (channelId: string) => `${recordingPrefix(channelId)}ab12cd34-0`;

async function leftAfterTidying(stored: readonly string[]): Promise<readonly string[]> {
  const left = new Set(stored);
  const ari: Pick<AriPort, 'storedRecordings' | 'channels' | 'deleteRecording'> = {
    storedRecordings: async () => [...left],
    channels: async () => [{ id: LIVE } as AriChannel],
    deleteRecording: async (name) => void left.delete(name),
  };
  await deleteOrphanedRecordings(ari, silentLog);
  return [...left];
}

describe('recordings that a crash has left', () => {
  it('are deleted, but not those of a call that goes on', async () => {
    const live = recordingOf(LIVE);
    expect(await leftAfterTidying([recordingOf('1.10'), live, recordingOf('PBX/1.10')])).toEqual([live]);
  });

  it("are not confused with the operator's own", async () => {
    expect(await leftAfterTidying(['voicemail-7', 'my/parley-0'])).toEqual(['voicemail-7', 'my/parley-0']);
  });
});
