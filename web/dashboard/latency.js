/** How long answers take, over time: a dot an answer, and what half of the last ones, and 95 % of them, stayed below. */
import { byId, setText, svgElement } from './dom.js';
import { durationText, severityOf, timeText } from './format.js';

const SPACE = { left: 46, right: 10, top: 8, bottom: 22 };

/** The lines tell of so many answers before each point: enough for 95 % of them to mean something. */
const LAST = 20;

const MINUTE_MS = 60_000;
/** What the chart spans, ms: the shortest that holds all answers that are known. */
const SPANS_MS = [2, 5, 15, 60, 180, 720].map((minutes) => minutes * MINUTE_MS);
const TICK_EVERY_PX = 90;
const Y_STEPS_MS = [250, 500, 1000, 2000, 5000, 10_000];

/** The value that so many of the values, 0 to 1, do not exceed; undefined of none. */
export function percentile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

export class LatencyChart {
  #store;
  #place = byId('chart');

  /** `onPick(call, turn)`: somebody wants to see that turn. */
  constructor(store, onPick) {
    this.#store = store;
    new ResizeObserver(() => this.show()).observe(this.#place);
    this.#place.addEventListener('click', ({ target }) => {
      if (target.dataset.call) onPick(target.dataset.call, Number(target.dataset.turn));
    });
  }

  show() {
    const { turns, limits } = this.#store;
    const all = turns.map((turn) => ({ ...turn, atMs: Date.parse(turn.at) }));
    const [p50, p95] = [0.5, 0.95].map((share) => percentile(latenciesOf(all), share));
    setText(byId('figure-p50'), p50 === undefined ? '–' : durationText(p50));
    setText(byId('figure-p95'), p95 === undefined ? '–' : durationText(p95));
    const label =
      p50 === undefined
        ? 'No answer was measured yet'
        : `${all.length} answers: half within ${durationText(p50)}, 95 % within ${durationText(p95)}`;
    this.#place.replaceChildren(draw(all, limits, this.#place, label));
  }
}

function draw(turns, limits, { clientWidth: widthPx, clientHeight: heightPx }, label) {
  const toMs = Date.now();
  const oldest = turns[0]?.atMs ?? toMs;
  const fromMs = toMs - (SPANS_MS.find((span) => span >= toMs - oldest) ?? SPANS_MS.at(-1));
  const shown = turns.filter(({ atMs }) => atMs >= fromMs);
  const top = Math.max(1600, ...latenciesOf(shown)) * 1.08;
  const x = (ms) =>
    round(SPACE.left + ((ms - fromMs) / (toMs - fromMs)) * (widthPx - SPACE.left - SPACE.right));
  const y = (ms) => round(heightPx - SPACE.bottom - (ms / top) * (heightPx - SPACE.top - SPACE.bottom));
  const size = { width: widthPx, height: heightPx, role: 'img', 'aria-label': label };
  return svgElement(
    'svg',
    size,
    ...grid({ top, widthPx, y }),
    ...times({ fromMs, toMs, widthPx, heightPx, x }),
    ...limitLines({ limits, top, widthPx, y }),
    line('slow', rolling(shown, 0.95), x, y),
    line('median', rolling(shown, 0.5), x, y),
    ...shown.map((turn) => dot(turn, limits, x, y)),
    ...(shown.length > 0 ? [] : [nothing(widthPx, heightPx)]),
  );
}

function grid({ top, widthPx, y }) {
  const step = Y_STEPS_MS.find((ms) => top / ms <= 4.5) ?? Y_STEPS_MS.at(-1);
  const lines = Array.from({ length: Math.floor(top / step) + 1 }, (_, at) => at * step);
  return lines.flatMap((ms) => [
    svgElement('line', { class: 'grid', x1: SPACE.left, x2: widthPx - SPACE.right, y1: y(ms), y2: y(ms) }),
    svgElement(
      'text',
      { x: SPACE.left - 8, y: y(ms) + 4, 'text-anchor': 'end' },
      ms === 0 ? '0' : `${ms / 1000} s`,
    ),
  ]);
}

function times({ fromMs, toMs, widthPx, heightPx, x }) {
  const wanted = (toMs - fromMs) / Math.max(1, Math.floor(widthPx / TICK_EVERY_PX));
  const step = Math.max(1, Math.ceil(wanted / MINUTE_MS)) * MINUTE_MS;
  const first = Math.ceil(fromMs / step) * step;
  const ticks = Array.from({ length: Math.floor((toMs - first) / step) + 1 }, (_, at) => first + at * step);
  return ticks
    .filter((ms) => x(ms) < widthPx - 24)
    .map((ms) => svgElement('text', { x: x(ms), y: heightPx - 5, 'text-anchor': 'middle' }, timeText(ms)));
}

function limitLines({ limits, top, widthPx, y }) {
  const lines = [
    ['warning', limits.warningMs],
    ['critical', limits.criticalMs],
  ];
  return lines
    .filter(([, ms]) => ms < top)
    .map(([severity, ms]) =>
      svgElement('line', {
        class: `limit ${severity}`,
        x1: SPACE.left,
        x2: widthPx - SPACE.right,
        y1: y(ms),
        y2: y(ms),
      }),
    );
}

/** At each answer: of it and those before it. */
function rolling(turns, share) {
  return turns.map(({ atMs }, at) => ({
    atMs,
    ms: percentile(latenciesOf(turns.slice(Math.max(0, at - LAST + 1), at + 1)), share),
  }));
}

function line(name, points, x, y) {
  return svgElement('polyline', {
    class: `course ${name}`,
    points: points.map(({ atMs, ms }) => `${x(atMs)},${y(ms)}`).join(' '),
  });
}

function dot({ call, turn, atMs, voiceToVoiceMs: ms }, limits, x, y) {
  const title = svgElement('title', {}, `${timeText(atMs)}, turn ${turn}: ${durationText(ms)}`);
  const look = { class: `dot ${severityOf(ms, limits)}`, cx: x(atMs), cy: y(ms), r: 3.5 };
  return svgElement('circle', { ...look, 'data-call': call, 'data-turn': turn }, title);
}

function nothing(widthPx, heightPx) {
  const place = { x: widthPx / 2, y: heightPx / 2, 'text-anchor': 'middle' };
  return svgElement('text', place, 'The first answer is shown here.');
}

function latenciesOf(turns) {
  return turns.map(({ voiceToVoiceMs }) => voiceToVoiceMs);
}

function round(value) {
  return Math.round(value * 10) / 10;
}
