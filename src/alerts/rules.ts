/**
 * What is watched, and from when on somebody is told. Every rule is about a share: of turns, chunks or requests, how many went beyond a
 * limit. config/prometheus/alerts.yml says the same, and a test compares them.
 */
import { ALARMING_SHARES, THRESHOLDS } from '../timeline/thresholds.ts';
import type { AlertName, Severity } from './alert.ts';

export interface Level {
  readonly severity: Severity;
  /** A sample beyond this breaches the rule; ms, or 0 where a sample only says whether (1) or not (0) it went wrong. */
  readonly above: number;
  /** Completes "12 % of 40 …", or "3 × …" where the first one raises. */
  readonly says: string;
}

export interface Rule {
  /** Raised by more than this share of breaches. */
  readonly share: number;
  /** The first breach raises, however few samples there are, and is forgotten after the calm time: it cannot be an accident. */
  readonly atOnce?: true;
  /** The worst first. */
  readonly levels: readonly Level[];
}

const { answer, firstChunk, synthesis, deadAir, heard } = THRESHOLDS;
const { late, fallbacks, failedFillers, failedTurns } = ALARMING_SHARES;

export const RULES: Readonly<Record<AlertName, Rule>> = {
  late_answers: {
    share: late,
    levels: [
      {
        severity: 'critical',
        above: answer.criticalMs,
        says: `answers began more than ${seconds(answer.criticalMs)} after the caller's last word`,
      },
      {
        severity: 'warning',
        above: answer.warningMs,
        says: `answers began more than ${seconds(answer.warningMs)} after the caller's last word`,
      },
    ],
  },
  dead_air: {
    share: late,
    levels: [
      {
        severity: 'critical',
        above: deadAir.warningMs,
        says: `turns had more than ${seconds(deadAir.warningMs)} without a sound while the caller waited`,
      },
    ],
  },
  heard_otherwise: {
    share: late,
    levels: [
      {
        severity: 'warning',
        above: heard.differenceMs,
        says: `answers were heard more than ${seconds(heard.differenceMs)} off what the timeline says`,
      },
    ],
  },
  slow_first_chunk: {
    share: late,
    levels: [
      {
        severity: 'warning',
        above: firstChunk.warningMs,
        says: `answers had their first chunk more than ${seconds(firstChunk.warningMs)} after the model was asked`,
      },
    ],
  },
  slow_synthesis: {
    share: late,
    levels: [
      {
        severity: 'warning',
        above: synthesis.warningMs,
        says: `chunks had their first audio more than ${seconds(synthesis.warningMs)} after gRPC was asked`,
      },
    ],
  },
  synthesis_fallbacks: {
    share: fallbacks,
    levels: [{ severity: 'error', above: 0, says: 'syntheses had to be done by another provider' }],
  },
  recognition_fallbacks: {
    share: fallbacks,
    levels: [{ severity: 'error', above: 0, says: 'recognitions had to be done by another provider' }],
  },
  failed_fillers: {
    share: failedFillers,
    levels: [{ severity: 'warning', above: 0, says: 'fillers could not be played' }],
  },
  failed_turns: {
    share: failedTurns,
    levels: [{ severity: 'error', above: 0, says: 'turns ended in an apology instead of an answer' }],
  },
  model_refuses: refusal('model'),
  recognition_refuses: refusal('recognition'),
  synthesis_refuses: refusal('synthesis'),
};

export const ALERT_NAMES = Object.keys(RULES) as readonly AlertName[];

/** A wrong key, or one that may not do this. No call is served as it should be until somebody changes that. */
function refusal(service: string): Rule {
  const says = `the credentials were refused (${service})`;
  return { share: 0, atOnce: true, levels: [{ severity: 'critical', above: 0, says }] };
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}
