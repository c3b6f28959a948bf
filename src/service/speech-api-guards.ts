/** Who looks at texts and recordings for the speech API, as the settings say. */
import type { Log } from '../base/log.ts';
import type { readSpeechApiSettings } from '../config/speech-api-settings.ts';
import { clamd } from '../speech-api/guards/clamd.ts';
import { Guard } from '../speech-api/guards/guard.ts';
import { moderation } from '../speech-api/guards/moderation.ts';

export function speechGuards(
  { guards }: Pick<ReturnType<typeof readSpeechApiSettings>, 'guards'>,
  log: Log,
): {
  readonly textGuard: Guard<string> | undefined;
  readonly fileGuard: Guard<Uint8Array> | undefined;
} {
  const { moderation: service, antivirus } = guards;
  return {
    textGuard:
      service.url === undefined
        ? undefined
        : new Guard({
            name: 'moderation',
            look: moderation({ url: service.url, key: service.key }),
            failing: service.failing,
            log,
          }),
    fileGuard:
      antivirus.address === undefined
        ? undefined
        : new Guard({
            name: 'antivirus',
            look: clamd(antivirus.address),
            failing: antivirus.failing,
            log,
          }),
  };
}
