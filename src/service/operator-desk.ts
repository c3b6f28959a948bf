/** What an operator sees of the whole service, and may order it to do: the rooms, as the HTTP interface wants them. */
import type { ActiveAlerts } from '../alerts/alerts.ts';
import type { WatchedRecognizer } from '../speech/recognition/watched.ts';
import { parleyVersion } from '../base/version.ts';
import type { BotReload } from './bot-reload.ts';
import type { Admission } from '../call/intake/admission.ts';
import type { BotChanges, BotDesk } from '../call/intake/bot-desk.ts';
import type { Reception } from '../call/intake/reception.ts';
import { alertView } from '../http/alert-view.ts';
import type { ServiceState } from '../http/contract.ts';
import type { LiveCall, OperatorPorts } from '../http/operator-ports.ts';
import type { Media } from './media.ts';
import type { CallLog } from '../ops/call-log.ts';
import { whyNotReady } from '../ops/readiness.ts';
import type { PageSocket } from '../telephony/browser/browser-line.ts';
import type { BreakerSynthesizer } from '../speech/synthesis/breaker.ts';

export interface OperatorDeskOptions {
  readonly calls: CallLog;
  readonly alerts: ActiveAlerts;
  readonly admission: Admission;
  readonly desk: BotDesk;
  readonly reload: BotReload;
  /** Each speaks by itself. */
  readonly synthesizers: readonly BreakerSynthesizer[];
  /** Each hears by itself. Grows until calls are served. */
  readonly recognizers: readonly WatchedRecognizer[];
  /** How long live calls may go on after an order to drain. */
  readonly drainMs: number;
}

/** What there is only once Asterisk has been there. */
export interface Serving {
  readonly ari: { readonly connected: boolean };
  readonly reception: Reception;
  readonly mode: Media['mode'];
  readonly takePageCall: OperatorPorts['takePageCall'];
}

/** A WebSocket's close code (IANA): as 503. */
const TRY_AGAIN_LATER = 1013;

export class OperatorDesk implements OperatorPorts {
  readonly calls: CallLog;
  readonly alerts: ActiveAlerts;
  readonly #options: OperatorDeskOptions;
  readonly #startedAt = new Date().toISOString();
  #serving: Serving | undefined;
  #isDraining = false;

  constructor(options: OperatorDeskOptions) {
    this.#options = options;
    this.calls = options.calls;
    this.alerts = options.alerts;
  }

  /** From now on calls are served. */
  open(serving: Serving): void {
    this.#serving = serving;
    if (this.#isDraining) this.drain();
  }

  /** Why no call could be served now; empty when one could. */
  notReady(): readonly string[] {
    if (!this.#serving) return ['Asterisk has not been there yet'];
    const { ari, reception } = this.#serving;
    const { synthesizers, recognizers } = this.#options;
    return whyNotReady({
      ariConnected: ari.connected,
      refusal: reception.refusal,
      synthesizers,
      recognizers,
    });
  }

  liveCall(id: string): LiveCall | undefined {
    return this.#serving?.reception.live.find(({ line }) => line.id === id);
  }

  takePageCall(socket: PageSocket, bot: string | undefined): void {
    if (this.#serving) this.#serving.takePageCall(socket, bot);
    else socket.close(TRY_AGAIN_LATER);
  }

  drain(): void {
    this.#isDraining = true;
    // Never rejects; who waits for the end of it stops the process.
    void this.#serving?.reception.drain(this.#options.drainMs);
  }

  reloadBots(): Promise<BotChanges> {
    return this.#options.reload.reload();
  }

  state(): ServiceState {
    const { admission, desk, synthesizers, recognizers } = this.#options;
    const reasons = [...this.notReady()];
    return {
      version: parleyVersion(),
      startedAt: this.#startedAt,
      ready: reasons.length === 0,
      reasons,
      media: this.#serving?.mode ?? null,
      activeCalls: this.#serving?.reception.live.length ?? 0,
      refusal: this.#serving?.reception.refusal ?? null,
      admission: admission.state,
      synthesizers: synthesizers.map(({ name, state, isResting }) => ({
        name,
        breaker: state,
        healthy: !isResting,
      })),
      recognizers: recognizers.map(({ name, isFailing }) => ({ name, healthy: !isFailing })),
      bots: [...desk.names],
      alerts: this.alerts.active.map(alertView),
    };
  }
}
