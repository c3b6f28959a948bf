/** What went on in a call, to look at, and to listen to where there is sound: what was slow and why, then every turn. */
import type { Pcm } from '../../audio/pcm.ts';
import { clockText } from '../../base/time-text.ts';
import { breachesOf } from '../../timeline/breaches.ts';
import type { Breach } from '../../timeline/breaches.ts';
import type { TimelineEntry } from '../../timeline/timeline.ts';
import { turnStages, turnsOf, waitsOf } from '../../timeline/turn-stages.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { playerView } from './player-view.ts';
import { turnView } from './turn-view.ts';

export interface ReportBodyOptions {
  /** Times in ms from the call's beginning; where there is sound, from its first sample. */
  readonly timeline: readonly TimelineEntry[];
  readonly sound?: { readonly caller: Pcm; readonly bot: Pcm; readonly src: string | undefined };
}

export function reportBody({ timeline, sound }: ReportBodyOptions): Html {
  const turns = turnsOf(timeline).map((turn) => turnStages(timeline, turn));
  const breaches = breachesOf(timeline);
  const slowestMs = Math.max(
    0,
    ...turns.flatMap(({ times }) => waitsOf(times).reduce((sum, { ms }) => sum + ms, 0)),
  );
  const cards = [0, ...turns.map(({ turn }) => turn)].map((turn) =>
    turnView({ timeline, turn, slowestMs, breaches: breaches.filter((breach) => breach.turn === turn) }),
  );
  return html`${breachesView(breaches)} ${sound && playerView(sound, turns, breaches)}
    <section class="turns" aria-label="Turns">${cards}</section>`;
}

function breachesView(breaches: readonly Breach[]): Html {
  if (breaches.length === 0)
    return html`<section class="breaches is-clean" aria-label="What was slow">
      <p>Every answer, voice and pause was within its limits.</p>
    </section>`;
  return html`<section class="breaches" aria-labelledby="breaches">
    <h2 id="breaches">What went wrong <span class="count">${breaches.length}</span></h2>
    <ul>
      ${breaches.map(
        ({ severity, turn, atMs, what, why }) =>
          html`<li class="${severity}">
            <a href="#turn-${turn}" data-at="${atMs}">
              <span class="badge">${severity}</span>
              <span class="where">${turn === 0 ? 'Greeting' : `Turn ${turn}`} · ${clockText(atMs)}</span>
              <span class="what"><b>${what}</b> <span class="why">${why}</span></span>
            </a>
          </li>`,
      )}
    </ul>
  </section>`;
}
