/** The service as whoever starts it sees it. */
import type { ActiveAlerts } from '../alerts/alerts.ts';
import type { AdmissionState, RefusalReason } from '../call/intake/admission.ts';
import type { SpeechApiSettings } from '../config/speech-api-settings.ts';
import type { CallOut } from '../outbound/call-out.ts';
import type { BotChanges } from '../call/intake/bot-roster.ts';
import type { Timeline } from '../timeline/timeline.ts';
import type { SpeechDetector } from '../vad/speech-detector.ts';

export interface Service {
  readonly httpUrl: string;
  /** Live calls. */
  readonly activeCalls: number;
  /** Settles when every phrase has been rendered, or has failed to be; calls are answered before that. */
  readonly prepared: Promise<void>;
  /** Why a call that came now would not be taken. */
  readonly refusal: RefusalReason | undefined;
  /** What is used of what there is. */
  readonly admission: AdmissionState;
  /** What goes wrong now, and every change of that. */
  readonly alerts: ActiveAlerts;
  /** Takes no more calls and no requests to speak or to recognise, and resolves when those that there are have ended by themselves, or their time is over. */
  drain(): Promise<void>;
  /** Reads the bot profiles again. Throws BOT_PROFILE_INVALID with every fault, and everything stays as it was. */
  reloadBots(): Promise<BotChanges>;
  /** Ends every call politely, then everything else. Resolves when nothing is left behind. Idempotent. */
  stop(): Promise<void>;
  /** Sends every caller to the fallback, or hangs up, at once and without a word. */
  abandon(): Promise<void>;
}

export interface ServiceHooks {
  /** Told of each call's timeline as it begins. */
  readonly onCall?: (timeline: Timeline) => void;
  /** Ends the waiting for a telephone that is not up yet. */
  readonly signal?: AbortSignal;
  /** Answers requests of the speech API as well. */
  readonly speechApi?: SpeechApiSettings | undefined;
  /** Calls people for campaigns. */
  readonly callOut?: CallOut;
  /** Hears the callers of live lines instead of the voice detector. */
  readonly speechDetector?: (sampleRateHz: number) => SpeechDetector;
}
