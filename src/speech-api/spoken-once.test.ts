import { describe, expect, it } from 'vitest';
import { durationMs } from '../audio/pcm.ts';
import { decodeWav } from '../audio/wav.ts';
import { systemClock } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';
import { spokenOnce } from './spoken-once.ts';
import { scriptedVendor } from './testing/served.ts';

describe('a text spoken for a command', () => {
  it('is a file that says how long it is, and leaves nobody open', async () => {
    const vendor = scriptedVendor('scripted');
    const options = { vendors: [vendor], clock: systemClock, log: silentLog };
    const spoken = await spokenOnce({ text: 'Добрый день. '.repeat(40), speed: 1, ending: 'wav' }, options);
    expect(durationMs(decodeWav(spoken.audio))).toBe(spoken.durationMs);
    expect(vendor.scripted.closed).toBe(true);
  });

  it('is refused for a file of no known format', async () => {
    const vendor = scriptedVendor('scripted');
    const options = { vendors: [vendor], clock: systemClock, log: silentLog };
    await expect(spokenOnce({ text: 'а', speed: 1, ending: 'txt' }, options)).rejects.toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
    });
    expect(vendor.scripted.closed).toBe(true);
  });
});
