/** All daemons and all their calls: how each is doing, and the order to drain one. */
import { get, order } from './api.js';
import { confirmed } from './dialogs.js';
import { byId, element, setClass, setText, showList } from './dom.js';
import { ShownPage } from './shown-page.js';

/** A daemon is given up within seconds; a page that is looked at asks as often as that, ms. */
const ASK_EVERY_MS = 2000;

const PILLS = { serving: 'pill good', draining: 'pill state-speaking', gone: 'pill bad' };

export class Fleet extends ShownPage {
  #say;

  /** `say(text)` tells the operator what went wrong. */
  constructor(say) {
    super('fleet', ASK_EVERY_MS);
    this.#say = say;
  }

  async load() {
    try {
      const { degraded, daemons, calls, sums } = await get('fleet');
      setText(byId('fleet-told'), degraded.join('; '));
      const many = sums.daemons === 1 ? 'daemon' : 'daemons';
      setText(byId('fleet-sums'), `${sums.daemons} ${many}, ${sums.calls} of ${sums.maxCalls} calls`);
      showList(byId('fleet-daemons'), daemons, {
        key: ({ name }) => name,
        create: ({ name }) => this.#newDaemon(name),
        update: showDaemon,
      });
      byId('fleet-nobody').hidden = calls.length > 0;
      showList(byId('fleet-calls'), calls, { key: ({ id }) => id, create: newCall, update: showCall });
    } catch ({ message }) {
      // What is shown may be true no longer.
      for (const id of ['fleet-daemons', 'fleet-calls']) byId(id).replaceChildren();
      setText(byId('fleet-sums'), '');
      setText(byId('fleet-told'), message);
    }
  }

  #newDaemon(name) {
    const button = element('button', 'button danger', 'Drain…');
    button.type = 'button';
    button.setAttribute('aria-label', `Drain ${name}`);
    button.addEventListener('click', () => void this.#drain(name));
    const load = element('progress');
    load.setAttribute('aria-label', `Load of ${name}`);
    return element('li', '', element('h3'), element('span', 'pill'), load, element('p', 'quiet'), button);
  }

  async #drain(name) {
    if (!(await confirmed('drain-dialog', name))) return;
    try {
      await order(`fleet/${encodeURIComponent(name)}/drain`);
    } catch ({ message }) {
      this.#say(message);
    }
    await this.load();
  }
}

function showDaemon(node, daemon) {
  const { name, version, calls, maxCalls, alive, draining, heardAt, isSelf } = daemon;
  const state = alive ? (draining ? 'draining' : 'serving') : 'gone';
  setText(node.querySelector('h3'), isSelf ? `${name} (here)` : name);
  const pill = node.querySelector('.pill');
  setText(pill, state);
  setClass(pill, PILLS[state]);
  const load = node.querySelector('progress');
  load.max = Math.max(1, maxCalls);
  load.value = calls;
  const heard = Math.max(0, Math.round((Date.now() - Date.parse(heardAt)) / 1000));
  setText(node.querySelector('p'), `${calls} of ${maxCalls} calls · ${version} · heard ${heard} s ago`);
  node.querySelector('button').hidden = state !== 'serving';
}

function newCall() {
  return element('li', '', element('h3'), element('span', 'quiet'), element('p', 'quiet'));
}

function showCall(node, { id, bot, daemon, startedAt, turn }) {
  setText(node.querySelector('h3'), bot);
  setText(node.querySelector('span'), daemon);
  const since = new Date(startedAt).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  setText(node.querySelector('p'), `since ${since} · turn ${turn} · ${id}`);
}
