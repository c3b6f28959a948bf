/** The list of calls: those that are live, with what is being said, and the last ones that were. */
import { byId, element, setClass, setText, showList } from './dom.js';
import { isGone, knownUntilMs } from './connection.js';
import {
  END_CAUSES,
  NOT_KNOWN,
  STATES,
  clockText,
  durationText,
  numberText,
  severityOf,
  timeText,
} from './format.js';

/** So many past calls are shown until somebody asks for more. */
const FEW = 8;

export class CallList {
  #store;
  #onPick;
  #showsAll = false;

  /** `onPick(id)`: somebody wants to see that call. */
  constructor(store, onPick) {
    this.#store = store;
    this.#onPick = onPick;
    byId('more').addEventListener('click', () => {
      this.#showsAll = true;
      this.show();
    });
  }

  show() {
    const { live, past } = this.#store;
    const shown = this.#showsAll ? past : past.slice(0, FEW);
    const rows = {
      key: ({ id }) => id,
      create: ({ id }) => this.#newRow(id),
      update: (row, call) => this.#showRow(row, call),
    };
    showList(byId('live'), live, rows);
    showList(byId('past'), shown, rows);
    setText(byId('live-count'), isGone() ? '' : String(live.length));
    setText(byId('past-count'), String(past.length));
    byId('nobody').hidden = live.length > 0 || isGone();
    byId('more').hidden = shown.length === past.length;
  }

  #newRow(id) {
    const button = element(
      'button',
      'row',
      element('span', 'number'),
      element('span', 'since'),
      element('span', 'doing', element('span', 'pill'), element('span', 'latency'), element('span', 'bot')),
      element('span', 'saying'),
    );
    button.type = 'button';
    button.addEventListener('click', () => this.#onPick(id));
    return element('li', '', button);
  }

  #showRow(row, call) {
    const { selected, limits } = this.#store;
    const button = row.firstElementChild;
    const part = (name) => button.querySelector(`.${name}`);
    if (selected === call.id) button.setAttribute('aria-current', 'true');
    else button.removeAttribute('aria-current');
    const isOver = call.state === 'ended';
    setText(part('number'), numberText(call));
    setText(part('since'), isOver ? timeText(Date.parse(call.startedAt)) : clockText(lengthOf(call)));
    setClass(part('pill'), `pill state-${call.state}`);
    const state = isGone() ? NOT_KNOWN : STATES[call.state];
    setText(part('pill'), isOver ? (END_CAUSES[call.endCause] ?? 'ended') : state);
    const { lastLatencyMs } = call;
    setClass(part('latency'), `latency ${lastLatencyMs === null ? '' : severityOf(lastLatencyMs, limits)}`);
    setText(part('latency'), lastLatencyMs === null ? '' : durationText(lastLatencyMs));
    const bot = call.tenant === undefined ? call.bot : `${call.tenant} · ${call.bot}`;
    setText(part('bot'), isOver ? `${bot} · ${clockText(lengthOf(call))}` : bot);
    const last = isOver ? undefined : this.#store.transcriptOf(call.id)?.last;
    setClass(part('saying'), `saying ${last?.who ?? ''}`);
    setText(part('saying'), last?.text ?? '');
  }
}

export function lengthOf({ startedAt, endedAt }) {
  return (endedAt === null ? knownUntilMs() : Date.parse(endedAt)) - Date.parse(startedAt);
}
