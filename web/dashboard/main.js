/** The dashboard: what it knows, what tells it, and what shows it. */
import { showAlerts } from './alerts.js';
import { get, useTokensFrom } from './api.js';
import { CallPanel } from './call.js';
import { CallList } from './calls.js';
import { Campaigns } from './campaigns.js';
import { isGone, showConnection } from './connection.js';
import { askForToken } from './dialogs.js';
import { atMostEvery, byId, setText } from './dom.js';
import { listen } from './events.js';
import { Fleet } from './fleet.js';
import { moneyText } from './format.js';
import { showDisconnected, showHealth } from './health.js';
import { History } from './history.js';
import { LatencyChart } from './latency.js';
import { Phone } from './phone.js';
import { Store } from './store.js';

/** How often the service is asked how it is doing, ms. Calls and alerts are told as they happen. */
const ASK_EVERY_MS = 5000;
/** A service that is well answers in a few; this one is gone, ms. */
const ANSWER_WITHIN_MS = 4000;
/** Clocks of calls show seconds. */
const TICK_MS = 1000;
/** Answers are asked for at most so often, ms. */
const TURNS_EVERY_MS = 2000;
/** The list is gone through at most so often, ms: two hundred calls tell of hundreds of events a second. */
const LIST_EVERY_MS = 100;
/** A message is gone after this, ms: time to read a sentence twice. */
const TOAST_MS = 6000;
/** Up to this width the call stands below the list, px; as in board.css. */
const NARROW = matchMedia('(max-width: 960px)');

const store = new Store();
const alerts = new Map();
const list = new CallList(store, (id) => void open(id));
const panel = new CallPanel(store, toast);
const chart = new LatencyChart(store, (id, turn) => void open(id, turn));
const campaigns = new Campaigns(toast);
const fleet = new Fleet(toast);
const ended = new History(toast, () => store.limits);
const phone = new Phone((id) => void show(id));

useTokensFrom(askForToken);

/** Whoever looks at a call that is over is not torn away from it by the next one. */
let followsCalls = true;

async function show(id, turn) {
  followsCalls = store.live.some((call) => call.id === id);
  await panel.open(id, turn);
  list.show();
}

/** Somebody has asked for it: where it stands out of sight, they are taken there. */
async function open(id, turn) {
  await show(id, turn);
  if (!NARROW.matches) return;
  byId('call').focus({ preventScroll: true });
  byId('call').scrollIntoView({ block: 'start' });
}

let toastTimer;

function toast(text) {
  clearTimeout(toastTimer);
  setText(byId('toast'), text);
  toastTimer = setTimeout(() => setText(byId('toast'), ''), TOAST_MS);
}

const loadTurns = atMostEvery(TURNS_EVERY_MS, async () => {
  await store.loadTurns().catch(() => undefined);
  chart.show();
  list.show();
  panel.show();
});

/** A service that answers with an error is there. */
async function askState() {
  try {
    return {
      state: await get('service', { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }),
      isSilent: false,
    };
  } catch (error) {
    return { isSilent: error instanceof TypeError || error.name === 'TimeoutError' };
  }
}

async function loadState() {
  if (document.hidden) return;
  const { state, isSilent } = await askState();
  // Events tell sooner of an end, but not of a machine that has vanished or stands still.
  if (isSilent) return events.reconnect();
  if (!state || isGone()) return;
  showHealth(state);
  store.transcripts = state.transcripts;
  phone.showBots(state.bots);
  ended.showBots(state.bots);
  panel.showTargets(state.transferTargets);
  alerts.clear();
  for (const alert of state.alerts) alerts.set(alert.name, alert);
  showAlerts([...alerts.values()]);
  chart.show();
}

const showCalls = atMostEvery(LIST_EVERY_MS, () => {
  const { live, past } = store;
  setText(byId('figure-live'), isGone() ? '–' : String(live.length));
  const costs = past.flatMap(({ cost }) => cost ?? []);
  byId('cost').hidden = costs.length === 0;
  if (costs.length > 0) {
    const total = costs.reduce((sum, cost) => sum + cost.total, 0);
    setText(byId('figure-cost'), moneyText(total / costs.length, costs[0].currency));
  }
  list.show();
});

/** Whoever opens the page sees a call that goes on, if there is one. */
function pickFirst() {
  const first = store.call ?? store.live[0] ?? store.past[0];
  if (first) void panel.open(first.id).then(() => list.show());
}

const EVENTS = {
  calls(all) {
    store.tellAll(all);
    store.turns = [];
    loadTurns();
    void loadState();
    pickFirst();
    void store.loadSome().then(showCalls);
  },
  'call.began'(call) {
    store.tell(call);
    const isBusy = store.call !== undefined && store.call.state !== 'ended';
    if (followsCalls && !isBusy) void panel.open(call.id);
  },
  'call.changed'(call) {
    store.tell(call);
    if (call.id === store.selected) panel.show();
  },
  'call.ended'(call) {
    store.tell(call);
    if (call.id === store.selected) panel.happened('call.ended');
  },
  entry({ call, entry }) {
    store.tellEntry(call, entry);
    if (call === store.selected) panel.happened(entry.type);
    if (entry.type === 'playback.started' && entry.kind === 'answer') loadTurns();
  },
};

for (const name of ['alert.raised', 'alert.changed', 'alert.cleared'])
  EVENTS[name] = (alert) => {
    if (name === 'alert.cleared') alerts.delete(alert.name);
    else alerts.set(alert.name, alert);
    showAlerts([...alerts.values()]);
  };

const VIEWS = ['live', 'history', 'campaigns', 'fleet'];

/** The address says which of them is shown, so that it can be kept and gone back to. */
function showView() {
  const isReport = location.hash.startsWith('#turn-');
  if (isReport) return;
  const shown = VIEWS.find((view) => location.hash === `#${view}`) ?? 'live';
  ended.toggle(shown === 'history');
  campaigns.toggle(shown === 'campaigns');
  fleet.toggle(shown === 'fleet');
  byId('board').hidden = shown !== 'live';
  for (const view of VIEWS) {
    if (view === shown) byId(`view-${view}`).setAttribute('aria-current', 'page');
    else byId(`view-${view}`).removeAttribute('aria-current');
  }
}

byId('view-live').addEventListener('click', () => (location.hash = '#calls'));
byId('view-history').addEventListener('click', () => (location.hash = '#history'));
byId('view-campaigns').addEventListener('click', () => (location.hash = '#campaigns'));
byId('view-fleet').addEventListener('click', () => (location.hash = '#fleet'));
addEventListener('hashchange', showView);
if (VIEWS.some((view) => location.hash === `#${view}`)) showView();

setInterval(() => void loadState(), ASK_EVERY_MS);
setInterval(() => {
  list.show();
  panel.show();
}, TICK_MS);
document.addEventListener('visibilitychange', () => void loadState());
panel.show();

function disconnected() {
  if (!isGone()) showConnection(Date.now());
  showDisconnected();
  showAlerts([...alerts.values()]);
  showCalls();
  panel.show();
}

const events = listen({
  onEvent(name, data) {
    EVENTS[name]?.(data);
    showCalls();
  },
  onConnected(isConnected) {
    if (!isConnected) return disconnected();
    showConnection(undefined);
    void loadState();
  },
});
