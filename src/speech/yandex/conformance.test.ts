/** Both of SpeechKit's interfaces, each way, held to what all providers of speech are held to. */
import { systemClock } from '../../base/clock.ts';
import type { Fault, SpeechKitService } from '../../lab/simulator/speechkit/faults.ts';
import { startSpeechKitSimulator } from '../../lab/simulator/speechkit/speechkit.ts';
import type { SpeechKitSimulator } from '../../lab/simulator/speechkit/speechkit.ts';
import { conformsAsRecognizer } from '../recognition/testing/conformance.ts';
import type { Trouble as HearingTrouble } from '../recognition/testing/conformance.ts';
import { conformsAsSynthesizer } from '../synthesis/testing/conformance.ts';
import type { Trouble as SpeakingTrouble } from '../synthesis/testing/conformance.ts';
import { CHANNEL_POOL_DEFAULTS } from './channel-pool.ts';
import { ShortRecognizer } from './recognition/short-recognizer.ts';
import { StreamingRecognizer } from './recognition/streaming-recognizer.ts';
import { GrpcSynthesizer } from './synthesis/grpc-synthesizer.ts';
import { HTTP_SYNTHESIZER_DEFAULTS, HttpSynthesizer } from './synthesis/http-synthesizer.ts';

const credentials = { headers: async () => ({ authorization: 'Api-Key key' }) };
const clock = systemClock;
/** One connection, mended soon, so that no test waits for the other ones. */
const settings = { ...CHANNEL_POOL_DEFAULTS, channels: 1, connectMs: 500, retryMs: 50 };
/** Quick speech: the longest text is long. */
const tonePace = { perCharMs: 5 };

const FAULTS: Readonly<Record<Exclude<SpeakingTrouble | HearingTrouble, 'well'>, Fault>> = {
  silent: { kind: 'hung' },
  neverAnswers: { kind: 'hung' },
  stalls: { kind: 'half', audioMs: 200, then: 'hang' },
  breaksOff: { kind: 'half', audioMs: 200, then: 'error' },
  halfSample: { kind: 'garbage', as: 'oddLength' },
  quota: { kind: 'quota' },
  garbage: { kind: 'garbage', as: 'html' },
};

/** What every stage does with its server. */
function around(speechKit: SpeechKitSimulator, service: SpeechKitService, close: () => Promise<void>) {
  return {
    befall(trouble: SpeakingTrouble | HearingTrouble) {
      speechKit.faults.clear();
      if (trouble !== 'well') speechKit.faults.set(service, FAULTS[trouble]);
    },
    underWay: () => speechKit.requests.filter(({ outcome }) => outcome === 'open').length,
    kill: () => speechKit.kill(service),
    restart: () => speechKit.restart(service),
    async stop() {
      await close();
      await speechKit.stop();
    },
  };
}

conformsAsSynthesizer('yandex-grpc', async ({ deadlineMs }) => {
  const speechKit = await startSpeechKitSimulator({ tonePace });
  const provider = new GrpcSynthesizer({
    url: speechKit.ttsGrpcUrl,
    clock,
    credentials,
    settings,
    deadlineMs,
  });
  return { provider, ...around(speechKit, 'tts-grpc', () => provider.close()) };
});

conformsAsSynthesizer('yandex-http', async ({ deadlineMs }) => {
  const speechKit = await startSpeechKitSimulator({ tonePace });
  const patience = { ...HTTP_SYNTHESIZER_DEFAULTS, headersMs: deadlineMs };
  const provider = new HttpSynthesizer({ url: speechKit.ttsHttpUrl, credentials, settings: patience });
  return { provider, ...around(speechKit, 'tts-http', () => provider.close()) };
});

conformsAsRecognizer('yandex-v1', async ({ deadlineMs }) => {
  const speechKit = await startSpeechKitSimulator();
  const recognizer = new ShortRecognizer({ url: speechKit.sttHttpUrl, clock, credentials, deadlineMs });
  const speech = (text: string) => speechKit.callerTone(text);
  return { recognizer, speech, ...around(speechKit, 'stt-http', () => recognizer.close()) };
});

conformsAsRecognizer('yandex-v3', async ({ deadlineMs }) => {
  const speechKit = await startSpeechKitSimulator();
  const recognizer = new StreamingRecognizer({
    url: speechKit.sttGrpcUrl,
    clock,
    credentials,
    settings,
    finishMs: deadlineMs,
  });
  const speech = (text: string) => speechKit.callerTone(text);
  return { recognizer, speech, ...around(speechKit, 'stt-grpc', () => recognizer.close()) };
});
