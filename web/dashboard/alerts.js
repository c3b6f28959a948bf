/** What goes wrong with the service now. Read out as it comes. */
import { byId, element, setClass, setText, showList } from './dom.js';
import { isGone } from './connection.js';
import { exactTimeText } from './format.js';

const NAMES = {
  late_answers: 'Late answers',
  dead_air: 'Dead air',
  heard_otherwise: 'Heard otherwise',
  slow_first_chunk: 'Slow model',
  slow_synthesis: 'Slow synthesis',
  synthesis_fallbacks: 'Synthesis falls back',
  recognition_fallbacks: 'Recognition falls back',
  failed_fillers: 'Fillers fail',
  failed_turns: 'Failed turns',
  model_refuses: 'The model refuses the key',
  recognition_refuses: 'Recognition refuses the key',
  synthesis_refuses: 'Synthesis refuses the key',
};

const WORST_FIRST = ['critical', 'error', 'warning'];

export function showAlerts(alerts) {
  const shown = alerts.toSorted((a, b) => WORST_FIRST.indexOf(a.severity) - WORST_FIRST.indexOf(b.severity));
  showList(byId('alerts'), shown, {
    key: ({ name }) => name,
    create: () =>
      element('li', '', element('span', 'badge'), element('b'), element('span', 'why'), element('time')),
    update: (item, { name, severity, summary, since }) => {
      setClass(item, severity);
      const [badge, title, why, time] = item.children;
      setText(badge, severity);
      setText(title, NAMES[name] ?? name);
      setText(why, summary);
      setText(time, `since ${exactTimeText(Date.parse(since))}`);
    },
  });
  byId('no-alerts').hidden = alerts.length > 0 || isGone();
}
