/** What came of a campaign, for a person or for a program. */
import Table from 'cli-table3';
import pc from 'picocolors';
import type { CallResult } from './campaign.ts';
import { judge, type Expectation, type Finding } from './expectation.ts';
import { MEASURES, samplesOf, type Measure } from './figures.ts';
import { percentilesOf } from './percentiles.ts';

export interface CampaignResult {
  /** True if every call was played to its end and every expectation was met. */
  readonly ok: boolean;
  readonly target: string;
  readonly summary: Readonly<Record<Measure, Summary>>;
  readonly expectations: readonly Finding[];
  readonly calls: readonly CallResult[];
}

/** Milliseconds, or per cent for loss; null where nothing was measured. */
interface Summary {
  readonly count: number;
  /** What should have been measured and was not. */
  readonly missing: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly max: number | null;
}

/** `lines`: how many files each call was to say. */
export function campaignResultOf(
  target: string,
  calls: readonly CallResult[],
  lines: number,
  expectations: readonly Expectation[],
): CampaignResult {
  const findings = expectations.map((expectation) =>
    judge(expectation, samplesOf(expectation.measure, calls, lines)),
  );
  const summaries = MEASURES.map((measure) => {
    const { measured, missing } = samplesOf(measure, calls, lines);
    return [measure, { missing, ...percentilesOf(measured) }] as const;
  });
  return {
    ok: calls.every(({ failure }) => failure === null) && findings.every(({ met }) => met),
    target,
    summary: Object.fromEntries(summaries) as Record<Measure, Summary>,
    expectations: findings,
    calls,
  };
}

/** A microsecond is more than anybody can measure here. NaN becomes null, as JSON has it. */
export function renderJson(report: CampaignResult): string {
  const rounded = (_key: string, value: unknown) =>
    typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
  return JSON.stringify(report, rounded, 2);
}

const MEANINGS: Readonly<Record<Measure, string>> = {
  answer: 'answer: INVITE → 200',
  greeting: "greeting: 200 → the bot's first sample",
  voiceToVoice: "voice to voice: the caller's last sample → the bot's first",
  bargeIn: "barge-in: the caller's first sample → the bot's last",
  gap: 'longest gap in an answer',
  loss: 'packets lost or late',
};

export function renderTable(
  { summary, expectations, calls }: CampaignResult,
  colors = pc.isColorSupported,
): string {
  const { green, red } = pc.createColors(colors);
  const table = new Table({
    head: ['', 'n', 'p50', 'p95', 'max', 'missing'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: colors ? ['dim'] : [] },
  });
  for (const measure of MEASURES) {
    const { count, missing, p50, p95, max } = summary[measure];
    if (count + missing === 0) continue;
    const shown = [p50, p95, max].map((value) => figure(measure, value));
    table.push([MEANINGS[measure], count, ...shown, missing === 0 ? '' : red(missing)]);
  }
  const findings = expectations.map(({ expectation, actual, met }) => {
    const unit = expectation.includes('%') ? 'loss' : 'voiceToVoice';
    return `${met ? green('met') : red('MISSED')}  ${expectation}: ${figure(unit, actual)}`;
  });
  return [table.toString(), ...networkLine(calls), ...findings].join('\n');
}

function figure(measure: Measure, value: number | null): string {
  if (value === null || Number.isNaN(value)) return '–';
  return measure === 'loss' ? `${value.toFixed(1)} %` : `${value.toFixed(0)} ms`;
}

/** The worst that any of the calls had. */
function networkLine(calls: readonly CallResult[]): string[] {
  const networks = calls.flatMap(({ network }) => network ?? []);
  if (networks.length === 0) return [];
  const most = (what: 'lost' | 'late' | 'jitterMs' | 'longestGapMs') =>
    Math.max(...networks.map((network) => network[what]));
  const mos = Math.min(...networks.map(({ estimatedMos }) => estimatedMos));
  return [
    `The worst line: ${most('lost')} packets lost, ${most('late')} late, jitter ${most('jitterMs').toFixed(1)} ms, ` +
      `${most('longestGapMs').toFixed(0)} ms without a packet; MOS ${mos.toFixed(1)} by ITU-T G.107.`,
  ];
}
