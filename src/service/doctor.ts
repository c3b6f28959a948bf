/** What the doctor tries out: each provider by itself, without breaker, failover and cache. */
import { systemClock } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';
import type { Settings } from '../config/settings.ts';
import type { DoctorPorts } from '../ops/doctor/examine.ts';
import { askAsteriskInfo } from '../telephony/asterisk/ari/ari.ts';
import { TwilioRest } from '../telephony/twilio/twilio-rest.ts';
import { chatOf, credentialsOf, recognizerOf, streamingRecognizerOf, synthesizers } from './providers.ts';

export async function connectDoctor(settings: Settings): Promise<DoctorPorts> {
  const { twilio } = settings;
  const credentials = await credentialsOf(settings);
  const { grpc, http } = synthesizers(settings, credentials, silentLog);
  const short = recognizerOf(settings, credentials);
  const streaming = streamingRecognizerOf(settings, credentials, silentLog);
  const recognizers = streaming ? [streaming, short] : [short];
  const chat = chatOf(settings, silentLog);
  return {
    ari: { info: () => askAsteriskInfo({ ...settings.ari, clock: systemClock }) },
    twilio: twilio && (() => new TwilioRest({ ...twilio, url: twilio.apiUrl, clock: systemClock }).check()),
    synthesizers: [grpc, http],
    recognizers,
    chat,
    close: async () =>
      void (await Promise.all([grpc, http, ...recognizers, chat].map((provider) => provider.close()))),
  };
}
