/** For what an answer waited, as one bar of all stages. */
import type { Wait } from '../../timeline/turn-stages.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';

/** `fullMs` takes the whole width: bars of one page are drawn to one scale. */
export function waitsBar(waits: readonly Wait[], fullMs: number): Html {
  let reachedMs = 0;
  const percent = (ms: number) => `${((ms / Math.max(fullMs, 1)) * 100).toFixed(3)}%`;
  const bars = waits.map(({ stage, ms }) => {
    const x = percent(reachedMs);
    reachedMs += ms;
    return html`<rect class="bar ${stage}" x="${x}" width="${percent(ms)}" height="10" />`;
  });
  return html`<svg class="waits-bar" width="100%" height="10" aria-hidden="true">${bars}</svg>`;
}
