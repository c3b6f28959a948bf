/** What is heard, to look at and to play: both sides over one time axis, and the way to every turn. */
import { durationMs } from '../../audio/pcm.ts';
import type { Pcm } from '../../audio/pcm.ts';
import type { TurnStages } from '../../timeline/turn-stages.ts';
import type { Breach } from '../../timeline/breaches.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import type { ReportedCall } from './reported-call.ts';
import { clockText, durationText, tickText } from '../../base/time-text.ts';
import { WAVE_COLUMNS, WAVE_HEIGHT, peaksOf, wavePath } from './waveform.ts';
import { anchorAt, percentIn, ticksIn } from './waterfall-view.ts';

const LANE_PX = 44;
const TOP_PX = 18;
const AXIS_PX = 20;
const HEIGHT_PX = TOP_PX + 2 * LANE_PX + AXIS_PX;

/** No more ticks than this: they must stand apart on a telephone's screen. */
const MAX_TICKS = 7;
const TICK_STEPS_MS = [1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000];

/** `src`: of the sound of both sides, the caller on the left; none where the page finds it by itself. */
export function playerView(
  { caller, bot, src }: Pick<ReportedCall, 'caller' | 'bot'> & { readonly src: string | undefined },
  turns: readonly TurnStages[],
  breaches: readonly Breach[],
): Html {
  const wholeMs = Math.max(durationMs(caller), durationMs(bot), 1);
  return html`<section class="player" aria-label="Recording">
    <audio preload="auto" ${src !== undefined && html`src="${src}"`}></audio>
    <div class="controls">
      <button type="button" class="play" aria-label="Play" aria-keyshortcuts="Space"></button>
      <output class="clock" aria-label="Time"><b>${clockText(0)}</b> / ${clockText(wholeMs)}</output>
      <fieldset class="sides">
        <legend>Listen to</legend>
        ${sideView('both', 'Both', true)} ${sideView('caller', 'Caller')} ${sideView('bot', 'Bot')}
      </fieldset>
      <nav aria-label="Turns">
        <a class="chip" href="#turn-0" data-at="0">Greeting</a>
        ${turns.map((stages) => chipView(stages, breaches))}
      </nav>
    </div>
    <div class="sounds">
      <div class="side-names" aria-hidden="true">
        <span class="caller">Caller</span><span class="bot">Bot</span>
      </div>
      <div
        class="waves plot"
        role="slider"
        tabindex="0"
        aria-label="Place in the call"
        aria-valuemin="0"
        aria-valuemax="${Math.round(wholeMs)}"
        aria-valuenow="0"
        aria-valuetext="${clockText(0)}"
        data-from="0"
        data-to="${wholeMs}"
      >
        <svg width="100%" height="${HEIGHT_PX}" aria-hidden="true">
          ${bandsView(turns, wholeMs)} ${waveView(caller, wholeMs, 'caller', TOP_PX)}
          ${waveView(bot, wholeMs, 'bot', TOP_PX + LANE_PX)} ${axisView(wholeMs)}
          ${breaches.map(({ atMs, severity }) => flagView(atMs, severity, wholeMs))}
        </svg>
        <div class="head" data-head-from="0" data-head-to="${wholeMs}"></div>
      </div>
    </div>
  </section>`;
}

function sideView(value: string, label: string, isChosen = false): Html {
  return html`<label
    ><input type="radio" name="side" value="${value}" ${isChosen && html`checked`} /><span
      >${label}</span
    ></label
  >`;
}

function chipView({ turn, fromMs, times }: TurnStages, breaches: readonly Breach[]): Html {
  const severities = breaches.filter((breach) => breach.turn === turn).map(({ severity }) => severity);
  const look = severities.includes('critical') ? 'critical' : (severities[0] ?? '');
  const waitMs = times.voiceToVoice;
  return html`<a class="chip ${look}" href="#turn-${turn}" data-at="${fromMs}"
    ><b>${turn}</b> ${waitMs === undefined ? 'no answer' : durationText(waitMs)}</a
  >`;
}

function bandsView(turns: readonly TurnStages[], wholeMs: number): readonly Html[] {
  const place = percentIn(0, wholeMs);
  return turns.map(
    ({ turn, fromMs }) =>
      html`<line
          class="turn-line"
          x1="${place(fromMs)}"
          x2="${place(fromMs)}"
          y1="4"
          y2="${HEIGHT_PX - AXIS_PX}"
        />
        <text class="turn-number" x="${place(fromMs)}" dx="4" y="13">${turn}</text>`,
  );
}

function waveView(pcm: Pcm, wholeMs: number, side: 'caller' | 'bot', y: number): Html {
  return html`<svg
    x="0"
    y="${y}"
    width="100%"
    height="${LANE_PX}"
    viewBox="0 0 ${WAVE_COLUMNS} ${WAVE_HEIGHT}"
    preserveAspectRatio="none"
  >
    <path class="wave ${side}" d="${wavePath(peaksOf(pcm, wholeMs))}" />
  </svg>`;
}

function axisView(wholeMs: number): readonly Html[] {
  const stepMs = TICK_STEPS_MS.find((step) => wholeMs / step <= MAX_TICKS) ?? 1_800_000;
  const place = percentIn(0, wholeMs);
  return ticksIn(0, wholeMs, stepMs).map(
    (atMs) =>
      html`<text x="${place(atMs)}" y="${HEIGHT_PX - 5}" text-anchor="${anchorAt(atMs / wholeMs)}"
        >${tickText(atMs)}</text
      >`,
  );
}

function flagView(atMs: number, severity: Breach['severity'], wholeMs: number): Html {
  return html`<circle
    class="flag ${severity}"
    cx="${percentIn(0, wholeMs)(atMs)}"
    cy="${HEIGHT_PX - AXIS_PX}"
    r="3.5"
  />`;
}
