/**
 * Whether one more call can be taken. A caller who is sent on before anybody has answered loses a second; one who is taken and then
 * served badly loses the call, and spoils the others'.
 */
import { SlidingRate } from '../../base/sliding-rate.ts';
import type { Clock } from '../../base/clock.ts';
import type { ProviderUse, ShareOf } from '../../base/provider-use.ts';
import { Quota, QUOTA_WINDOW_MS } from './quota.ts';
import type { QuotaState } from './quota.ts';

/** Why a call is not taken. Stands in logs, metrics, and in the dialplan's variable PARLEY_REFUSED. */
export type RefusalReason =
  | 'draining'
  | 'too-many-calls'
  | 'event-loop-lag'
  | 'open-files'
  | 'synthesis-quota'
  | 'recognition-quota'
  /** The tenant has as many as it may have; others are taken. */
  | 'tenant-limit'
  | 'unknown-bot'
  /** Outside the hours of a bot that answers nobody then. */
  | 'closed';

export interface AdmissionSettings {
  /** Calls at once. */
  readonly maxCalls: number;
  /** Mean lag of the event loop from which on no call is taken, ms. */
  readonly maxLagMs: number;
  /** What the provider grants, requests a second. */
  readonly synthesesPerSecond: number;
  readonly recognitionsPerSecond: number;
}

/** As of the last heartbeat: a burst may go beyond it by what arrives everywhere within one. */
export interface FleetBound {
  readonly maxCalls: number;
  /** Live calls of all other daemons. */
  readonly callsElsewhere: () => number;
}

export interface AdmissionState {
  readonly lagMs: number;
  readonly maxLagMs: number;
  readonly maxCalls: number;
  readonly synthesis: QuotaState;
  readonly recognition: QuotaState;
}

/** What a call asks for on average, requests a second: a turn of eight seconds has three sentences, and two pieces of speech. */
const SYNTHESES_A_CALL = 0.4;
const RECOGNITIONS_A_CALL = 0.25;

/** Files and sockets that a call opens: its audio, the model, a request to Asterisk or for speech, what is written to disk. */
const FILES_A_CALL = 4;

/** Kept free for the calls that are live, whose connections come and go: as many as may be open to Asterisk, and as many again. */
const RESERVED_FILES = 32;

export class Admission {
  readonly #settings: AdmissionSettings;
  readonly #lagMs: () => number;
  readonly #freeFiles: () => number;
  readonly #fleet: FleetBound | undefined;
  readonly #admitted: SlidingRate;
  readonly #syntheses: Quota;
  readonly #recognitions: Quota;

  constructor(options: {
    readonly settings: AdmissionSettings;
    readonly clock: Clock;
    readonly lagMs: () => number;
    /** What may still be opened. */
    readonly freeFiles: () => number;
    /** Of several daemons together. */
    readonly fleet?: FleetBound | undefined;
    /** The whole, if not given. */
    readonly shareOf?: ShareOf | undefined;
  }) {
    const { settings, clock, lagMs, freeFiles, fleet, shareOf = (_, whole) => whole } = options;
    this.#fleet = fleet;
    this.#settings = settings;
    this.#lagMs = lagMs;
    this.#freeFiles = freeFiles;
    this.#admitted = new SlidingRate(clock, QUOTA_WINDOW_MS);
    this.#syntheses = new Quota({
      ...{ clock, limitPerSecond: settings.synthesesPerSecond, aCallPerSecond: SYNTHESES_A_CALL },
      shareOf: (whole) => shareOf('synthesis', whole),
    });
    this.#recognitions = new Quota({
      ...{ clock, limitPerSecond: settings.recognitionsPerSecond, aCallPerSecond: RECOGNITIONS_A_CALL },
      shareOf: (whole) => shareOf('recognition', whole),
    });
  }

  get state(): AdmissionState {
    const { maxCalls, maxLagMs } = this.#settings;
    return {
      lagMs: this.#lagMs(),
      maxLagMs,
      maxCalls,
      synthesis: this.#syntheses.state,
      recognition: this.#recognitions.state,
    };
  }

  /** What the calls here ask providers for, and what those will that have just come. */
  get use(): ProviderUse {
    const young = this.#admitted.count;
    return {
      synthesis: this.#syntheses.expectedPerSecond(young),
      recognition: this.#recognitions.expectedPerSecond(young),
    };
  }

  /** Why a call that came now could not be taken beside `liveCalls` others. */
  refusal(liveCalls: number): RefusalReason | undefined {
    const { maxCalls, maxLagMs } = this.#settings;
    // They have asked for little yet: what they will ask for is added to what is seen.
    const young = this.#admitted.count;
    if (liveCalls >= maxCalls) return 'too-many-calls';
    if (this.#fleet && liveCalls + this.#fleet.callsElsewhere() >= this.#fleet.maxCalls)
      return 'too-many-calls';
    if (this.#lagMs() > maxLagMs) return 'event-loop-lag';
    if (this.#freeFiles() < RESERVED_FILES + (young + 1) * FILES_A_CALL) return 'open-files';
    if (!this.#syntheses.hasRoom(young)) return 'synthesis-quota';
    if (!this.#recognitions.hasRoom(young)) return 'recognition-quota';
    return undefined;
  }

  admitted(): void {
    this.#admitted.note();
  }

  /** A request goes to the synthesizer's provider. */
  synthesis(): void {
    this.#syntheses.used();
  }

  recognition(): void {
    this.#recognitions.used();
  }
}
