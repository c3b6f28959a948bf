/**
 * The least that is possible on this machine: no providers, no recording, nothing but Asterisk's own detection of speech, a timer for the
 * end of the turn, and a sound file that was there before. What a service adds is to be read against it.
 */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { tone } from '../../src/audio/tone.ts';
import { encodeWav } from '../../src/audio/wav.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { connectAri } from '../../src/telephony/asterisk/ari/ari.ts';
import type { Telephony } from '../support/telephony.ts';
import { SHORTEST_SPEECH_MS, SILENCE_MS } from './stand.ts';

/** As the service has it. */
const DETECTION_SILENCE_MS = 160;

/** Answers calls as long as `work` goes on. */
export async function withFloorBot<Result>(
  { ari, mediaDir }: Telephony,
  work: () => Promise<Result>,
): Promise<Result> {
  const sound = join(mediaDir, 'floor');
  await writeFile(`${sound}.wav`, encodeWav(tone(440, SHORTEST_SPEECH_MS, 8000)));
  const port = await connectAri({ ...ari, clock: systemClock, log: silentLog, random: Math.random });
  const play = async (channelId: string) => port.play(channelId, randomUUID(), `sound:${sound}`);
  const greet = async (channelId: string) => {
    await port.setVariable(channelId, 'TALK_DETECT(set)', `${DETECTION_SILENCE_MS},256`);
    await port.answer(channelId);
    await play(channelId);
  };
  port.onUnrouted(({ type, channelId }) => {
    if (type !== 'StasisStart') return;
    port.route(channelId, (event) => {
      if (event.type !== 'ChannelTalkingFinished') return;
      setTimeout(() => void play(channelId).catch(report), SILENCE_MS - DETECTION_SILENCE_MS);
    });
    void greet(channelId).catch(report);
  });
  try {
    return await work();
  } finally {
    await port.close();
    await rm(`${sound}.wav`);
  }
}

/** A call that is not answered is missed by the bench itself. */
function report(error: unknown): void {
  console.error(String(error));
}
