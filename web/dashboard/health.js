/** How the service is doing: could it take a call, are its providers well, and how much of what there is is used. */
import { byId, element, setClass, setText, showList } from './dom.js';
import { exactTimeText } from './format.js';

const BREAKERS = { closed: 'well', open: 'rests', 'half-open': 'is tried again' };
const MODEL = { well: 'well', fails: 'fails', refuses: 'refuses the key' };

export function showHealth(state) {
  const { ready, reasons, synthesizers, recognizers, model, admission } = state;
  setClass(byId('ready'), `pill ${ready ? 'good' : 'bad'}`);
  setText(byId('ready'), ready ? 'takes calls' : 'takes no calls');
  byId('reasons').hidden = reasons.length === 0;
  setText(byId('reasons'), reasons.join('; '));
  const providers = [
    ...state.telephones.map(({ name, connected, trouble }) => ({
      name,
      healthy: connected,
      does: 'rings',
      state: trouble ?? 'connected',
    })),
    ...synthesizers.map(({ name, breaker, healthy }) => ({
      name,
      healthy,
      does: 'speaks',
      state: BREAKERS[breaker],
    })),
    ...recognizers.map(({ name, healthy }) => ({
      name,
      healthy,
      does: 'hears',
      state: healthy ? 'well' : 'fails',
    })),
    { name: model.name, healthy: model.state === 'well', does: 'thinks', state: MODEL[model.state] },
  ];
  showList(byId('providers'), providers, {
    key: ({ name, does }) => `${does} ${name}`,
    create: () =>
      element('li', '', element('span', 'name'), element('span', 'does'), element('span', 'pill')),
    update: (item, { name, does, state: told, healthy }) => {
      setText(item.children[0], name);
      setText(item.children[1], does);
      setClass(item.children[2], `pill ${healthy ? 'good' : 'bad'}`);
      setText(item.children[2], told);
    },
  });
  if (admission) showMeters(state.activeCalls, admission);
  const media = state.media ? ` · ${state.media} mode` : '';
  setText(
    byId('about'),
    `Version ${state.version}${media} · since ${exactTimeText(Date.parse(state.startedAt))}`,
  );
}

/** Nobody tells us anything: of nothing is it known whether it is well. */
export function showDisconnected() {
  setClass(byId('ready'), 'pill bad');
  setText(byId('ready'), 'no connection');
  byId('reasons').hidden = true;
  for (const item of byId('providers').children) setText(item.children[2], 'not known');
  for (const item of byId('meters').children) {
    setText(item.children[1], '–');
    item.children[2].firstElementChild.style.width = '0';
  }
}

function showMeters(activeCalls, { maxCalls, lagMs, maxLagMs, synthesis, recognition }) {
  const rate = (label, { perSecond, limitPerSecond }) => ({
    label,
    value: perSecond,
    most: limitPerSecond,
    unit: '/s',
  });
  const meters = [
    { label: 'Calls', value: activeCalls, most: maxCalls, unit: '' },
    rate('Syntheses', synthesis),
    rate('Recognitions', recognition),
    { label: 'Event-loop lag', value: lagMs, most: maxLagMs, unit: ' ms' },
  ];
  showList(byId('meters'), meters, {
    key: ({ label }) => label,
    create: ({ label }) =>
      element('div', '', element('dt', '', label), element('dd'), element('span', 'meter', element('i'))),
    update: (item, { value, most, unit }) => {
      setText(item.children[1], `${Math.round(value * 10) / 10} of ${most}${unit}`);
      const share = Math.min(1, value / most);
      setClass(item.children[2], `meter ${share > 0.9 ? 'full' : ''}`);
      item.children[2].firstElementChild.style.width = `${(share * 100).toFixed(1)}%`;
    },
  });
}
