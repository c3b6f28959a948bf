/** Stream mode's signalling: how a line begins, how it ends in every state, and what it survives. */
import { expect, it } from 'vitest';
import { tone } from '../../src/audio/tone.ts';
import { findSounds, longestSilenceMs } from '../../src/lab/phone/hear.ts';
import { tonesHeard } from '../../src/lab/phone/tones.ts';
import { clipOf } from '../../src/telephony/line.ts';
import type { Clip } from '../../src/telephony/line.ts';
import { collected, describeStreamLines, LATE_MS, pause, STREAM_RATE_HZ } from '../support/stream-lines.ts';

/** A busy machine takes 300 by itself; who waited for the caller, or for a time-out, would be later than this, ms. */
const AT_ONCE_MS = 1000;

describeStreamLines('the life of a stream line', (lines) => {
  it('says its first word at once when the call has come', async () => {
    const { line, phone, stasisAtMs } = await lines().call();
    line.player.play(clipOf(tone(700, 300, STREAM_RATE_HZ)));
    const first = () => findSounds(phone.heard())[0]?.startedAtMs;
    await until(() => first() !== undefined);
    expect((first() ?? Infinity) - stasisAtMs).toBeLessThan(AT_ONCE_MS);
  });

  it('ends when the caller hangs up, whatever it is doing', async () => {
    for (const doing of ['nothing', 'speaking', 'paused', 'capturing'] as const) {
      const { line, phone } = await lines().call();
      const clip: Clip = clipOf(tone(700, 5000, STREAM_RATE_HZ));
      const playback = doing === 'nothing' ? undefined : line.player.play(clip);
      const capture = doing === 'capturing' ? line.hearing.capture(0) : undefined;
      await pause(100);
      if (doing === 'paused') await line.player.pause();
      await phone.hangup();
      await until(() => line.ended.aborted);
      expect(line.ended.reason).toMatchObject({ by: 'caller' });
      await line.close();
      if (playback) expect((await playback.finished).outcome).toBe('stopped');
      if (capture) await collected(capture.audio);
    }
  });

  it('leaves nothing behind when it is closed while the call is being answered', async () => {
    for (const afterMs of [0, 5, 10, 15, 20]) {
      const arriving = lines().next();
      const dialling = lines()
        .telephony.phone.dial('100')
        .then(
          (phone) => phone.hangup(),
          () => undefined,
        );
      const { line } = await arriving;
      const answering = line.answer().catch((error: unknown) => error);
      await pause(afterMs);
      await line.close();
      await answering;
      await dialling;
    }
  });

  it('leaves nothing behind when the caller gives up while the call is being answered', async () => {
    for (const afterMs of [1, 4, 8, 12, 16]) {
      const arriving = lines().next();
      const dialling = lines()
        .telephony.phone.dial('100', { answerWithinMs: afterMs })
        .then(
          (phone) => phone.hangup(),
          () => undefined,
        );
      const { line } = await arriving;
      const failure = await line.answer().catch((error: unknown) => error);
      if (failure !== undefined) expect(failure).toMatchObject({ code: 'LINE_ENDED' });
      await dialling;
      await until(() => line.ended.aborted);
      await line.close();
    }
  });

  it('hangs up, and hands the caller back to the dialplan', async () => {
    const first = await lines().call();
    await first.line.hangup();
    expect(await first.phone.ended).toMatchObject({ by: 'them' });
    expect(first.line.ended.reason).toMatchObject({ by: 'us' });
    const second = await lines().call();
    await second.line.transfer({ kind: 'dialplan', context: 'fallback', extension: 's', priority: 1 });
    expect(second.line.ended.reason).toMatchObject({ by: 'transferred' });
    await second.line.close();
    expect((await second.phone.ended).by).toBe('them');
  });

  it('goes on over another socket when the first dies in mid-call', async () => {
    const { line, phone } = await lines().call();
    const playback = line.player.play(clipOf(tone(600, 3000, STREAM_RATE_HZ)));
    await playback.started;
    await pause(500);
    const media = (await lines().ari.channels()).find(({ name }) => name.startsWith('WebSocket/'));
    await lines().ari.hangup(media?.id ?? '');
    expect(await playback.finished).toMatchObject({ outcome: 'heard' });
    await pause(100);
    const heard = tonesHeard(phone.heard());
    const soundedMs = heard.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
    expect(Math.abs(soundedMs - 3000)).toBeLessThan(60 + LATE_MS);
    expect(
      longestSilenceMs(phone.heard(), {
        fromMs: heard[0]?.startedAtMs ?? 0,
        toMs: heard.at(-1)?.endedAtMs ?? 0,
      }),
    ).toBeLessThan(200 + LATE_MS);
    const started = new Promise<void>((resolve) =>
      line.hearing.listen({
        speechStarted: () => resolve(),
        speechStopped: () => undefined,
        digit: () => undefined,
      }),
    );
    await phone.say(tone(440, 200, 8000));
    await started;
  });
});

async function until(isSo: () => boolean): Promise<void> {
  const untilMs = performance.now() + 3000;
  while (!isSo() && performance.now() < untilMs) await pause(5);
  expect(isSo()).toBe(true);
}
