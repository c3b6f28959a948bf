/**
 * The least that is possible in stream mode: no providers, no turn-taking. Audio goes to a bot and back through Asterisk's media socket, and
 * a clip that was there before is played a fixed time after the caller's last loud frame.
 */
import { tone } from '../../src/audio/tone.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { clipOf } from '../../src/telephony/line.ts';
import { connectAri } from '../../src/telephony/asterisk/ari/ari.ts';
import { MEDIA_FORMATS } from '../../src/telephony/asterisk/stream/media-format.ts';
import { StreamLine } from '../../src/telephony/asterisk/stream/stream-line.ts';
import { LevelDetector } from '../../src/telephony/streaming/testing/level-detector.ts';
import type { Telephony } from '../support/telephony.ts';
import { SHORTEST_SPEECH_MS } from './stand.ts';

const FORMAT = MEDIA_FORMATS.slin16;
const CLIP = tone(440, SHORTEST_SPEECH_MS, FORMAT.sampleRateHz);
const NOBODY = { direction: 'inbound', number: '', name: '', dialled: '', bot: undefined } as const;

/** Answers calls as long as `work` goes on; each sound of a caller is answered `afterMs` after its last loud frame. */
export async function withStreamFloorBot<Result>(
  { ari: server }: Telephony,
  afterMs: number,
  work: () => Promise<Result>,
): Promise<Result> {
  const clock = systemClock;
  const ari = await connectAri({ ...server, clock, log: silentLog, random: Math.random });
  const lines = new Set<StreamLine>();
  ari.onUnrouted(({ type, channelId }) => {
    if (type !== 'StasisStart') return;
    const detector = new LevelDetector(FORMAT.sampleRateHz);
    const line = new StreamLine({
      ari,
      server,
      clock,
      log: silentLog,
      channelId,
      party: NOBODY,
      format: FORMAT,
      detector,
    });
    lines.add(line);
    const play = () => void line.player.play(clipOf(CLIP));
    line.hearing.listen({
      speechStarted: () => undefined,
      speechStopped: (_startedAtMs, endedAtMs) =>
        clock.after(Math.max(0, endedAtMs + afterMs - clock.nowMs()), play),
      digit: () => undefined,
    });
    line.answer().then(play, (error: unknown) => console.error(String(error)));
  });
  try {
    return await work();
  } finally {
    await Promise.all([...lines].map((line) => line.close()));
    await ari.close();
  }
}
