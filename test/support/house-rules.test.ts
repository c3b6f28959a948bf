import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { cruise, type ICruiseResult, type IFlattenedRuleSet } from 'dependency-cruiser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../src/base/project-root.ts';

interface Rules {
  readonly forbidden: readonly { readonly name: string }[];
}
const rules = createRequire(import.meta.url)(join(projectRoot(), '.dependency-cruiser.cjs')) as Rules;

type Import = readonly [from: string, to: string];

/** For each rule of the house, imports that break it. No file stands on the left twice. */
const FORBIDDEN: Readonly<Record<string, readonly Import[]>> = {
  // A circle is told of once, at its first file.
  'no-circles': [['src/ops/egg.ts', 'src/ops/hen.ts']],
  'base-knows-nobody': [['src/base/clock.ts', 'src/audio/pcm.ts']],
  'audio-knows-only-base': [['src/audio/mixer.ts', 'src/call/turn.ts']],
  'the-timeline-knows-only-base': [['src/timeline/spans.ts', 'src/audio/pcm.ts']],
  'languages-know-nobody': [['src/languages/words.ts', 'src/config/settings.ts']],
  'endpointing-knows-only-languages': [['src/endpointing/pause.ts', 'src/vad/voice-activity.ts']],
  'the-ear-hears-sound-and-reads-the-timeline': [['src/ear/dialogue.ts', 'src/vad/voice-activity.ts']],
  'voice-activity-knows-only-audio': [['src/vad/detector.ts', 'src/telephony/line.ts']],
  'rooms-know-nothing-of-each-other': [
    ['src/speech/synthesis/filler.ts', 'src/llm/chat.ts'],
    ['src/speech/yandex/recognizer.ts', 'src/telephony/line.ts'],
    ['src/telephony/asterisk/line.test.ts', 'src/call/turn.ts'],
    ['src/llm/openai.ts', 'src/config/settings.ts'],
  ],
  'telephones-know-nothing-of-each-other': [
    ['src/telephony/twilio/media.ts', 'src/telephony/asterisk/line.ts'],
  ],
  'tools-know-no-call': [['src/tools/desk.ts', 'src/call/turn.ts']],
  'vendors-know-nothing-of-each-other': [['src/speech/google/voice.ts', 'src/speech/yandex/credentials.ts']],
  'speech-knows-no-vendor': [['src/speech/synthesis/cache.ts', 'src/speech/yandex/credentials.ts']],
  'tenants-are-told-by-names-and-numbers': [['src/tenants/bill.ts', 'src/call/turn.ts']],
  'storage-knows-only-base': [['src/storage/disk.ts', 'src/config/settings.ts']],
  'the-speech-api-knows-no-vendor-and-no-call': [
    ['src/speech-api/desk.ts', 'src/speech/yandex/grpc.ts'],
    ['src/speech-api/routes.ts', 'src/call/turn.ts'],
  ],
  'a-call-knows-interfaces-not-providers': [
    ['src/call/greeting.ts', 'src/speech/yandex/grpc.ts'],
    ['src/call/hangup.ts', 'src/main.ts'],
  ],
  'a-flow-is-decided-by-words-alone': [['src/call/flow/asking.ts', 'src/call/turn.ts']],
  'who-answers-is-told-from-sound-and-words': [['src/outbound/answerer/beeps.ts', 'src/call/turn.ts']],
  'a-recording-knows-interfaces-not-providers': [
    ['src/recordings/recorder/taped.ts', 'src/speech/yandex/short-recognizer.ts'],
    ['src/recordings/replay/again.ts', 'src/main.ts'],
  ],
  'context-knows-no-call': [['src/context/call-context.ts', 'src/call/turn.ts']],
  'a-rehearsal-knows-interfaces-not-providers': [
    ['src/rehearsal/virtual-line.ts', 'src/telephony/asterisk/file-line.ts'],
    ['src/rehearsal/rehearse.ts', 'src/service/providers.ts'],
  ],
  'only-the-command-rehearses': [['src/call/turn.ts', 'src/rehearsal/judge.ts']],
  'a-trace-is-made-of-the-timeline': [['src/tracing/spans.ts', 'src/call/turn.ts']],
  'only-otlp-knows-opentelemetry': [['src/tracing/ids.ts', '@opentelemetry/api']],
  'only-the-service-traces': [['src/call/waiting.ts', 'src/tracing/call-traces.ts']],
  'only-ari-knows-ari-client': [['src/telephony/asterisk/file-line.ts', 'ari-client']],
  'nobody-calls-ops-to-do-work': [
    ['src/call/report.ts', 'src/ops/metrics.ts'],
    ['src/call/hold.ts', 'src/http/operator-ports.ts'],
  ],
  'only-main-and-commands-build-a-service': [['src/ops/rebuild.ts', 'src/service/providers.ts']],
  'only-main-opens-http': [['src/ops/alarm.ts', 'src/http/contract.ts']],
  'the-service-does-not-know-its-stand-ins': [
    ['src/main.ts', 'src/lab/simulator/ari-server.ts'],
    ['src/speech/recognition/recorded.ts', 'src/lab/phone/phone.ts'],
    ['src/ops/canary.ts', 'src/lab/probe/campaign.ts'],
    ['src/telephony/asterisk/pbx.ts', 'src/lab/local-asterisk/asterisk-server.ts'],
  ],
  'the-certifier-knows-a-bot-by-its-sound': [['src/lab/certify/situations.ts', 'src/call/turn.ts']],
  'the-probe-knows-only-the-phone': [['src/lab/probe/caller.ts', 'src/timeline/timeline.ts']],
  'a-local-asterisk-knows-only-base': [['src/lab/local-asterisk/dial.ts', 'src/lab/phone/phone.ts']],
  'a-report-knows-calls-and-recordings': [
    ['src/recordings/report/waveform.ts', 'src/lab/simulator/speechkit.ts'],
  ],
  'the-history-knows-ended-calls-and-reports': [['src/history/store.ts', 'src/call/turn.ts']],
  'results-know-ended-calls-and-the-model': [['src/results/outbox.ts', 'src/call/turn.ts']],
  'who-calls-knows-telephones-by-their-door': [
    ['src/outbound/calls-out.ts', 'src/telephony/asterisk/dialling/dial.ts'],
    ['src/outbound/calls-out.ts', 'src/call/call.ts'],
  ],
  'a-campaign-knows-how-to-call-and-not-by-what': [
    ['src/outbound/campaigns/campaign-run.ts', 'src/telephony/asterisk/dialling/dial.ts'],
  ],
  'a-fleet-knows-what-is-kept-and-no-telephone': [['src/fleet/adopting.ts', 'src/telephony/line.ts']],
  'only-the-service-is-in-a-fleet': [['src/call/keeping.ts', 'src/fleet/membership.ts']],
  'only-operators-read-the-history': [['src/telephony/past.ts', 'src/history/history.ts']],
  'only-commands-make-reports': [['src/call/history.ts', 'src/recordings/report/html.ts']],
  'alerts-watch-calls-and-metrics': [['src/alerts/webhook.ts', 'src/speech/synthesis/failover.ts']],
  'no-tests-in-the-service': [
    ['src/ops/health.ts', 'src/ops/log.test.ts'],
    ['src/cli/demo.ts', 'test/support/scenario.ts'],
  ],
  'doubles-stay-with-the-tests': [
    ['src/speech/recognition/quick.ts', 'src/speech/synthesis/testing/listening.ts'],
  ],
  'the-service-runs-without-dev-dependencies': [['src/ops/tracing.ts', 'a-dev-dependency']],
  'the-tools-for-langgraph-stand-alone': [['src/langgraph.ts', 'src/speech-api/speaking.ts']],
  'only-the-tools-for-langgraph-know-langchain': [['src/tools/graph.ts', 'src/langgraph.ts']],
  'every-import-resolves': [['src/ops/alerts.ts', 'src/ops/missing.ts']],
};

const CLOSES_THE_CIRCLE: Import = ['src/ops/hen.ts', 'src/ops/egg.ts'];

const ALLOWED: readonly Import[] = [
  ['src/audio/wav.ts', 'src/audio/pcm.ts'],
  ['src/speech/yandex/http.ts', 'src/speech/yandex/credentials.ts'],
  ['src/speech/yandex/http.test.ts', 'src/lab/simulator/speechkit.ts'],
  ['src/call/answer.ts', 'src/speech/synthesis/synthesizer.ts'],
  ['src/call/answer.test.ts', 'src/speech/yandex/grpc.ts'],
  ['src/telephony/asterisk/ari/ari.ts', 'ari-client'],
  ['src/cli/dial.ts', 'src/lab/phone/phone.ts'],
  ['src/lab/probe/measures.ts', 'src/lab/phone/phone.ts'],
  ['src/cli/parley.ts', 'src/config/settings.ts'],
  ['src/cli/compare.ts', 'src/recordings/report/comparison.ts'],
  ['src/recordings/report/transcript.ts', 'src/timeline/timeline.ts'],
  ['test/e2e/greeting.test.ts', 'a-dev-dependency'],
];

describe('the import rules of the house', { timeout: 30_000 }, () => {
  let house: string;
  let violations: readonly { readonly rule: string; readonly from: string }[];

  beforeAll(async () => {
    house = mkdtempSync(join(tmpdir(), 'parley-house-'));
    build([...Object.values(FORBIDDEN).flat(), CLOSES_THE_CIRCLE, ...ALLOWED]);
    const ruleSet = rules as unknown as IFlattenedRuleSet;
    const { output } = await cruise(['src', 'test'], {
      baseDir: house,
      validate: true,
      ruleSet,
      tsPreCompilationDeps: true,
      doNotFollow: { path: 'node_modules' },
    });
    violations = (output as ICruiseResult).summary.violations.map(({ rule, from }) => ({
      rule: rule.name,
      from,
    }));
  });
  afterAll(() => {
    rmSync(house, { recursive: true });
  });

  /** Writes files that import each other like this, and the packages that they name. */
  function build(imports: readonly Import[]): void {
    write(
      'package.json',
      '{ "dependencies": { "ari-client": "1", "@opentelemetry/api": "1" }, "devDependencies": { "a-dev-dependency": "1" } }',
    );
    for (const name of ['ari-client', '@opentelemetry/api', 'a-dev-dependency']) {
      write(`node_modules/${name}/package.json`, `{ "name": "${name}", "main": "index.js" }`);
      write(`node_modules/${name}/index.js`, '');
    }
    const importers = new Set(imports.map(([from]) => from));
    for (const [, to] of imports) {
      if (to.endsWith('.ts') && !importers.has(to) && !to.endsWith('missing.ts'))
        write(to, 'export const it = 1;');
    }
    for (const [from, to] of imports) write(from, `import '${to.endsWith('.ts') ? path(from, to) : to}';`);
  }

  function path(from: string, to: string): string {
    const direct = relative(dirname(from), to);
    return direct.startsWith('.') ? direct : `./${direct}`;
  }

  function write(file: string, content: string): void {
    mkdirSync(dirname(join(house, file)), { recursive: true });
    writeFileSync(join(house, file), content);
  }

  it('each have an import here that breaks them', () => {
    expect(Object.keys(FORBIDDEN).toSorted()).toEqual(rules.forbidden.map(({ name }) => name).toSorted());
  });

  it.each(
    Object.entries(FORBIDDEN).flatMap(([rule, imports]) => imports.map(([from, to]) => ({ rule, from, to }))),
  )('$rule: $from must not import $to', ({ rule, from }) => {
    expect(violations).toContainEqual({ rule, from });
  });

  it.each(ALLOWED)('%s may import %s', (from) => {
    expect(violations.filter((violation) => violation.from === from)).toEqual([]);
  });
});

it('every room of the house is told of to whoever wants to change something', () => {
  const told = readFileSync(join(projectRoot(), 'CONTRIBUTING.md'), 'utf8');
  const rooms = readdirSync(join(projectRoot(), 'src'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  expect(rooms.map(({ name }) => name).filter((name) => !told.includes(`src/${name}/`))).toEqual([]);
});
