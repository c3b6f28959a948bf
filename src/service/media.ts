/** What differs between the media modes: the kind of line, and who recognises its speech. */
import { EagerRecognizer } from '../speech/recognition/eager-recognizer.ts';
import { FailoverRecognizer } from '../speech/recognition/failover.ts';
import type { RecognitionFallback } from '../speech/recognition/failover.ts';
import type { Recognizer } from '../speech/recognition/recognizer.ts';
import { StreamingRecognizer } from '../speech/yandex/recognition/streaming-recognizer.ts';
import type { Clock } from '../base/clock.ts';
import { ParleyError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Settings } from '../config/settings.ts';
import type { AriPort } from '../telephony/asterisk/ari/ari-port.ts';
import { FileLine } from '../telephony/asterisk/file/file-line.ts';
import { FILE_RATE_HZ } from '../telephony/asterisk/file/file-player.ts';
import { chooseMediaMode } from '../telephony/asterisk/media-mode.ts';
import { MEDIA_FORMATS } from '../telephony/asterisk/stream/media-format.ts';
import { StreamLine } from '../telephony/asterisk/stream/stream-line.ts';
import type { SpeechDetector } from '../vad/speech-detector.ts';
import type { LineOf } from '../telephony/asterisk/switchboard.ts';
import type { ChannelPoolState } from '../speech/yandex/channel-pool.ts';
import type { Credentials } from '../speech/yandex/credentials.ts';

export interface Media {
  readonly mode: 'file' | 'stream';
  readonly lineOf: LineOf;
  readonly recognizer: Recognizer;
  /** The recognizer's connections, if it keeps any. */
  readonly channels?: () => ChannelPoolState;
}

export interface MediaParts {
  readonly settings: Settings;
  readonly ari: AriPort;
  readonly clock: Clock;
  readonly log: Log;
  /** Where answers are written in file mode, absolute. */
  readonly mediaDir: string;
  /** Recognises whole utterances, in both modes. */
  readonly short: Recognizer;
  /** Counts what is asked of a provider; `short` is counted already. */
  readonly counted: (recognizer: Recognizer) => Recognizer;
  readonly onFallback: (fallback: RecognitionFallback) => void;
  readonly credentials: Credentials;
  /** Tells speech from everything else in a call, in stream mode. */
  readonly speechDetector: (sampleRateHz: number) => SpeechDetector;
}

/** Chooses the mode and says in the log which and why. Throws MEDIA_MODE_UNAVAILABLE if this Asterisk cannot do what was asked for. */
export async function chooseMedia(parts: MediaParts): Promise<Media> {
  const { ari, settings, log } = parts;
  const { mode, why } = chooseMediaMode(await ari.info(), settings.media.mode);
  if (mode === 'none') throw new ParleyError('MEDIA_MODE_UNAVAILABLE', `MEDIA_MODE is stream, but ${why}.`);
  log.info({ event: 'media.mode', mode, why }, `Audio travels in ${mode} mode: ${why}`);
  return mode === 'file' ? fileMedia(parts) : streamMedia(parts);
}

/** The best that a line can carry, known before Asterisk is: phrases are rendered for it, and lines that carry less convert them. */
export function lineRateHz({ media }: Settings): number {
  return media.mode === 'file' ? FILE_RATE_HZ : MEDIA_FORMATS[media.format].sampleRateHz;
}

/** Whole utterances: their recognition begins before the turn's silence is over. */
function fileMedia({ ari, clock, log, mediaDir, settings, short }: MediaParts): Media {
  return {
    mode: 'file',
    lineOf: (call) => new FileLine({ ...call, ari, clock, log, mediaDir }),
    recognizer: settings.asr.eager ? new EagerRecognizer(short) : short,
  };
}

/**
 * Live audio: recognised while the caller speaks, and as a whole utterance where that fails. Who loses the media socket is served in file
 * mode for the rest of the call.
 */
function streamMedia(parts: MediaParts): Media {
  const { ari, clock, log, mediaDir, settings, short, counted, credentials, onFallback, speechDetector } =
    parts;
  const format = MEDIA_FORMATS[settings.media.format];
  const streaming = new StreamingRecognizer({ url: settings.yandex.sttGrpcUrl, credentials, clock, log });
  return {
    mode: 'stream',
    lineOf: (call, again) => {
      const detector = speechDetector(format.sampleRateHz);
      const onMediaLost = () => again(new FileLine({ ...call, ari, clock, log, mediaDir }));
      return new StreamLine({
        ...call,
        ari,
        clock,
        log,
        server: settings.ari,
        format,
        detector,
        onMediaLost,
      });
    },
    channels: () => streaming.channels,
    recognizer: new FailoverRecognizer({
      recognizers: [counted(streaming), short],
      clock,
      onFallback: (fallback) => {
        log.warn({ event: 'recognition.fallback', ...fallback }, 'another recognizer hears');
        onFallback(fallback);
      },
    }),
  };
}
