/** Takes new calls off Asterisk's hands and gives each to the service as a Line. */
import type { Log } from '../../base/log.ts';
import type { Line, Party } from '../line.ts';
import type { AriEvent, AriPort } from './ari-port.ts';
import { tolerant } from './hangup-race.ts';
import { deleteOrphanedRecordings } from './orphaned-recordings.ts';

export interface SwitchboardOptions {
  readonly ari: AriPort;
  readonly log: Log;
  /** Makes the line that suits the media mode; must not wait, or events of the call are missed. */
  readonly lineOf: (call: ArrivedCall) => Line;
  readonly onCall: (line: Line) => void;
}

export interface ArrivedCall {
  readonly channelId: string;
  readonly party: Party;
}

/** Asterisk names the channels that hear and speak for us so; one that nobody expects was left by a Parley that died. */
const HELPER_NAME = /^(Snoop|WebSocket)\//;

export function openSwitchboard({ ari, log, lineOf, onCall }: SwitchboardOptions): void {
  const tidyUp = () => void deleteOrphanedRecordings(ari, log);
  ari.onConnection((state) => {
    if (state === 'up') tidyUp();
  });
  tidyUp();
  ari.onUnrouted((event) => {
    if (event.type !== 'StasisStart') return;
    const { channelId } = event;
    if (HELPER_NAME.test(event.channel.name)) {
      void tolerant(log, 'switchboard.leftover', () => ari.hangup(channelId));
      return;
    }
    onCall(lineOf({ channelId, party: partyOf(event) }));
  });
}

/** The dialplan says `Stasis(app,BOT)`; a call that Parley placed itself says `Stasis(app,BOT,outbound)`. */
function partyOf(event: Extract<AriEvent, { type: 'StasisStart' }>): Party {
  const [bot, direction] = event.args;
  return {
    direction: direction === 'outbound' ? 'outbound' : 'inbound',
    number: event.channel.caller.number,
    name: event.channel.caller.name,
    dialled: event.channel.extension,
    bot: bot || undefined,
  };
}
