/** One turn by itself, of a call that may still be going on: where its time went. What was said in it stands elsewhere. */
import { breachesOf } from '../../timeline/breaches.ts';
import type { TimelineEntry } from '../../timeline/timeline.ts';
import { turnStages, waitsOf } from '../../timeline/turn-stages.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { breachNotes, turnHeader, turnTitle, waitsView } from './turn-view.ts';
import { waterfallOf } from './waterfall.ts';
import { waterfallView } from './waterfall-view.ts';

/** Turn 0 is the greeting. */
export function turnPicture(timeline: readonly TimelineEntry[], turn: number): Html {
  const stages = turnStages(timeline, turn);
  const waits = waitsOf(stages.times);
  const waterfall = waterfallOf(timeline, turn);
  const breaches = breachesOf(timeline).filter((breach) => breach.turn === turn);
  const wholeMs = waits.reduce((sum, { ms }) => sum + ms, 0);
  return html`<article class="turn" aria-labelledby="title-${turn}">
    ${turnHeader(stages)} ${turn > 0 && waitsView(waits, wholeMs)}
    ${waterfall && waterfallView(waterfall, `Waterfall of ${turnTitle(turn).toLowerCase()}`)}
    ${breaches.length > 0 && breachNotes(breaches)}
  </article>`;
}
