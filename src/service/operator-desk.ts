/** What an operator sees of the whole service, and may order it to do: the rooms, as the HTTP interface wants them. */
import type { ActiveAlerts } from '../alerts/alerts.ts';
import { parleyVersion } from '../base/version.ts';
import type { BotReload } from './bot-reload.ts';
import type { Admission } from '../call/intake/admission.ts';
import type { BotChanges, BotRoster } from '../call/intake/bot-roster.ts';
import type { Reception } from '../call/intake/reception.ts';
import { alertView } from '../http/alert-view.ts';
import type { ServiceState } from '../http/contract.ts';
import type { LiveCall, OperatorPorts } from '../http/operator-ports.ts';
import type { CallLog } from '../ops/call-log.ts';
import { whyNotReady } from '../ops/readiness.ts';
import type { ServiceCampaigns } from './call-campaigns.ts';
import type { CallsOut } from '../outbound/calls-out.ts';
import type { TransferTarget } from '../telephony/transfer-target.ts';
import type { PageSocket } from '../telephony/browser/browser-line.ts';
import type { Providers } from './open-providers.ts';
import { mainTelephones } from './telephones.ts';
import type { Telephones } from './telephones.ts';

export interface OperatorDeskOptions {
  readonly calls: CallLog;
  readonly alerts: ActiveAlerts;
  readonly admission: Admission;
  readonly roster: BotRoster;
  readonly reload: BotReload;
  readonly providers: Pick<Providers, 'breakers' | 'recognition' | 'chat'>;
  readonly telephones: Pick<Telephones, 'all' | 'asterisk' | 'browser' | 'twilio'>;
  readonly reception: Reception;
  readonly callsOut: Pick<CallsOut, 'stopRinging'>;
  /** Undefined where no telephone can call. */
  readonly campaigns: Pick<ServiceCampaigns, 'drain'> | undefined;
  readonly transferTargets: ReadonlyMap<string, TransferTarget>;
  /** Whose words the page shows. */
  readonly transcripts: ServiceState['transcripts'];
  /** How long live calls may go on after an order to drain. */
  readonly drainMs: number;
}

export class OperatorDesk implements OperatorPorts {
  readonly calls: CallLog;
  readonly alerts: ActiveAlerts;
  readonly transferTargets: OperatorDeskOptions['transferTargets'];
  readonly #options: OperatorDeskOptions;
  readonly #startedAt = new Date().toISOString();

  constructor(options: OperatorDeskOptions) {
    this.#options = options;
    this.calls = options.calls;
    this.alerts = options.alerts;
    this.transferTargets = options.transferTargets;
  }

  /** Why no call could be served now; empty when one could. */
  notReady(): readonly string[] {
    const { providers, reception, telephones } = this.#options;
    const main = mainTelephones(telephones.all);
    const carriages = main.flatMap(({ connected, speech }) => (connected && speech ? [speech] : []));
    return whyNotReady({
      telephones: main,
      refusal: reception.refusal,
      synthesizers: providers.breakers,
      recognizers: carriages.flatMap((speech) => providers.recognition.watchedFor(speech)),
      chat: providers.chat,
    });
  }

  /** The ways in that people dial: whatever is wrong with one of them, another may do. */
  telephones(): Readonly<Record<string, string>> {
    const dialled = mainTelephones(this.#options.telephones.all);
    return Object.fromEntries(
      dialled.map(({ name, connected, trouble }) => [
        name,
        connected ? 'connected' : (trouble ?? 'not connected'),
      ]),
    );
  }

  liveCall(id: string): LiveCall | undefined {
    return this.#options.reception.live.find(({ line }) => line.id === id);
  }

  takePageCall(socket: PageSocket, bot: string | undefined): void {
    this.#options.telephones.browser.take(socket, bot);
  }

  drain(): void {
    // Neither rejects; who waits for the end of it stops the process.
    void this.#options.campaigns?.drain();
    void this.#options.callsOut.stopRinging();
    void this.#options.reception.drain(this.#options.drainMs);
  }

  reloadBots(): Promise<BotChanges> {
    return this.#options.reload.reload();
  }

  state(): ServiceState {
    const { admission, roster, providers, reception, telephones } = this.#options;
    const reasons = [...this.notReady()];
    const { chat } = providers;
    return {
      version: parleyVersion(),
      startedAt: this.#startedAt,
      ready: reasons.length === 0,
      reasons,
      media: telephones.asterisk?.mode ?? null,
      telephones: telephones.all.map(({ name, connected, transfers, trouble }) => ({
        name,
        transfers: [...transfers],
        connected,
        trouble: trouble ?? null,
      })),
      activeCalls: reception.live.length,
      refusal: reception.refusal ?? null,
      admission: admission.state,
      synthesizers: providers.breakers.map(({ name, state, isResting, isRefused }) => ({
        name,
        breaker: state,
        healthy: !isResting && !isRefused,
      })),
      recognizers: providers.recognition.watched.map(({ name, isFailing }) => ({
        name,
        healthy: !isFailing,
      })),
      model: { name: chat.name, state: chat.isRefused ? 'refuses' : chat.isFailing ? 'fails' : 'well' },
      transcripts: this.#options.transcripts,
      bots: [...roster.names],
      transferTargets: [...this.transferTargets.keys()],
      alerts: this.alerts.active.map(alertView),
    };
  }
}
