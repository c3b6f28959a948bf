/** Calls that have ended: looked for, found, and taken away as a file. */
import { ask, get } from './api.js';
import { byId, element, setClass, setText, showList } from './dom.js';
import { END_CAUSES, clockText, dayText, durationText, numberText, severityOf } from './format.js';
import { HistoryCall } from './history-call.js';

/** How long a file may lie in memory until the browser has taken it, ms. */
const FILE_FOR_MS = 60_000;

export class History {
  #say;
  #call;
  #limits;
  #calls = [];
  /** Where the next page begins; null if there is none. */
  #next = null;
  /** What was looked for: the next pages and the file are of that, whatever stands in the form by now. */
  #search = new URLSearchParams();
  /** An answer to an earlier search is nobody's any more. */
  #searches = 0;
  #selected;

  /** `say(text)` tells the operator what went wrong; `limits()` from when on a wait is too long. */
  constructor(say, limits) {
    this.#say = say;
    this.#limits = limits;
    this.#call = new HistoryCall(say, limits);
    const causes = Object.entries(END_CAUSES).map(([cause, text]) => {
      const option = element('option', '', text);
      option.value = cause;
      return option;
    });
    byId('history-cause').append(...causes);
    byId('history-form').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.search();
    });
    byId('history-form').addEventListener('reset', () => {
      // The fields are empty only when this event is over.
      void Promise.resolve().then(() => this.search());
    });
    byId('history-more').addEventListener('click', () => void this.#more());
    for (const format of ['csv', 'json'])
      byId(`history-${format}`).addEventListener('click', () => void this.#download(format));
  }

  /** Shows it, or takes it away with all that is played in it. */
  toggle(isShown) {
    byId('history').hidden = !isShown;
    if (isShown) void this.search();
    else this.#close();
  }

  showBots(bots) {
    showList(byId('history-bots'), bots, {
      key: (bot) => bot,
      create: () => element('option'),
      update: (option, bot) => (option.value = bot),
    });
  }

  async search() {
    this.#search = criteria(new FormData(byId('history-form')));
    this.#calls = [];
    this.#close();
    await this.#load();
  }

  async #more() {
    await this.#load(this.#next);
  }

  async #load(after) {
    const search = ++this.#searches;
    const query = new URLSearchParams(this.#search);
    if (after) query.set('after', after);
    setText(byId('history-found'), 'Looking…');
    try {
      const { calls, next, hasWords } = await get(`history?${query}`);
      if (search !== this.#searches) return;
      this.#calls = [...this.#calls, ...calls];
      this.#next = next;
      byId('history-words').disabled = !hasWords;
      byId('history-words').placeholder = hasWords ? '' : 'not kept: LOG_TRANSCRIPTS';
      this.#show();
    } catch ({ message }) {
      if (search !== this.#searches) return;
      this.#next = null;
      this.#show();
      setText(byId('history-found'), message);
    }
  }

  #show() {
    showList(byId('history-calls'), this.#calls, {
      key: ({ id }) => id,
      create: (call) => this.#newRow(call),
      update: (row, call) => this.#showRow(row, call),
    });
    const count = this.#calls.length;
    const more = this.#next === null ? '' : ' or more';
    setText(
      byId('history-found'),
      count === 0 ? 'No such calls.' : `${count}${more} ${count === 1 ? 'call' : 'calls'}`,
    );
    byId('history-more').hidden = this.#next === null;
    for (const format of ['csv', 'json']) byId(`history-${format}`).disabled = count === 0;
  }

  #newRow(call) {
    const button = element(
      'button',
      'row',
      element('span', 'number'),
      element('span', 'since'),
      element('span', 'doing', element('span', 'pill'), element('span', 'latency'), element('span', 'bot')),
    );
    button.type = 'button';
    button.addEventListener('click', () => void this.#open(call));
    return element('li', '', button);
  }

  #showRow(row, call) {
    const button = row.firstElementChild;
    const part = (name) => button.querySelector(`.${name}`);
    const { bot, endCause, failures, id, recorded, slowestMs, startedAt, endedAt } = call;
    if (this.#selected === id) button.setAttribute('aria-current', 'true');
    else button.removeAttribute('aria-current');
    setText(part('number'), numberText({ id: call.call, number: call.number }));
    setText(part('since'), dayText(Date.parse(startedAt)));
    setClass(part('pill'), `pill state-${failures > 0 ? 'failure' : 'ended'}`);
    setText(part('pill'), END_CAUSES[endCause] ?? endCause);
    setClass(part('latency'), `latency ${slowestMs === null ? '' : severityOf(slowestMs, this.#limits())}`);
    setText(part('latency'), slowestMs === null ? '' : `slowest ${durationText(slowestMs)}`);
    const lasted = clockText(Date.parse(endedAt) - Date.parse(startedAt));
    setText(part('bot'), [bot, lasted, recorded && 'recorded'].filter(Boolean).join(' · '));
  }

  async #open(call) {
    this.#selected = call.id;
    this.#show();
    await this.#call.open(call);
  }

  #close() {
    this.#selected = undefined;
    this.#call.close();
  }

  async #download(format) {
    const query = new URLSearchParams(this.#search);
    query.set('format', format);
    try {
      const answer = await ask(`history/export?${query}`);
      if (!answer.ok) throw new Error((await answer.json()).message);
      const link = element('a');
      link.href = URL.createObjectURL(await answer.blob());
      link.download = `calls.${format}`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), FILE_FOR_MS);
    } catch ({ message }) {
      this.#say(message);
    }
  }
}

/** Days are the operator's own, whole, both included. */
function criteria(form) {
  const query = new URLSearchParams();
  for (const name of ['number', 'bot', 'cause', 'words', 'slowerThanMs']) {
    const value = String(form.get(name) ?? '').trim();
    if (value !== '') query.set(name, value);
  }
  const [from, to] = [dayOf(form.get('from')), dayOf(form.get('to'))];
  if (from) query.set('from', from.toISOString());
  if (to) {
    to.setDate(to.getDate() + 1);
    query.set('to', to.toISOString());
  }
  return query;
}

function dayOf(value) {
  return value ? new Date(`${value}T00:00:00`) : undefined;
}
