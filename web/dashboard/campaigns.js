/** Calls to many: how far each campaign has come, and what may be ordered. */
import { ask, get, order } from './api.js';
import { confirmed } from './dialogs.js';
import { byId, element, setClass, setText, showList } from './dom.js';
import { ShownPage } from './shown-page.js';

/** Calls begin and end every second; a page that is looked at asks as often as that is news, ms. */
const ASK_EVERY_MS = 2000;

/** How long a file may lie in memory until the browser has taken it, ms. */
const FILE_FOR_MS = 60_000;

const OUTCOMES = {
  reached: 'reached',
  abandoned: 'heard nobody',
  machine: 'machine',
  fax: 'fax',
  silence: 'silence',
  busy: 'busy',
  noAnswer: 'no answer',
  unreachable: 'unreachable',
  refused: 'refused',
  failed: 'failed',
  unknown: 'unknown',
};

const REASONS = { abandonment: 'too many people heard nobody' };

const PILLS = {
  running: 'pill state-speaking',
  paused: 'pill bad',
  finished: 'pill good',
  cancelled: 'pill state-ended',
};

export class Campaigns extends ShownPage {
  #say;

  /** `say(text)` tells the operator what went wrong. */
  constructor(say) {
    super('campaigns', ASK_EVERY_MS);
    this.#say = say;
  }

  async load() {
    try {
      const { campaigns } = await get('campaigns');
      setText(
        byId('campaigns-told'),
        campaigns.length === 0 ? 'Nobody is being called: parley campaign run FILE.' : '',
      );
      showList(byId('campaigns-list'), campaigns.toReversed(), {
        key: ({ name }) => name,
        create: ({ name }) => this.#newRow(name),
        update: showRow,
      });
    } catch ({ message }) {
      // What is shown may be true no longer.
      byId('campaigns-list').replaceChildren();
      setText(byId('campaigns-told'), message);
    }
  }

  #newRow(name) {
    const acts = element('span', 'acts');
    for (const [what, text, className] of [
      ['pause', 'Pause', 'button'],
      ['resume', 'Resume', 'button'],
      ['cancel', 'Cancel', 'button danger'],
    ]) {
      const button = element('button', className, text);
      button.type = 'button';
      button.dataset.order = what;
      button.setAttribute('aria-label', `${text} ${name}`);
      button.addEventListener('click', () => void this.#order(name, what));
      acts.append(button);
    }
    const csv = element('button', 'plain', 'CSV');
    csv.type = 'button';
    csv.setAttribute('aria-label', `Results of ${name} as CSV`);
    csv.addEventListener('click', () => void this.#download(name));
    acts.append(csv);
    const bar = element('progress');
    bar.setAttribute('aria-label', `Done of ${name}`);
    return element(
      'li',
      '',
      element('h3', '', name),
      element('span', 'pill'),
      bar,
      element('p', 'counts'),
      element('p', 'outcomes quiet'),
      acts,
    );
  }

  async #order(name, what) {
    if (what === 'cancel' && !(await confirmed('cancel-campaign-dialog', name))) return;
    try {
      await order(`campaigns/${encodeURIComponent(name)}/${what}`);
    } catch ({ message }) {
      this.#say(message);
    }
    await this.load();
  }

  async #download(name) {
    try {
      const answer = await ask(`campaigns/${encodeURIComponent(name)}/results.csv`);
      if (!answer.ok) throw new Error(`There is no file (${answer.status}).`);
      const url = URL.createObjectURL(await answer.blob());
      const link = element('a');
      link.href = url;
      link.download = `${name}.csv`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), FILE_FOR_MS);
    } catch ({ message }) {
      this.#say(message);
    }
  }
}

function showRow(row, { state, reason, leads, outcomes, live, leftOut, calls }) {
  const all = leads.waiting + leads.calling + leads.done + leads.dropped;
  const pill = row.querySelector('.pill');
  setText(pill, reason === null ? state : `${state}: ${REASONS[reason] ?? reason}`);
  setClass(pill, PILLS[state] ?? 'pill');
  const bar = row.querySelector('progress');
  bar.max = Math.max(1, all);
  bar.value = leads.done + leads.dropped;
  const left = leftOut > 0 ? `, ${leftOut} left out` : '';
  setText(
    row.querySelector('.counts'),
    `${leads.done} of ${all} done, ${leads.waiting} waiting, ${live} being called now, ${calls} calls in all${left}`,
  );
  const told = Object.entries(outcomes).map(([outcome, count]) => `${OUTCOMES[outcome] ?? outcome} ${count}`);
  setText(row.querySelector('.outcomes'), told.join(' · '));
  const allowed = { running: ['pause', 'cancel'], paused: ['resume', 'cancel'] }[state] ?? [];
  for (const button of row.querySelectorAll('[data-order]'))
    button.hidden = !allowed.includes(button.dataset.order);
}
