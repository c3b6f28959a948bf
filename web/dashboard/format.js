/** Times, money and names as people read them here. */

/** `340 ms`, `1.34 s`, `58.2 s`, `2 min 5 s`. */
export function durationText(ms) {
  if (Math.abs(ms) < 1000) return `${Math.round(ms)} ms`;
  if (Math.abs(ms) < 60_000) return `${(ms / 1000).toFixed(Math.abs(ms) < 10_000 ? 2 : 1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A place in a call, or how long it has been going on: `1:04`. */
export function clockText(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

const TIME_OF_DAY = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const TO_THE_SECOND = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

/** `14:05` */
export function timeText(epochMs) {
  return TIME_OF_DAY.format(epochMs);
}

/** `14:05:09` */
export function exactTimeText(epochMs) {
  return TO_THE_SECOND.format(epochMs);
}

const DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** `28 Nov 2026, 14:05` */
export function dayText(epochMs) {
  return DAY.format(epochMs);
}

/** Calls cost little: as many digits as it takes to see that. */
export function moneyText(amount, currency) {
  const digits = Math.abs(amount) < 1 ? 4 : 2;
  return new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    currencyDisplay: 'code',
    minimumFractionDigits: 2,
    maximumFractionDigits: digits,
  }).format(amount);
}

export function numberText({ id, number }) {
  if (id.startsWith('browser-')) return 'Browser phone';
  return number === '' ? 'number withheld' : number;
}

export const STATES = {
  ringing: 'rings',
  listening: 'bot listens',
  hearing: 'caller speaks',
  thinking: 'bot thinks',
  speaking: 'bot speaks',
  ended: 'ended',
};

/** In the place of a state, while the service is gone. */
export const NOT_KNOWN = 'not known';

export const END_CAUSES = {
  caller: 'the caller hung up',
  silence: 'the caller said nothing',
  bot: 'the bot ended it',
  goodbye: 'the caller took leave',
  tooLong: 'it took too long',
  failure: 'nothing worked',
  digit: 'the caller asked for a person',
  operator: 'the operator hung up',
  transferred: 'handed over',
  lost: 'the connection was lost',
  stopped: 'Parley was stopped',
  machine: 'an answering machine',
  fax: 'a fax machine',
  busy: 'busy',
  noAnswer: 'not answered',
  unreachable: 'not reachable',
  refused: 'refused',
  failed: 'could not be called',
};

/** How long a caller has waited, as its severity. */
export function severityOf(ms, { warningMs, criticalMs }) {
  if (ms > criticalMs) return 'critical';
  return ms > warningMs ? 'warning' : '';
}
