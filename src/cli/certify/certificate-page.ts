/** A certificate as a page: what was tried, what was heard, and what is not good enough. */
import { durationText } from '../../base/time-text.ts';
import type { Certificate } from '../../lab/certify/certify.ts';
import type { Verdict } from '../../lab/certify/verdict.ts';
import { html } from '../../recordings/report/html.ts';
import type { Html } from '../../recordings/report/html.ts';
import { pageOf } from '../../recordings/report/page-frame.ts';
import { COLUMNS, cellsOf, endedEarly, whatToDo } from './certificate-table.ts';

/** A whole HTML document that needs no network. */
export async function certificatePage(certificate: Certificate): Promise<string> {
  const { failure, limits, ok, target, verdicts } = certificate;
  const good = verdicts.filter(({ complaints }) => complaints.length === 0).length;
  const body = html`<header class="top">
      <p class="eyebrow">Parley certificate</p>
      <h1>${target}</h1>
      <dl class="figures">
        ${figure('Certified', ok ? 'yes' : 'no')}
        ${figure('Good situations', `${good} of ${verdicts.length}`)}
        ${figure('Answers within', durationText(limits.voiceToVoiceMs))}
        ${figure('Gives way within', durationText(limits.bargeInMs))}
        ${figure('Silent for at most', durationText(limits.deadAirMs))}
      </dl>
      ${failure !== null && html`<p class="change worse">${endedEarly(failure)}</p>`}
      ${whatToDo(certificate).map((advice) => html`<p class="change">${advice}</p>`)}
    </header>
    <main class="turns" aria-label="Situations">${verdicts.map(verdictView)}</main>`;
  return pageOf({ title: `${target} · Parley certificate`, body, styles: ['turn', 'comparison'] });
}

function verdictView(verdict: Verdict, at: number): Html {
  const { about, complaints, situation } = verdict;
  const cells = cellsOf(verdict);
  return html`<article class="turn" aria-labelledby="situation-${String(at)}">
    <header>
      <h2 id="situation-${String(at)}">${situation} <small>${about}</small></h2>
      <span class="wait"><small>${complaints.length === 0 ? 'good' : 'not good'}</small></span>
    </header>
    ${
      complaints.length > 0 &&
      html`<ul class="faults">
        ${complaints.map((complaint) => html`<li class="change worse">${complaint}</li>`)}
      </ul>`
    }
    <dl class="figures">
      ${COLUMNS.flatMap((column, index) => (cells[index] === '–' ? [] : [figure(column, cells[index] ?? '')]))}
    </dl>
  </article>`;
}

function figure(label: string, value: string): Html {
  return html`<div>
    <dt>${label}</dt>
    <dd>${value}</dd>
  </div>`;
}
