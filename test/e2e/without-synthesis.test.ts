/** No synthesizer has answered since the service started: callers hear a person all the same, and are handed on. */
import { expect, it } from 'vitest';
import { silentLog } from '../../src/base/log.ts';
import { startService } from '../../src/main.ts';
import { findSounds, longestSilenceMs } from '../../src/lab/phone/hear.ts';
import { describeRealTelephony } from '../support/describe-telephonies.ts';
import { MOST_SILENCE_MS } from '../support/failing.ts';
import { startSurroundings } from '../support/world.ts';

describeRealTelephony('a call that nobody can synthesize for', (kind) => {
  it('begins with the shipped apology, and goes to the fallback when the caller has asked in vain', async () => {
    const env = { DIALPLAN_FALLBACK: 'fallback,s,1' };
    const surroundings = await startSurroundings({ kind, reply: () => 'Хорошо.', env });
    const { telephony, speech, settings } = surroundings;
    await Promise.all([speech.kill('tts-grpc'), speech.kill('tts-http')]);
    const service = await startService(settings, silentLog);
    try {
      const call = await telephony.phone.dial('100');
      await expect.poll(() => findSounds(call.heard()).length, { timeout: 10_000 }).toBeGreaterThan(0);
      const [apology] = findSounds(call.heard());
      expect((apology?.startedAtMs ?? Infinity) - call.answeredAtMs).toBeLessThan(MOST_SILENCE_MS);
      await expect
        .poll(() => performance.now() - (findSounds(call.heard()).at(-1)?.endedAtMs ?? 0), {
          timeout: 10_000,
        })
        .toBeGreaterThan(400);
      const { endedAtMs } = await call.say(speech.callerTone('вы работаете'));
      expect(await call.ended).toMatchObject({ by: 'them' });
      expect(longestSilenceMs(call.heard(), { fromMs: endedAtMs })).toBeLessThan(MOST_SILENCE_MS);
    } finally {
      await service.stop();
      await surroundings.stop();
    }
  });
});
