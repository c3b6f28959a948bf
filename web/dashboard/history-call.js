/** One call that has ended: what is known of it, its turns, and its sound where it was recorded. */
import { playRecording } from './report/player.js';
import { ask, get, getText } from './api.js';
import { earView } from './call-ear.js';
import { resultView } from './call-result.js';
import { byId, element, setText } from './dom.js';
import { END_CAUSES, clockText, dayText, moneyText, numberText } from './format.js';

/** Up to this width the call stands below the list; as in history.css. */
const NARROW = matchMedia('(max-width: 960px)');

export class HistoryCall {
  #say;
  #limits;
  #id;

  /** `say(text)` tells the operator what went wrong; `limits()` from when on a wait is too long. */
  constructor(say, limits) {
    this.#say = say;
    this.#limits = limits;
  }

  async open(call) {
    this.close();
    this.#id = call.id;
    setText(byId('history-call-number'), numberText({ id: call.call, number: call.number }));
    setText(byId('history-call-facts'), factsOf(call));
    byId('history-no-call').hidden = true;
    byId('history-call-body').hidden = false;
    setText(byId('history-wait'), 'Drawing its turns…');
    const path = `history/${encodeURIComponent(call.id)}`;
    void this.#showKept(call.id, path);
    const markup = await getText(`${path}/report`).catch(({ message }) => this.#say(message));
    if (this.#id !== call.id) return;
    setText(byId('history-wait'), '');
    if (markup === undefined) return;
    // A new element for each call: what the player listens to goes with the one before.
    const report = element('div', 'report');
    // The service has escaped whatever came from the call; and nothing but this page's own files may run here.
    report.innerHTML = markup;
    byId('history-report').replaceChildren(report);
    if (report.querySelector('.player')) await this.#listen(call.id, path, report);
    if (!NARROW.matches) return;
    byId('history-call').focus({ preventScroll: true });
    byId('history-call').scrollIntoView({ block: 'start' });
  }

  /** Falls silent, and forgets the call. */
  close() {
    this.#id = undefined;
    byId('history-report').querySelector('audio')?.pause();
    byId('history-report').replaceChildren();
    byId('history-result').replaceChildren();
    byId('history-ear').replaceChildren();
    byId('history-no-call').hidden = false;
    byId('history-call-body').hidden = true;
  }

  async #showKept(id, path) {
    const detail = await get(path).catch(({ message }) => this.#say(message));
    if (this.#id !== id) return;
    byId('history-result').replaceChildren(...resultView(detail?.result));
    byId('history-ear').replaceChildren(...earView(detail?.ear, { isOver: true, limits: this.#limits() }));
  }

  /** An audio element can show no token: its address is one that needs none for a while, and is asked for anew when that is over. */
  async #listen(id, path, report) {
    const audio = report.querySelector('audio');
    let atSeconds = 0;
    const fetchAddress = async () => {
      const headers = { 'content-type': 'application/json' };
      const answer = await ask(`${path}/audio`, { method: 'POST', headers, body: '{}' });
      const told = await answer.json();
      if (!answer.ok) return this.#say(told.message);
      if (this.#id !== id) return;
      audio.src = told.url;
      audio.currentTime = atSeconds;
    };
    audio.addEventListener('error', () => {
      // Whoever has heard nothing of it yet has asked for it just now: another address would do no better.
      if (audio.currentTime === 0) return this.#say('The recording cannot be played.');
      atSeconds = audio.currentTime;
      void fetchAddress();
    });
    await fetchAddress();
    playRecording(report);
  }
}

function factsOf({ bot, cost, direction, endCause, endedAt, failures, startedAt, turns }) {
  const [startedMs, endedMs] = [startedAt, endedAt].map((time) => Date.parse(time));
  const facts = [
    direction === 'outbound' && 'called by Parley',
    `bot ${bot}`,
    dayText(startedMs),
    `lasted ${clockText(endedMs - startedMs)}`,
    `${turns} ${turns === 1 ? 'turn' : 'turns'}`,
    END_CAUSES[endCause] ?? endCause,
    failures > 0 && `${failures} ${failures === 1 ? 'failure' : 'failures'}`,
    cost && moneyText(cost.total, cost.currency),
  ];
  return facts.filter(Boolean).join(' · ');
}
