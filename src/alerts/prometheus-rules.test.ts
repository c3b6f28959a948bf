import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../base/project-root.ts';
import { createMetrics, addGauges } from '../ops/metrics.ts';
import { SETTINGS } from '../config/settings-table.ts';
import { ALERT_PACE } from './rule-watch.ts';
import { ALERT_NAMES, RULES } from './rules.ts';

interface PrometheusRule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly keep_firing_for?: string;
  readonly annotations: { readonly summary: string };
}

const file = readFileSync(join(projectRoot(), 'config/prometheus/alerts.yml'), 'utf8');
const { groups } = parse(file) as { groups: { rules: PrometheusRule[] }[] };
const rules = groups.flatMap((group) => group.rules);
/** What can only be seen from outside. */
const OUTSIDE = ['parley_down', 'asterisk_disconnected'];

const levels = ALERT_NAMES.flatMap((name) =>
  RULES[name].levels.map((level) => ({ name, severity: level.severity, level, share: RULES[name].share })),
);
const ruleOf = (name: string, severity: string) => {
  const found = rules.filter(({ alert, labels }) => alert === name && labels.severity === severity);
  expect(found).toHaveLength(1);
  return found[0] as PrometheusRule;
};

/** Of a label as it stands in a metric, from a selector's `name="value"` or `name=~"pattern"`. */
function patternOf(selector: string): RegExp {
  const [, name = '', tilde = '', value = ''] = /^(\w+)=(~?)"(.*)"$/.exec(selector) ?? [];
  return new RegExp(`${name}="${tilde ? `(${value})` : value.replaceAll('.', '[.]')}"`);
}

describe("Prometheus's rules", () => {
  it('are those of the service itself, and what can only be seen from outside', () => {
    const names = rules.map(({ alert, labels }) => `${alert} ${labels.severity}`).sort();
    const own = levels.map(({ name, severity }) => `${name} ${severity}`);
    expect(names).toEqual([...own, ...OUTSIDE.map((name) => `${name} critical`)].sort());
  });

  it.each(levels)('raise $name ($severity) at the same thresholds', ({ name, severity, level, share }) => {
    const { expr, annotations, keep_firing_for: calm } = ruleOf(name, severity);
    expect(expr).toContain(`> ${share}\n`);
    if (RULES[name].atOnce) {
      expect(expr).toContain(`[${ALERT_PACE.calmMs / 60_000}m]`);
      expect(calm).toBe(`${ALERT_PACE.calmMs / 60_000}m`);
      return;
    }
    expect(annotations.summary).toContain(`${share * 100} %`);
    // Of dead air the metric counts those turns alone that had it.
    const limits = [...expr.matchAll(/le=(?:"|~")([\d.]+)/g)].map(([, limit]) => Number(limit));
    if (level.above > 0 && name !== 'dead_air') expect(limits).toEqual([level.above / 1000]);
    else expect(limits).toEqual([]);
    if (level.above > 0) expect(annotations.summary).toContain(`${level.above / 1000} s`);
    expect(expr).toContain(`>= ${ALERT_PACE.minSamples}\n`);
    const windows = new Set([...expr.matchAll(/\[(\d+)m\]/g)].map(([, minutes]) => Number(minutes)));
    expect([...windows]).toEqual([ALERT_PACE.windowMs / 60_000]);
    expect(calm).toBe(`${ALERT_PACE.calmMs / 60_000}m`);
  });

  it('name metrics that are there, with labels and buckets that these have', async () => {
    const metrics = createMetrics();
    addGauges(metrics, { activeCalls: () => 0, ariConnected: () => true, lagMs: () => 0, results: () => 0 });
    metrics.answer.observe(1);
    metrics.stage.observe({ stage: 'first_chunk' }, 1);
    metrics.synthesis.observe({ provider: 'yandex-grpc' }, 1);
    metrics.fillers.inc({ outcome: 'failed' });
    metrics.turns.inc({ outcome: 'failed' });
    for (const service of ['synthesis', 'recognition', 'model']) {
      metrics.credentialRefusals.inc({ service });
      metrics.requests.inc({ service });
      metrics.fallbacks.inc({ service, provider: 'yandex-grpc', code: 'TTS_TIMEOUT' });
    }
    const lines = (await metrics.registry.metrics()).split('\n');
    const selectors = rules.flatMap(({ expr }) => [...expr.matchAll(/(parley_\w+)(?:\{([^}]*)\})?/g)]);
    expect(selectors.length).toBeGreaterThan(20);
    for (const [whole, name = '', labels = ''] of selectors) {
      const wanted = labels.split(',').filter(Boolean).map(patternOf);
      const found = lines.some((line) => {
        const [, series, given = ''] = /^(\w+)(?:\{(.*)\})? /.exec(line) ?? [];
        return series === name && wanted.every((label) => label.test(given));
      });
      expect(found, whole).toBe(true);
    }
  });

  it('have the pace that the settings have by default', () => {
    expect(SETTINGS.ALERT_WINDOW_SECONDS.otherwise.value).toBe(String(ALERT_PACE.windowMs / 1000));
    expect(SETTINGS.ALERT_MIN_SAMPLES.otherwise.value).toBe(String(ALERT_PACE.minSamples));
    expect(SETTINGS.ALERT_CALM_SECONDS.otherwise.value).toBe(String(ALERT_PACE.calmMs / 1000));
  });
});
