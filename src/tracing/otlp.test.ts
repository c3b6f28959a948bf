import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { ParleyError } from '../base/errors.ts';
import { FaultScope } from '../base/fault-scope.ts';
import { Timeline } from '../timeline/timeline.ts';
import { createLog } from '../ops/log.ts';
import { scriptedVendor, serveSpeech } from '../speech-api/testing/served.ts';
import { below, misplaced, startCollector } from '../../test/support/collector.ts';
import type { Collector } from '../../test/support/collector.ts';
import { until } from '../../test/support/until.ts';
import { CallTraces } from './call-traces.ts';
import { otlpWriter } from './otlp.ts';
import { RequestSpans } from './request-spans.ts';
import type { SpanWriter } from './span-writer.ts';
import { TracedLog } from './traced-log.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function collector(): Promise<Collector> {
  const started = await startCollector();
  closers.push(() => started.stop());
  return started;
}

function tracing(url: string) {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>);
  const log = createLog({ level: 'info', transcripts: false }, { write });
  const writer = otlpWriter({
    url: `${url}/v1/traces`,
    headers: { authorization: 'Bearer let-me-in' },
    serviceName: 'parley',
    version: '1.2.3',
    clock: systemClock,
    log,
  });
  closers.push(() => writer.close());
  const calls = new CallTraces({ writer, nowMs: () => systemClock.nowMs(), epochMs: () => Date.now() });
  return { lines, log, writer, calls };
}

function begin(calls: CallTraces, id: string): Timeline {
  const timeline = new Timeline(systemClock);
  const rest = { bot: 'shop', direction: 'inbound', language: 'ru-RU', words: false } as const;
  calls.follow({ id, timeline, modelProvider: 'openai', model: 'gpt-x', ...rest });
  timeline.mark('call.answered', {});
  return timeline;
}

function end(timeline: Timeline): void {
  timeline.mark('playback.started', { kind: 'greeting', index: 0, text: 'Да' });
  timeline.mark('playback.finished', { kind: 'greeting', index: 0, heardMs: 1, outcome: 'heard' });
  timeline.mark('call.ended', { cause: 'caller' });
}

describe('the traces of calls', () => {
  it('come to the collector whole, as what others were told while they lasted', async () => {
    const it = await collector();
    const { spans, url } = it;
    const { calls, writer } = tracing(url);
    const timeline = begin(calls, 'call-1');
    timeline.turn = 1;
    timeline.mark('turn.ended', { speechEndedAtMs: systemClock.nowMs() });
    const inTurn = calls.contextOf('call-1');
    timeline.mark('tool.started', { name: 'stock' });
    const inTool = calls.contextOf('call-1', 'stock');
    timeline.mark('tool.done', { name: 'stock', status: 'done', tookMs: 0 });
    end(timeline);
    const afterwards = calls.contextOf('call-1');
    await writer.close();
    const [root] = spans.filter(({ parentId }) => parentId === undefined);
    expect(root).toMatchObject({
      name: 'call shop',
      service: 'parley',
      attributes: { 'gen_ai.conversation.id': 'call-1', 'parley.end_cause': 'caller' },
    });
    if (!root) throw new Error('no root');
    expect(misplaced(spans)).toEqual([]);
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([root.traceId]));
    const [turn] = below(spans, root);
    expect(inTurn).toEqual({ traceId: root.traceId, spanId: turn?.spanId, isSampled: true });
    const tool = spans.find(({ name }) => name === 'execute_tool stock');
    expect(inTool).toEqual({ traceId: root.traceId, spanId: tool?.spanId, isSampled: true });
    expect(afterwards?.spanId).toBe(root.spanId);
    expect(it.headers['authorization']).toBe('Bearer let-me-in');
  });

  it('are named in every line that is written of a call, or within it', () => {
    const { calls, log, lines } = tracing('http://127.0.0.1:1');
    const traced = new TracedLog(log, (call) => (call === undefined ? calls.here : calls.contextOf(call)));
    const ofLine = traced.child({ call: 'call-1' });
    new FaultScope().run(() => {
      begin(calls, 'call-1');
      traced.info({ event: 'within' }, 'within');
    });
    ofLine.info({ event: 'line' }, 'line');
    traced.info({ event: 'named', call: 'call-1' }, 'named');
    traced.info({ event: 'other' }, 'other');
    const trace = calls.contextOf('call-1')?.traceId;
    expect(trace).toMatch(/^[0-9a-f]{32}$/);
    expect(lines.map((line) => [line['event'], line['trace_id']])).toEqual([
      ['within', trace],
      ['line', trace],
      ['named', trace],
      ['other', undefined],
    ]);
  });
});

describe('a collector that is', () => {
  /** Of 20,000 calls, more than wait for it. */
  async function flood(calls: CallTraces): Promise<void> {
    for (let call = 0; call < 20_000; call++) {
      end(begin(calls, `call-${call}`));
      if (call % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  it.each(['away', 'fails', 'hangs'] as const)(
    '%s costs calls nothing, little memory, and one warning',
    async (mood) => {
      const it = await collector();
      if (mood !== 'away') it.mood = mood;
      const { calls, lines, writer } = tracing(mood === 'away' ? 'http://127.0.0.1:1' : it.url);
      await flood(calls);
      if (mood !== 'hangs') await until('it was tried', () => lines.length > 0);
      const before = performance.now();
      await writer.close();
      expect(performance.now() - before).toBeLessThan(10_000);
      expect(lines.filter(({ level }) => level !== 'info').length).toBeLessThanOrEqual(1);
      if (mood !== 'hangs') expect(lines).toMatchObject([{ event: 'tracing.failing', level: 'warn' }]);
    },
  );

  it('back again gets what happens from then on, and that is said too', async () => {
    const it = await collector();
    it.mood = 'fails';
    const { calls, lines, writer } = tracing(it.url);
    for (let call = 0; call < 600; call++) end(begin(calls, `lost-${call}`));
    await until('it has failed', () => lines.length === 1);
    it.mood = 'takes';
    for (let call = 0; call < 600; call++) end(begin(calls, `kept-${call}`));
    await until('it takes again', () => lines.length === 2);
    await writer.close();
    expect(lines.map(({ event }) => event)).toEqual(['tracing.failing', 'tracing.back']);
    expect(it.spans.some(({ attributes }) => attributes['gen_ai.conversation.id'] === 'kept-599')).toBe(true);
  });
});

describe('the trace of a request', () => {
  it("goes on with the asker's, and has what was done for it below", async () => {
    const { spans, url } = await collector();
    const { writer } = tracing(url);
    const requests = new RequestSpans(writer, () => Date.now());
    const asker = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const request = requests.request('POST /v1/speech/tts', {}, asker);
    const failing = request.run(() =>
      requests.within('tts yandex', {}, async () => {
        throw new Error('no');
      }),
    );
    await expect(failing).rejects.toThrow('no');
    await request.run(() => requests.within('tts openai', {}, async () => undefined));
    request.end({ 'http.response.status_code': 200 });
    await writer.close();
    const root = spans.find(({ name }) => name === 'POST /v1/speech/tts');
    expect(root).toMatchObject({
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      parentId: '00f067aa0ba902b7',
    });
    if (!root) throw new Error('no root');
    expect(below(spans, root).map(({ name, isFault }) => [name, isFault])).toEqual([
      ['tts yandex', true],
      ['tts openai', false],
    ]);
  });

  it('shows who was asked to speak, over HTTP, and the lines of the log belong to it', async () => {
    const { spans, url } = await collector();
    const { writer, log, lines } = tracing(url);
    const requests = new RequestSpans(writer, () => Date.now());
    const down = { fault: { afterPieces: 0, error: new ParleyError('TTS_UNAVAILABLE', 'Down.') } };
    const api = await serveSpeech({
      vendors: [scriptedVendor('first', down), scriptedVendor('second')],
      log: new TracedLog(log, () => requests.here),
      spans: requests,
    });
    closers.push(() => api.close());
    const body = JSON.stringify({ model: 'tts-1', input: 'Привет', voice: 'anna', response_format: 'wav' });
    const headers = {
      'content-type': 'application/json',
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    };
    const answer = await fetch(`${api.url}/v1/audio/speech`, { method: 'POST', headers, body });
    expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(1000);
    await api.close();
    await writer.close();
    const root = spans.find(({ parentId }) => parentId === '00f067aa0ba902b7');
    expect(root).toMatchObject({
      name: 'POST /v1/audio/speech',
      attributes: { 'http.response.status_code': 200 },
    });
    if (!root) throw new Error('no root');
    expect(below(spans, root).map(({ name, isFault }) => [name, isFault])).toEqual([
      ['tts first', true],
      ['tts second', false],
    ]);
    expect(misplaced([{ ...root, parentId: undefined }, ...below(spans, root)])).toEqual([]);
    const trace = { trace_id: root.traceId, event: 'speech.fallback' };
    expect(lines).toContainEqual(expect.objectContaining(trace));
  });

  it('is not kept where the asker does not want that', async () => {
    const { spans, url } = await collector();
    const { writer } = tracing(url);
    const requests = new RequestSpans(writer satisfies SpanWriter, () => Date.now());
    requests.request('GET /', {}, `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`).end({});
    requests.request('GET /kept', {}, undefined).end({});
    await writer.close();
    expect(spans.map(({ name }) => name)).toEqual(['GET /kept']);
  });
});
