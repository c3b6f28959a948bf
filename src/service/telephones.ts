/** The fourth step: the ways in. A call needs any one of them. */
import { resolve } from 'node:path';
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Settings } from '../config/settings.ts';
import { AriTrace } from '../telephony/asterisk/ari/ari-trace.ts';
import { AsteriskTelephone } from '../telephony/asterisk/asterisk-telephone.ts';
import type { Ownership } from '../telephony/asterisk/held-port.ts';
import { MEDIA_FORMATS } from '../telephony/asterisk/stream/media-format.ts';
import { BrowserTelephone } from '../telephony/browser/browser-telephone.ts';
import type { OtherServers } from '../telephony/twilio/classic/other-servers.ts';
import { TwilioTelephone } from '../telephony/twilio/twilio-telephone.ts';
import type { OnArrival, Telephone } from '../telephony/telephone.ts';
import { voiceDetector } from '../vad/voice-detector.ts';
import type { ServiceHooks } from './service.ts';

export interface TelephoneParts {
  readonly settings: Settings;
  readonly log: Log;
  readonly speechDetector: ServiceHooks['speechDetector'];
  /** Ids of the calls that an earlier process has left and that nobody has gone on with. */
  readonly leftCalls: () => readonly string[];
  /** Of the fleet, if this daemon is in one. */
  readonly ownership?: Ownership | undefined;
  /** That Twilio may ask as well. */
  readonly others?: OtherServers | undefined;
  readonly onArrival: OnArrival;
  readonly onNobodyWaits: () => void;
}

export type Telephones = ReturnType<typeof makeTelephones>;

/** None of them is open yet. */
export function makeTelephones({ settings, speechDetector = voiceDetector, ...parts }: TelephoneParts) {
  const { ari, media, record } = settings;
  const clock = systemClock;
  const mediaDir = resolve(media.dir);
  const trace = record.policy.kind === 'off' ? undefined : new AriTrace(clock);
  const asterisk = settings.telephones.asterisk
    ? new AsteriskTelephone({
        ...parts,
        ari,
        mode: media.mode,
        format: MEDIA_FORMATS[media.format],
        mediaDir,
        clock,
        random: Math.random,
        speechDetector,
        trace,
        trunks: settings.outbound.trunks,
      })
    : undefined;
  const { twilio: given } = settings;
  const twilio = given && new TwilioTelephone({ ...parts, settings: given, clock, speechDetector });
  const browser = new BrowserTelephone({ ...parts, clock, speechDetector });
  const all: readonly Telephone[] = [...(asterisk ? [asterisk] : []), ...(twilio ? [twilio] : []), browser];
  return { asterisk, twilio, browser, all, trace };
}

/** Those that decide whether the service is ready: pages only where nobody could dial. */
export function mainTelephones(all: readonly Telephone[]): readonly Telephone[] {
  const dialled = all.filter(({ isFor }) => isFor === 'callers');
  return dialled.length > 0 ? dialled : all;
}

/**
 * Opens all, and resolves with the first of the main ones that calls can come over; the others are opened behind its back. Throws what
 * keeps one of the main ones from ever being opened, if it is told before that, or the signal's reason.
 */
export async function openTelephones(
  all: readonly Telephone[],
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const main = mainTelephones(all);
  let isOpen = false;
  const opened = all.map(async (telephone) => {
    try {
      await telephone.open(signal);
    } catch (error) {
      if (!isOpen && main.includes(telephone)) throw error;
      if (!signal.aborted) {
        const fields = { event: 'telephone.unusable', telephone: telephone.name, error };
        log.error(fields, 'a telephone cannot be opened');
      }
    }
  });
  await Promise.race(opened.filter((_, index) => main.includes(all[index] as Telephone)));
  isOpen = true;
}

/** Lets go of them, one after another. */
export async function closeTelephones(all: readonly Telephone[]): Promise<void> {
  for (const telephone of all) await telephone.close();
}
