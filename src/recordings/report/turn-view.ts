/** One turn: where its time went, its waterfall, and what was said. */
import { turnStages, waitsOf } from '../../timeline/turn-stages.ts';
import type { TurnStages, Wait } from '../../timeline/turn-stages.ts';
import type { SpeechKind, TimelineEntry, TurnOutcome } from '../../timeline/timeline.ts';
import { answerSeverity } from '../../timeline/breaches.ts';
import type { Breach } from '../../timeline/breaches.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { STAGE_NAMES } from '../../timeline/stage-names.ts';
import { clockText, durationText } from '../../base/time-text.ts';
import { transcriptOf } from './transcript.ts';
import type { TranscriptLine } from './transcript.ts';
import { waitsBar } from './waits-view.ts';
import { waterfallOf } from './waterfall.ts';
import { waterfallView } from './waterfall-view.ts';

export interface TurnViewOptions {
  readonly timeline: readonly TimelineEntry[];
  /** 0 is the greeting. */
  readonly turn: number;
  /** The longest wait of the call: all turns are drawn on its scale. */
  readonly slowestMs: number;
  readonly breaches: readonly Breach[];
}

const OUTCOMES: Readonly<Record<TurnOutcome, string>> = {
  spoken: 'Answered',
  interrupted: 'Interrupted by the caller',
  failed: 'Failed',
  notUnderstood: 'Not understood',
};

export function turnView({ timeline, turn, slowestMs, breaches }: TurnViewOptions): Html {
  const stages = turnStages(timeline, turn);
  const title = turnTitle(turn);
  const waterfall = waterfallOf(timeline, turn);
  const lines = transcriptOf(timeline).filter((line) => line.turn === turn);
  return html`<article class="turn" id="turn-${turn}" aria-labelledby="title-${turn}">
    ${turnHeader(stages)} ${turn > 0 && waitsView(waitsOf(stages.times), slowestMs)}
    <div class="sides-by-side">
      ${waterfall && waterfallView(waterfall, `Waterfall of ${title.toLowerCase()}`)}
      <ol class="transcript" aria-label="Transcript of ${title.toLowerCase()}">
        ${lines.map(lineView)}
      </ol>
    </div>
    ${breaches.length > 0 && breachNotes(breaches)}
  </article>`;
}

export function turnTitle(turn: number): string {
  return turn === 0 ? 'Greeting' : `Turn ${turn}`;
}

export function turnHeader(stages: TurnStages): Html {
  const { turn, fromMs, outcome } = stages;
  return html`<header>
    <h2 id="title-${turn}">${turnTitle(turn)}</h2>
    <span class="when">${clockText(fromMs)}</span>
    ${outcome && html`<span class="outcome">${OUTCOMES[outcome]}</span>`} ${waitView(stages)}
  </header>`;
}

function waitView({ times, firstSoundMs, turn, outcome }: TurnStages): Html {
  const waitMs = turn === 0 ? firstSoundMs : times.voiceToVoice;
  if (waitMs === undefined && outcome === undefined)
    return html`<span class="wait"><small>no answer yet</small></span>`;
  if (waitMs === undefined) return html`<span class="wait critical">No answer was heard</span>`;
  const filler =
    firstSoundMs !== undefined && firstSoundMs < waitMs
      ? html` <small>first sound after ${durationText(firstSoundMs)}</small>`
      : undefined;
  return html`<span class="wait ${answerSeverity(waitMs) ?? ''}"
    ><small>${turn === 0 ? 'begins' : 'answer'} after</small> <b>${durationText(waitMs)}</b>${filler}</span
  >`;
}

export function waitsView(waits: readonly Wait[], slowestMs: number): Html {
  return html`<div class="waits">
    ${waitsBar(waits, slowestMs)}
    <dl>
      ${waits.map(
        ({ stage, ms }) =>
          html`<div>
            <dt><span class="stage ${stage}">${STAGE_NAMES[stage]}</span></dt>
            <dd>${durationText(ms)}</dd>
          </div>`,
      )}
    </dl>
  </div>`;
}

const KINDS: Readonly<Partial<Record<SpeechKind, string>>> = {
  filler: 'filler',
  hold: 'hold',
  repeat: 'asks to repeat',
  prompt: 'prompt',
  apology: 'apology',
  goodbye: 'goodbye',
  operator: "the operator's words",
  message: 'message to a machine',
};

function lineView({ speaker, kind, fromMs, toMs, text, isCut }: TranscriptLine): Html {
  const note = kind && KINDS[kind];
  return html`<li>
    <button type="button" class="line ${speaker}" data-at="${fromMs}" data-until="${toMs}">
      <span class="who">${speaker === 'caller' ? 'Caller' : 'Bot'}${note && html` <i>${note}</i>`}</span>
      <time>${clockText(fromMs)}</time>
      <span class="words" dir="auto">${text === '' ? html`<i>nothing was understood</i>` : text}</span>
      ${isCut && html`<span class="cut-note">the caller cut in</span>`}
    </button>
  </li>`;
}

export function breachNotes(breaches: readonly Breach[]): Html {
  return html`<ul class="notes">
    ${breaches.map(
      ({ severity, what, why }) => html`<li class="${severity}"><b>${what}</b> <span>${why}</span></li>`,
    )}
  </ul>`;
}
