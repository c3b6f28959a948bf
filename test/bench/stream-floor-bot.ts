/** What `stream-floor.ts` starts: a bot that knows all beforehand. It prints a line when it answers calls, and ends by SIGTERM. */
import { tone } from '../../src/audio/tone.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { clipOf } from '../../src/telephony/line.ts';
import { connectAri } from '../../src/telephony/asterisk/ari/ari.ts';
import { MEDIA_FORMATS } from '../../src/telephony/asterisk/stream/media-format.ts';
import { StreamLine } from '../../src/telephony/asterisk/stream/stream-line.ts';
import { LevelDetector } from '../../src/telephony/streaming/testing/level-detector.ts';

/** Its only argument, as JSON. */
export interface FloorOrder {
  readonly server: {
    readonly url: string;
    readonly username: string;
    readonly password: string;
    readonly app: string;
  };
  /** A caller's last loud frame → the clip. */
  readonly afterMs: number;
}

const { server, afterMs } = JSON.parse(process.argv[2] ?? '{}') as FloorOrder;

const FORMAT = MEDIA_FORMATS.slin16;
/** As short as the shortest answer of the stand-ins, ms. */
const CLIP_MS = 400;
const CLIP = tone(440, CLIP_MS, FORMAT.sampleRateHz);
const NOBODY = { direction: 'inbound', number: '', name: '', dialled: '', bot: undefined } as const;

const clock = systemClock;
const ari = await connectAri({ ...server, clock, log: silentLog, random: Math.random });
const lines = new Set<StreamLine>();
ari.onUnrouted(({ type, channelId }) => {
  if (type !== 'StasisStart') return;
  const detector = new LevelDetector(FORMAT.sampleRateHz);
  const line = new StreamLine({
    ...{ ari, server, clock, log: silentLog, channelId, party: NOBODY, format: FORMAT, detector },
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
process.once('SIGTERM', () => {
  void (async () => {
    await Promise.allSettled([...lines].map((line) => line.close()));
    await ari.close();
    process.exit();
  })();
});
console.log('answers calls');
