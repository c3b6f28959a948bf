import { describe, expect, it } from 'vitest';
import { createLog } from './log.ts';
import { LogWriter } from './log-writer.ts';

describe('a log whose disk is full', () => {
  /** A disk with so much room, bytes. */
  function diskWith(room: number) {
    const disk = { room, text: '' };
    const writer = new LogWriter((bytes) => {
      const taken = Math.min(disk.room, bytes.byteLength);
      if (taken === 0) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
      disk.room -= taken;
      disk.text += Buffer.from(bytes.subarray(0, taken)).toString();
      return taken;
    });
    const log = createLog({ level: 'info', transcripts: false }, writer);
    const lines = () =>
      disk.text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as object);
    return { disk, log, lines };
  }

  it('drops lines and ends nothing', () => {
    const { log } = diskWith(0);
    for (let n = 0; n < 1000; n++) log.info({ event: 'x' }, 'x');
  });

  it.each([0, 1, 150])(
    'tells how many were lost as soon as there is room, in whole lines (%i bytes)',
    (room) => {
      const { disk, log, lines } = diskWith(room);
      for (let n = 0; n < 10; n++) log.info({ event: 'full', n }, 'x');
      disk.room = 10_000;
      log.info({ event: 'room' }, 'x');
      log.info({ event: 'more' }, 'x');
      const written = lines() as { event: string; lines?: number }[];
      expect(written.slice(-3).map(({ event }) => event)).toEqual(['log.dropped', 'room', 'more']);
      const kept = written.filter(({ event }) => event === 'full').length;
      expect(written.at(-3)?.lines).toBe(10 - kept);
    },
  );
});
