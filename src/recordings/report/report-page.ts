/** The report of one call: what it was, what was slow and why, and every turn to look at and to listen to. */
import { durationMs } from '../../audio/pcm.ts';
import { encodeStereoWav } from '../../audio/wav.ts';
import { turnStages, turnsOf } from '../../timeline/turn-stages.ts';
import type { TurnStages } from '../../timeline/turn-stages.ts';
import { median } from './comparison.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { pageOf } from './page-frame.ts';
import { reportBody } from './report-body.ts';
import type { Fact, ReportedCall } from './reported-call.ts';
import { durationText } from '../../base/time-text.ts';
import type { Look } from './waterfall.ts';

/** A whole HTML document that needs no network. */
export async function reportPage(call: ReportedCall): Promise<string> {
  const { timeline, name, caller, bot } = call;
  const turns = turnsOf(timeline).map((turn) => turnStages(timeline, turn));
  const body = html`${headerView(call, turns)}
    <main>${reportBody({ timeline, sound: { caller, bot, src: audioOf(call) } })}</main>
    ${legendView()}`;
  const styles = ['breaches', 'player', 'turn', 'waterfall', 'transcript'];
  return pageOf({
    title: `${name} · Parley call report`,
    body,
    styles,
    script: { file: 'player.js', start: 'playRecording(document);' },
  });
}

function headerView(
  { name, facts, timeline, caller, bot }: ReportedCall,
  turns: readonly TurnStages[],
): Html {
  const waits = turns.flatMap(({ times }) => times.voiceToVoice ?? []);
  const medianMs = median(waits);
  const slowestMs = waits.length === 0 ? undefined : Math.max(...waits);
  const figures = [
    { label: 'Length', value: durationText(Math.max(durationMs(caller), durationMs(bot))) },
    { label: 'Turns', value: String(turns.length) },
    { label: 'Answer, median', value: medianMs === undefined ? '–' : durationText(medianMs) },
    { label: 'Answer, slowest', value: slowestMs === undefined ? '–' : durationText(slowestMs) },
    { label: 'Interrupted', value: String(timeline.filter(({ type }) => type === 'bargeIn.stopped').length) },
  ];
  return html`<header class="top">
    <p class="eyebrow">Parley call report</p>
    <h1>${name}</h1>
    <dl class="figures">
      ${figures.map(
        ({ label, value }) =>
          html`<div>
            <dt>${label}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
    ${facts.length > 0 && factsView(facts)}
  </header>`;
}

function factsView(facts: readonly Fact[]): Html {
  return html`<dl class="facts">
    ${facts.map(
      ({ label, value }) =>
        html`<div>
          <dt>${label}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

/** The caller on the left, the bot on the right: the page can let either be heard alone. */
function audioOf({ caller, bot }: ReportedCall): string {
  return `data:audio/wav;base64,${Buffer.from(encodeStereoWav(caller, bot)).toString('base64')}`;
}

function legendView(): Html {
  return html`<footer class="legend">
    <h2>How to read this</h2>
    <p>
      Click anywhere to listen from there; Space plays and pauses, the arrow keys go back and forth. The bar
      at the head of a turn shows for what the answer waited after the caller’s last word, drawn to the same
      scale in all turns. Below it, what went on side by side:
    </p>
    <ul>
      ${LEGEND.map(
        ([look, text]) =>
          html`<li>
            <svg width="28" height="12" aria-hidden="true">
              <rect class="bar ${look}" x="1" y="1" width="26" height="10" rx="2" /></svg
            >${text}
          </li>`,
      )}
    </ul>
  </footer>`;
}

const LEGEND: readonly (readonly [look: Look, text: string])[] = [
  ['modelWait', 'the model is asked'],
  ['model', 'its tokens arrive; a notch is a chunk'],
  ['known', 'what is known elsewhere is looked for'],
  ['knownLate', 'it came too late, or not at all'],
  ['tool', 'something is done for the caller; a notch below is a step of the script'],
  ['toolFailed', 'it failed'],
  ['voiceWait', 'a chunk is sent to be spoken'],
  ['voice', 'its audio arrives'],
  ['smallTalk', 'a filler'],
  ['answer', 'the answer is heard'],
  ['pause', 'the bot holds still to listen'],
  ['silence', 'nobody is heard for too long'],
  ['early', 'an answer begun early, and used'],
  ['earlyWasted', 'an answer begun early, and thrown away'],
];
