/** A rehearsal as a page: each call that went wrong, word by word, and of each caller one that went well. */
import { durationText } from '../base/time-text.ts';
import { html } from '../recordings/report/html.ts';
import type { Html } from '../recordings/report/html.ts';
import { pageOf } from '../recordings/report/page-frame.ts';
import { transcriptOf } from '../recordings/report/transcript.ts';
import { byCaller, median } from './rehearsal.ts';
import type { JudgedCall, Rehearsal } from './rehearsal.ts';

/** A whole HTML document that needs no network. */
export async function rehearsalPage(rehearsal: Rehearsal): Promise<string> {
  const { bot, calls } = rehearsal;
  const good = calls.filter(isGoodCall).length;
  const answersMs = median(calls.flatMap(({ figures }) => figures.answersMs));
  const silenceMs = Math.max(0, ...calls.map(({ figures }) => figures.longestSilenceMs));
  const body = html`<header class="top">
      <p class="eyebrow">Parley rehearsal</p>
      <h1>${bot}</h1>
      <dl class="figures">
        ${figure('Good calls', `${good} of ${calls.length}`)}
        ${figure('Answer, median', answersMs === undefined ? '–' : durationText(answersMs))}
        ${figure('Longest silence', durationText(silenceMs))}
      </dl>
    </header>
    <main class="turns" aria-label="Calls">
      ${[...byCaller(rehearsal).values()].flatMap((ofOne) => shownOf(ofOne).map(callView))}
    </main>`;
  return pageOf({ title: `${bot} · Parley rehearsal`, body, styles: ['turn', 'transcript', 'comparison'] });
}

function isGoodCall({ faults }: JudgedCall): boolean {
  return faults.length === 0;
}

function shownOf(calls: readonly JudgedCall[]): readonly JudgedCall[] {
  const first = calls.find(isGoodCall);
  return calls.filter((judged) => judged === first || !isGoodCall(judged));
}

function figure(label: string, value: string): Html {
  return html`<div>
    <dt>${label}</dt>
    <dd>${value}</dd>
  </div>`;
}

function callView({ call, faults, figures }: JudgedCall): Html {
  const { caller, seed, endedBy, outcome, slots } = call;
  const id = `call-${caller.name}-${seed}`;
  const told = Object.entries(slots).map(([name, value]) => `${name}: ${value}`);
  return html`<article class="turn" aria-labelledby="${id}">
    <header>
      <h2 id="${id}">${caller.name} <small>seed ${seed}</small></h2>
      <span class="wait"
        ><small>${faults.length === 0 ? 'good' : 'not good'}</small> ${durationText(figures.lengthMs)}</span
      >
    </header>
    ${
      faults.length > 0 &&
      html`<ul class="faults">
        ${faults.map((fault) => html`<li class="change worse">${fault}</li>`)}
      </ul>`
    }
    <p>${[`ended by ${endedBy}`, outcome ?? '', ...told].filter(Boolean).join(' · ')}</p>
    <div class="texts">
      ${transcriptOf(call.timeline).map(
        ({ speaker, kind, text, isCut }) =>
          html`<p class="said ${speaker}">
            <span class="who">${speaker}${kind !== undefined && kind !== 'answer' && ` (${kind})`}</span>
            <span class="words" dir="auto">${text === '' ? '–' : text}${isCut && ' — cut'}</span>
          </p>`,
      )}
    </div>
  </article>`;
}
