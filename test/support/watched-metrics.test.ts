/** The dashboard and the rules ask for metrics that Parley has: a query for another one is an empty picture that nobody notices. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { projectRoot } from '../../src/base/project-root.ts';
import { knownMetrics } from './known-metrics.ts';

interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
}

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert?: string; readonly expr: string }[];
  }[];
}

const config = join(projectRoot(), 'config');
const known = knownMetrics();

describe('the Grafana dashboard', () => {
  const { panels } = JSON.parse(readFileSync(join(config, 'grafana/dashboards/parley.json'), 'utf8')) as {
    panels: readonly Panel[];
  };

  it.each(panels.map((panel) => [panel.title, panel] as const))('«%s» asks for what is there', (_, panel) => {
    for (const { expr } of panel.targets) expectKnown(expr);
  });

  it('shows every metric of calls', () => {
    const asked = panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => namesIn(expr)));
    const ofCalls = known
      .filter(({ name }) => !/^parley_(process|nodejs)_/.test(name))
      .map(({ name }) => name);
    expect(ofCalls.filter((name) => !asked.includes(name))).toEqual([]);
  });
});

describe('the Prometheus rules', () => {
  const prometheus = parse(readFileSync(join(config, 'prometheus/prometheus.yml'), 'utf8')) as {
    rule_files: readonly string[];
  };

  it('are all read', () => {
    const files = readdirSync(join(config, 'prometheus')).filter((file) => file !== 'prometheus.yml');
    expect([...prometheus.rule_files].sort()).toEqual(expect.arrayContaining(files.sort()));
  });

  it.each(prometheus.rule_files.filter((file) => existsSync(join(config, 'prometheus', file))))(
    'of %s ask for what is there',
    (file) => {
      const { groups } = parse(readFileSync(join(config, 'prometheus', file), 'utf8')) as Rules;
      for (const { expr } of groups.flatMap(({ rules }) => rules)) expectKnown(expr);
    },
  );
});

/** Every metric in the query exists, and so does every label that one of them is asked for by. */
function expectKnown(expr: string): void {
  const names = namesIn(expr);
  expect(names.filter((name) => !known.some((metric) => metric.name === name))).toEqual([]);
  const labels = known.filter(({ name }) => names.includes(name)).flatMap((metric) => metric.labels);
  const asked = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/));
  const filtered = [...expr.matchAll(/[{,]\s*(\w+)\s*(?:=|!=|=~|!~)"/g)].map(([, label = '']) => label);
  const allowed = [...labels, 'le', 'job', 'instance', 'alertname', 'alertstate', 'severity'];
  expect([...asked, ...filtered].filter((label) => !allowed.includes(label))).toEqual([]);
}

function namesIn(expr: string): string[] {
  return [...expr.matchAll(/\bparley_\w+/g)].map(([name]) => name.replace(/_(bucket|sum|count)$/, ''));
}
