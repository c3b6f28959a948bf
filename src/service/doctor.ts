/** What the doctor tries out: each provider by itself, without breaker, failover and cache. */
import { systemClock } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';
import type { Settings } from '../config/settings.ts';
import type { DoctorPorts } from '../ops/doctor/examine.ts';
import { askAsteriskInfo } from '../telephony/asterisk/ari/ari.ts';
import { TwilioRest } from '../telephony/twilio/twilio-rest.ts';
import { chatOf } from './providers.ts';
import { speechVendors } from './speech-vendors.ts';

export async function connectDoctor(settings: Settings): Promise<DoctorPorts> {
  const { twilio } = settings;
  const vendors = await speechVendors(settings, silentLog);
  const synthesizers = vendors.flatMap((vendor) => vendor.synthesizers());
  const hasStreams = settings.media.mode !== 'file';
  const recognizers = vendors.flatMap(({ streaming, whole }) =>
    [hasStreams ? streaming() : undefined, whole()].flatMap((recognizer) => recognizer ?? []),
  );
  const chat = chatOf(settings, silentLog);
  return {
    ari: { info: () => askAsteriskInfo({ ...settings.ari, clock: systemClock }) },
    twilio: twilio && (() => new TwilioRest({ ...twilio, url: twilio.apiUrl, clock: systemClock }).check()),
    synthesizers,
    recognizers,
    chat,
    close: async () =>
      void (await Promise.all([...synthesizers, ...recognizers, chat].map((provider) => provider.close()))),
  };
}
