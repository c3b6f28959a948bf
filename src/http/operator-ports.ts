/** What the HTTP interface needs of the service: to look at it, and to give it orders. */
import type { ActiveAlerts } from '../alerts/alerts.ts';
import type { Call } from '../call/call.ts';
import type { BotChanges } from '../call/intake/bot-roster.ts';
import type { CallLog } from '../ops/call-log.ts';
import type { PageSocket } from '../telephony/browser/browser-line.ts';
import type { TransferTarget } from '../telephony/transfer-target.ts';
import type { ServiceState } from './contract.ts';

export interface OperatorPorts {
  readonly calls: Pick<CallLog, 'live' | 'past' | 'find' | 'onNews'>;
  readonly alerts: ActiveAlerts;
  /** The live call of that id. */
  readonly liveCall: (id: string) => LiveCall | undefined;
  /** Places to transfer to, by their names. */
  readonly transferTargets: ReadonlyMap<string, TransferTarget>;
  readonly state: () => ServiceState;
  /** A page calls a bot; whether it is taken is told over the socket. */
  readonly takePageCall: (socket: PageSocket, bot: string | undefined) => void;
  /** Takes no more calls from now on. */
  readonly drain: () => void;
  /** Throws BOT_PROFILE_INVALID with every fault, and everything stays as it was. */
  readonly reloadBots: () => Promise<BotChanges>;
}

export type LiveCall = Pick<Call, 'isOver' | 'say' | 'end' | 'hasPlace' | 'transferTo'>;
