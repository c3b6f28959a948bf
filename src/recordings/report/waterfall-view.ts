/** Draws a waterfall: places in percent of its time, so that it fits every width, and never less than legible. */
import { html } from './html.ts';
import type { Html } from './html.ts';
import { tickText } from '../../base/time-text.ts';
import type { Bar, Lane, Mark, Waterfall } from './waterfall.ts';

/** At least so wide is a second drawn, px; where that does not fit, the drawing scrolls. */
const MIN_PX_A_SECOND = 56;

const ROW_PX = 14;
const ROW_GAP_PX = 3;
const AXIS_PX = 18;

/** About one tick in so many pixels. */
const TICK_EVERY_PX = 80;
const TICK_STEPS_MS = [100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000];

export function waterfallView(waterfall: Waterfall, label: string): Html {
  const { fromMs, toMs, lanes } = waterfall;
  const widthPx = Math.ceil(((toMs - fromMs) / 1000) * MIN_PX_A_SECOND);
  const stepMs = TICK_STEPS_MS.find((step) => (step / 1000) * MIN_PX_A_SECOND * 2 >= TICK_EVERY_PX) ?? 60_000;
  const place = percentIn(fromMs, toMs);
  return html`<div class="falls" role="group" aria-label="${label}" tabindex="0">
    <div class="falls-grid">
      <span class="lane-name axis-name"></span>${axisView(waterfall, widthPx, stepMs)}
      ${lanes.map((lane) => laneView(lane, { waterfall, widthPx, place }))}
      <div class="falls-cover">
        <div class="head" data-head-from="${fromMs}" data-head-to="${toMs}" hidden></div>
      </div>
    </div>
  </div>`;
}

/** Where on an axis a time stands, as an SVG length. */
export function percentIn(fromMs: number, toMs: number): (atMs: number) => string {
  return (atMs) => `${round(((atMs - fromMs) / Math.max(1, toMs - fromMs)) * 100)}%`;
}

/** How a text stands at a place of the axis, 0 to 1: at its ends it must not hang over. */
export function anchorAt(place: number): 'start' | 'middle' | 'end' {
  if (place < 0.04) return 'start';
  return place > 0.96 ? 'end' : 'middle';
}

/** The round times on an axis. */
export function ticksIn(fromMs: number, toMs: number, stepMs: number): readonly number[] {
  const first = Math.ceil(fromMs / stepMs) * stepMs;
  const count = Math.max(0, Math.floor((toMs - first) / stepMs) + 1);
  return Array.from({ length: count }, (_, at) => first + at * stepMs);
}

interface Frame {
  readonly waterfall: Waterfall;
  readonly widthPx: number;
  readonly place: (atMs: number) => string;
}

function axisView({ fromMs, toMs }: Waterfall, widthPx: number, stepMs: number): Html {
  const place = percentIn(fromMs, toMs);
  return html`<svg
    class="plot axis"
    width="${widthPx}"
    height="${AXIS_PX}"
    data-from="${fromMs}"
    data-to="${toMs}"
    aria-hidden="true"
  >
    ${ticksIn(fromMs, toMs, stepMs).map(
      (atMs) =>
        html`<text x="${place(atMs)}" y="12" text-anchor="${anchorAt((atMs - fromMs) / (toMs - fromMs))}"
          >${tickText(atMs)}</text
        >`,
    )}
  </svg>`;
}

function laneView(lane: Lane, { waterfall: { fromMs, toMs }, widthPx, place }: Frame): Html {
  const heightPx = lane.rows.length * (ROW_PX + ROW_GAP_PX) + ROW_GAP_PX;
  const draw = (bar: Bar, row: number) =>
    barView({ ...bar, fromMs: Math.max(fromMs, bar.fromMs) }, row, place);
  return html`<span class="lane-name">${lane.label}</span>
    <svg
      class="plot"
      width="${widthPx}"
      height="${heightPx}"
      data-from="${fromMs}"
      data-to="${toMs}"
      aria-hidden="true"
    >
      ${lane.rows.map((bars, row) => bars.filter((bar) => bar.toMs >= fromMs).map((bar) => draw(bar, row)))}
      ${lane.marks.filter(({ atMs }) => atMs >= fromMs).map((mark) => markView(mark, place, heightPx))}
    </svg>`;
}

function barView(bar: Bar, row: number, place: (atMs: number) => string): Html {
  const width = `${round(parseFloat(place(bar.toMs)) - parseFloat(place(bar.fromMs)))}%`;
  const y = ROW_GAP_PX + row * (ROW_PX + ROW_GAP_PX);
  return html`<rect
    class="bar ${bar.look}"
    x="${place(bar.fromMs)}"
    y="${y}"
    width="${width}"
    height="${ROW_PX}"
    rx="2"
    ><title>${bar.title}</title></rect
  >`;
}

function markView({ atMs, look, title }: Mark, place: (atMs: number) => string, heightPx: number): Html {
  const x = place(atMs);
  const [y1, y2] = look === 'cut' ? [0, heightPx] : [ROW_GAP_PX + 3, ROW_GAP_PX + ROW_PX - 3];
  return html`<line class="mark ${look}" x1="${x}" x2="${x}" y1="${y1}" y2="${y2}"
    ><title>${title}</title></line
  >`;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
