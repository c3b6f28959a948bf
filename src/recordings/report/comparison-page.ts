/** The comparison of two calls as a page. */
import { STAGES } from '../../timeline/turn-stages.ts';
import type { TurnStages, Wait } from '../../timeline/turn-stages.ts';
import { NOTICEABLE_MS, changeOf } from './comparison.ts';
import type { ComparedTurn, Comparison, Pair } from './comparison.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { pageOf } from './page-frame.ts';
import { STAGE_NAMES } from '../../timeline/stage-names.ts';
import { durationText } from '../../base/time-text.ts';
import { waitsBar } from './waits-view.ts';

const SIDES = ['a', 'b'] as const;
type Side = (typeof SIDES)[number];

/** A whole HTML document that needs no network. */
export async function comparisonPage(comparison: Comparison): Promise<string> {
  const { a = '', b = '', turns, medianMs, interruptions } = comparison;
  const slowestMs = Math.max(
    1,
    ...turns.flatMap((turn) => SIDES.map((side) => totalOf(waitsOn(turn, side)))),
  );
  const body = html`<header class="top">
      <p class="eyebrow">Parley comparison</p>
      <h1 class="versus">
        <span><b class="side">A</b> ${a}</span>
        <span><b class="side">B</b> ${b}</span>
      </h1>
      <dl class="figures">
        ${figure('Answer, median', medianMs, durationText)} ${figure('Interruptions', interruptions, String)}
        ${figure('Turns', { a: turns.filter((turn) => turn.a).length, b: turns.filter((turn) => turn.b).length }, String)}
      </dl>
    </header>
    <main class="turns" aria-label="Turns">${turns.map((turn) => turnView(turn, slowestMs))}</main>`;
  const styles = ['turn', 'waterfall', 'transcript', 'comparison'];
  return pageOf({ title: `${a} and ${b} · Parley comparison`, body, styles });
}

function figure(label: string, { a, b }: Pair<number>, textOf: (value: number) => string): Html {
  const text = (value: number | undefined) => (value === undefined ? '–' : textOf(value));
  return html`<div>
    <dt>${label}</dt>
    <dd>${text(a)} <span class="arrow" aria-label="became">→</span> ${text(b)}</dd>
  </div>`;
}

function turnView(turn: ComparedTurn, slowestMs: number): Html {
  const change = changeOf(turn.answerMs);
  return html`<article class="turn" aria-labelledby="title-${turn.turn}">
    <header>
      <h2 id="title-${turn.turn}">Turn ${turn.turn}</h2>
      <span class="wait"
        >${change === undefined ? 'answered in one of them only' : html`<small>answer</small> ${changeView(change)}`}</span
      >
    </header>
    ${SIDES.map(
      (side) =>
        html`<div class="versus-bar">
          <b class="side">${side.toUpperCase()}</b>${waitsBar(waitsOn(turn, side), slowestMs)}
        </div>`,
    )}
    <div class="beside">${stagesTable(turn)} ${textsView(turn)}</div>
  </article>`;
}

function stagesTable({ waits, answerMs }: ComparedTurn): Html {
  const row = (label: string, look: string, pair: Pair<number>) =>
    html`<tr>
      <th scope="row"><span class="stage ${look}">${label}</span></th>
      ${SIDES.map((side) => html`<td>${pair[side] === undefined ? '–' : durationText(pair[side])}</td>`)}
      <td>${changeView(changeOf(pair))}</td>
    </tr>`;
  return html`<table class="stages">
    <thead>
      <tr>
        <th scope="col">Stage</th>
        <th scope="col">A</th>
        <th scope="col">B</th>
        <th scope="col">Change</th>
      </tr>
    </thead>
    <tbody>
      ${STAGES.map((stage) =>
        row(STAGE_NAMES[stage], stage, { a: waits.a?.get(stage), b: waits.b?.get(stage) }),
      )}
    </tbody>
    <tfoot>
      ${row('Voice to voice', '', answerMs)}
    </tfoot>
  </table>`;
}

function changeView(ms: number | undefined): Html {
  if (ms === undefined) return html`<span class="change">–</span>`;
  if (Math.abs(ms) < NOTICEABLE_MS) return html`<span class="change">same</span>`;
  return ms > 0
    ? html`<span class="change worse">+${durationText(ms)}</span>`
    : html`<span class="change better">−${durationText(-ms)}</span>`;
}

function textsView({ a, b }: ComparedTurn): Html {
  const ends = [endOf(a), endOf(b)] as const;
  const isOrdinary = ends.every((end) => end === 'spoken');
  return html`<div class="texts">
    ${textView('caller', 'Heard', a?.heard, b?.heard)} ${textView('bot', 'Said', saidIn(a), saidIn(b))}
    ${!isOrdinary && textView('', 'Ended', ...ends)}
  </div>`;
}

/** Once where both are the same. */
function textView(look: string, label: string, a: string | undefined, b: string | undefined): Html {
  const line = (sides: readonly string[], text: string | undefined) =>
    html`<p class="said ${look}">
      <span class="who">${label} ${sides.map((side) => html`<b class="side">${side}</b>`)}</span>
      <span class="words" dir="auto">${text === undefined || text === '' ? '–' : text}</span>
    </p>`;
  return a === b
    ? html`<div>${line(['A', 'B'], a)}</div>`
    : html`<div class="differs">${line(['A'], a)} ${line(['B'], b)}</div>`;
}

function saidIn(stages: TurnStages | undefined): string | undefined {
  return stages?.chunks.join(' ');
}

function endOf(stages: TurnStages | undefined): string | undefined {
  return stages && [stages.outcome ?? 'not over', ...stages.failures].join(', ');
}

function waitsOn({ waits }: ComparedTurn, side: Side): readonly Wait[] {
  return [...(waits[side] ?? [])].map(([stage, ms]) => ({ stage, ms }));
}

function totalOf(waits: readonly Wait[]): number {
  return waits.reduce((sum, { ms }) => sum + ms, 0);
}
