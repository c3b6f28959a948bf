/** One call as it happens: what is said, where the time of its turns goes, and orders to it. */
import { get, getText, order } from './api.js';
import { earView } from './call-ear.js';
import { isGone } from './connection.js';
import { lengthOf } from './calls.js';
import { askFor, confirmed } from './dialogs.js';
import { atMostEvery, byId, element, setClass, setText, showList } from './dom.js';
import {
  END_CAUSES,
  NOT_KNOWN,
  STATES,
  clockText,
  durationText,
  exactTimeText,
  moneyText,
  numberText,
  severityOf,
} from './format.js';

/** While a turn goes on its picture is drawn anew this often, ms. */
const REDRAW_MS = 700;

/** Whoever has scrolled up by less still wants to see what comes, px. */
const NEAR_THE_END_PX = 40;

export class CallPanel {
  #store;
  #say;
  /** The turn that somebody wants to see; otherwise the last one. */
  #picked;
  #pictured = '';
  #redraw = atMostEvery(REDRAW_MS, () => this.#drawTurn());

  /** `say(text)` tells the operator what became of an order. */
  constructor(store, say) {
    this.#store = store;
    this.#say = say;
    byId('hangup').addEventListener('click', () => void this.#hangUp());
    byId('say').addEventListener('click', () => void this.#sayWords());
    byId('transfer').addEventListener('click', () => void this.#transfer());
    byId('transfer-targets').addEventListener('change', choosePlace);
    byId('transfer-dialog')
      .querySelector('form')
      .addEventListener('reset', () => setTimeout(choosePlace));
  }

  /** Shows a call, and one of its turns if it is named. */
  async open(id, turn) {
    this.#store.selected = id;
    this.#picked = turn;
    this.#pictured = '';
    await this.#store.load(id).catch(({ message }) => this.#say(message));
    this.show();
    this.#scrollToEnd();
    this.#redraw();
    await this.#showEar();
  }

  /** Something has happened in the call that is shown. */
  happened(type) {
    this.show();
    if (type !== 'recognition.partial') this.#redraw();
    if (type === 'turn.over' || type === 'call.ended') void this.#showEar();
  }

  show() {
    const { call } = this.#store;
    byId('no-call').hidden = call !== undefined;
    byId('call-body').hidden = call === undefined;
    if (!call) return;
    this.#showHead(call);
    const transcript = this.#store.transcriptOf(call.id);
    if (!transcript) return;
    this.#showLines(transcript);
    this.#showTurns(call, transcript);
  }

  #showHead(call) {
    const isOver = call.state === 'ended';
    setText(byId('call-number'), numberText(call));
    setClass(byId('call-state'), `pill state-${call.state}`);
    setText(byId('call-state'), isGone() && !isOver ? NOT_KNOWN : STATES[call.state]);
    const facts = [
      call.direction === 'outbound' && 'called by Parley',
      `bot ${call.bot}`,
      `${isOver ? 'lasted' : 'for'} ${clockText(lengthOf(call))}`,
      `since ${exactTimeText(Date.parse(call.startedAt))}`,
      isOver && (END_CAUSES[call.endCause] ?? call.endCause),
    ];
    setText(byId('call-facts'), facts.filter(Boolean).join(' · '));
    byId('orders').hidden = isOver;
    byId('call-cost').hidden = !call.cost;
    if (call.cost) setText(byId('call-cost'), costText(call.cost));
    this.#showMasked(call);
  }

  /** Says why words are masked, and how to see them. */
  #showMasked({ id }) {
    const isFromPage = id.startsWith('browser-');
    byId('call-masked').hidden = this.#store.transcripts !== 'own';
    setText(
      byId('call-masked'),
      isFromPage
        ? 'A call from a page is shown as it was said. Words and numbers of other callers are masked.'
        : 'Words and numbers are masked to protect the caller: HTTP_TRANSCRIPTS=all in Parley’s settings shows them here.',
    );
  }

  #showLines({ lines }) {
    const list = byId('transcript');
    const wasAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_THE_END_PX;
    showList(list, lines, { key: ({ key }) => key, create: newLine, update: showLine });
    if (wasAtEnd) this.#scrollToEnd();
  }

  #scrollToEnd() {
    const list = byId('transcript');
    list.scrollTop = list.scrollHeight;
  }

  #showTurns({ id }, transcript) {
    const turns = Array.from({ length: transcript.turn + 1 }, (_, turn) => turn);
    const shown = this.#picked ?? transcript.turn;
    showList(byId('turns'), turns.toReversed(), {
      key: (turn) => turn,
      create: (turn) => this.#newTurn(turn),
      update: (item, turn) => {
        const ms = this.#store.latencyOf(id, turn);
        const button = item.firstElementChild;
        button.setAttribute('aria-pressed', String(turn === shown));
        setText(button.children[0], turn === 0 ? 'Greeting' : `Turn ${turn}`);
        setText(button.children[1], ms === undefined ? '' : durationText(ms));
        setClass(button.children[1], ms === undefined ? '' : severityOf(ms, this.#store.limits));
      },
    });
  }

  #newTurn(turn) {
    const button = element('button', 'turn-choice', element('span'), element('b'));
    button.type = 'button';
    button.addEventListener('click', () => {
      const isLast = turn === this.#store.transcriptOf(this.#store.selected)?.turn;
      this.#picked = isLast ? undefined : turn;
      this.show();
      this.#redraw();
    });
    return element('li', '', button);
  }

  /** A turn that is over is drawn once. */
  async #drawTurn() {
    const { call } = this.#store;
    const transcript = call && this.#store.transcriptOf(call.id);
    if (!transcript) return;
    const turn = this.#picked ?? transcript.turn;
    const isOver = transcript.over.has(turn) || turn < transcript.turn || call.state === 'ended';
    const name = `${call.id} ${turn} ${isOver}`;
    if (isOver && this.#pictured === name) return;
    const markup = await getText(`calls/${encodeURIComponent(call.id)}/turns/${turn}`).catch(() => '');
    if (this.#store.selected !== call.id) return;
    this.#pictured = name;
    // The service has escaped whatever came from the call; and nothing but this page's own files may run here.
    byId('picture').innerHTML = markup;
  }

  async #showEar() {
    const { selected } = this.#store;
    const detail = await get(`calls/${encodeURIComponent(selected)}`).catch(() => undefined);
    if (this.#store.selected !== selected) return;
    const shown = { isOver: detail?.state === 'ended', limits: this.#store.limits };
    byId('call-ear').replaceChildren(...earView(detail?.ear, shown));
  }

  async #hangUp() {
    const { call } = this.#store;
    if (!(await confirmed('hangup-dialog', numberText(call)))) return;
    await this.#order(call, 'hangup', {}, 'Hanging up.');
  }

  async #sayWords() {
    const { call } = this.#store;
    const words = await askFor('say-dialog', numberText(call));
    if (words) await this.#order(call, 'say', { text: words.text }, 'It will be said.');
  }

  async #transfer() {
    const { call } = this.#store;
    const { target, ...place } = (await askFor('transfer-dialog', numberText(call))) ?? {};
    if (target) await this.#order(call, 'transfer', { target }, 'Handing over.');
    else if (place.context)
      await this.#order(call, 'transfer', { ...place, priority: Number(place.priority) }, 'Handing over.');
  }

  /** Places to transfer to, by name. */
  showTargets(names) {
    const select = byId('transfer-targets').querySelector('select');
    if ([...select.options].map(({ value }) => value).join('\n') === [...names, ''].join('\n')) return;
    const elsewhere = element('option', '', 'another place…');
    elsewhere.value = '';
    select.replaceChildren(...names.map((name) => element('option', '', name)), elsewhere);
    byId('transfer-targets').hidden = names.length === 0;
    choosePlace();
  }

  async #order({ id }, what, body, done) {
    try {
      await order(`calls/${encodeURIComponent(id)}/${what}`, body);
      this.#say(done);
    } catch ({ message }) {
      this.#say(message);
    }
  }
}

/** A place is asked for only where none was chosen by its name. */
function choosePlace() {
  const isNamed = byId('transfer-targets').querySelector('select').value !== '';
  byId('transfer-place').disabled = isNamed;
  byId('transfer-place').hidden = isNamed;
}

function newLine({ who, atMs, note }) {
  const label = element('span', 'who', { caller: 'Caller', bot: 'Bot', note: '' }[who]);
  if (note) label.append(' ', element('i', '', note));
  const words = element('span', 'words');
  words.dir = 'auto';
  return element('li', '', label, element('time', '', clockText(atMs)), words);
}

function showLine(item, { who, text, isPartial, isCut }) {
  setClass(item, `line ${who} ${isPartial ? 'is-partial' : ''} ${isCut ? 'is-cut' : ''}`);
  const words = item.querySelector('.words');
  setClass(words, text === '' ? 'words nothing' : 'words');
  setText(words, text === '' ? 'nothing was understood' : text);
}

function costText({ currency, synthesis, recognition, model, total }) {
  const money = (amount) => moneyText(amount, currency);
  return `Cost ${money(total)}: voice ${money(synthesis)}, hearing ${money(recognition)}, model ${money(model)}`;
}
