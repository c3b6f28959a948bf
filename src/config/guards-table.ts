/** Of the table of settings: who looks at what the speech API is sent, before it is worked on. */
import { clamdAddress, failing, httpUrl, key } from './setting-kinds.ts';
import { optional, or } from './setting.ts';

export const GUARDS_SETTINGS = {
  SPEECH_MODERATION_URL: optional(
    httpUrl,
    'every text is posted there before it is spoken: {"text": …}, answered by {"allowed": true} or false and a reason',
  ),
  SPEECH_MODERATION_KEY: optional(key, "shown there as a bearer's token"),
  SPEECH_MODERATION_FAIL: or(
    'closed',
    failing,
    'where it does not answer, texts are refused, or spoken unseen',
  ),
  SPEECH_ANTIVIRUS_URL: optional(
    clamdAddress,
    "ClamAV's clamd, which looks at every recording before it is read: tcp://HOST:3310 or unix:PATH",
  ),
  SPEECH_ANTIVIRUS_FAIL: or(
    'closed',
    failing,
    'where it does not answer, recordings are refused, or read unseen',
  ),
} as const;
