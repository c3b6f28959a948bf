import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { ManualClock } from '../base/manual-clock.ts';
import { Timeline } from '../timeline/timeline.ts';
import { turnSpans } from './call-spans.ts';
import type { TracedCall } from './call-spans.ts';
import type { TracedSpan } from './traced-span.ts';

const CALL: TracedCall = { id: 'call-1', modelProvider: 'openai', model: 'gpt-x', words: false };

/** A greeting, and a question that is answered after a look into the shop. */
function pumpCall(): Timeline {
  const timeline = new Timeline(new ManualClock());
  timeline.mark('call.answered', {}, 0);
  timeline.mark('playback.started', { kind: 'greeting', index: 0, text: 'Добрый день!' }, 50);
  timeline.mark('playback.finished', { kind: 'greeting', index: 0, heardMs: 900, outcome: 'heard' }, 950);
  timeline.mark('speech.started', {}, 2000);
  timeline.mark('speech.stopped', { endedAtMs: 3000, speechMs: 1000 }, 3200);
  timeline.turn = 1;
  timeline.mark('turn.ended', { speechEndedAtMs: 3000 }, 3500);
  timeline.mark('recognition.done', { text: 'есть насос?', language: 'ru-RU' }, 3550);
  timeline.mark('chat.started', {}, 3560);
  timeline.mark('chat.firstToken', {}, 3860);
  timeline.mark('chat.done', { characters: 0 }, 3900);
  timeline.mark('chat.usage', { inputTokens: 100, outputTokens: 5, estimated: false }, 3900);
  timeline.mark(
    'context.ready',
    { source: 'knowledge', startedAtMs: 3100, tookMs: 40, late: false, found: 2 },
    3560,
  );
  timeline.mark('tool.started', { name: 'stock' }, 3905);
  timeline.mark('tool.done', { name: 'stock', status: 'done', tookMs: 95 }, 4000);
  timeline.mark('chat.started', {}, 4010);
  timeline.mark('chat.firstToken', {}, 4110);
  timeline.mark('chunk.ready', { index: 0, text: 'Да, есть.' }, 4150);
  timeline.mark('synthesis.started', { index: 0, characters: 9 }, 4151);
  timeline.mark('chat.done', { characters: 9 }, 4200);
  timeline.mark('synthesis.firstAudio', { index: 0, provider: 'yandex-grpc' }, 4351);
  timeline.mark('synthesis.done', { index: 0, audioMs: 700 }, 4400);
  timeline.mark('playback.started', { kind: 'answer', index: 0, text: 'Да, есть.' }, 4360);
  timeline.mark('playback.finished', { kind: 'answer', index: 0, heardMs: 700, outcome: 'heard' }, 5060);
  timeline.mark('turn.over', { outcome: 'spoken' }, 5061);
  timeline.mark('call.ended', { cause: 'caller' }, 6000);
  return timeline;
}

const shape = ({ name, fromMs, toMs, children }: TracedSpan): unknown =>
  children.length > 0 ? [name, fromMs, toMs, children.map(shape)] : [name, fromMs, toMs];

describe('what a trace shows of a call', () => {
  const spans = turnSpans(pumpCall().entries, CALL);

  it('is a turn each, and in it what was done for it, with its times', () => {
    expect(spans.map(shape)).toEqual([
      ['turn', 50, 3200, [['playout', 50, 950]]],
      [
        'turn',
        2000,
        5061,
        [
          ['stt', 2000, 3550],
          ['chat gpt-x', 3560, 3900],
          ['chat gpt-x', 4010, 4200],
          ['context knowledge', 3100, 3140],
          ['execute_tool stock', 3905, 4000],
          [
            'chunk',
            4150,
            5060,
            [
              ['tts yandex-grpc', 4151, 4400],
              ['playout', 4360, 5060],
            ],
          ],
        ],
      ],
    ]);
  });

  it("names the model's work as OpenTelemetry does", () => {
    const [, turn] = spans;
    expect(turn?.attributes).toMatchObject({
      'parley.turn.outcome': 'spoken',
      'parley.turn.voice_to_voice_ms': 1360,
    });
    expect(turn?.children[1]).toMatchObject({
      kind: 'client',
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-x',
        'gen_ai.conversation.id': 'call-1',
        'gen_ai.response.time_to_first_chunk': 0.3,
        'gen_ai.usage.input_tokens': 100,
        'gen_ai.usage.output_tokens': 5,
      },
    });
  });

  it('has no word of it, unless that is asked for and the caller has consented', () => {
    const timeline = pumpCall();
    const told = (words: boolean) => JSON.stringify(turnSpans(timeline.entries, { ...CALL, words }));
    expect(told(false)).not.toMatch(/насос|есть|день/);
    expect(told(true)).toMatch(/насос.*есть/);
    timeline.mark('consent', { outcome: 'refused' });
    expect(told(true)).not.toMatch(/насос|есть|день/);
  });

  it('says what failed, and in which turn', () => {
    const timeline = new Timeline(new ManualClock());
    timeline.turn = 1;
    timeline.mark('turn.ended', { speechEndedAtMs: 0 }, 500);
    timeline.mark('recognition.done', { text: 'да' }, 510);
    timeline.mark('chat.started', {}, 520);
    timeline.mark('failure', { code: 'LLM_TIMEOUT', during: 'chat' }, 4520);
    timeline.mark('turn.over', { outcome: 'failed' }, 5000);
    const [turn] = turnSpans(timeline.entries, CALL);
    expect(turn).toMatchObject({ fault: 'LLM_TIMEOUT', notes: [{ name: 'parley.failure', atMs: 4520 }] });
    expect(turn?.children[1]).toMatchObject({ name: 'chat gpt-x', toMs: 4520, fault: 'LLM_TIMEOUT' });
  });

  it('keeps every span inside the one above, whatever happened in whatever order', () => {
    const types = pumpCall().entries;
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            entry: fc.constantFrom(...types),
            atMs: fc.integer({ min: 0, max: 10_000 }),
            turn: fc.integer({ min: 0, max: 3 }),
          }),
          { maxLength: 60 },
        ),
        (marks) => {
          const entries = marks.map(({ entry, atMs, turn }) => ({ ...entry, atMs, turn }));
          for (const span of turnSpans(entries, CALL)) expectInside(span);
        },
      ),
      { numRuns: 500 },
    );
  });
});

function expectInside(span: TracedSpan): void {
  expect(span.toMs).toBeGreaterThanOrEqual(span.fromMs);
  for (const child of span.children) {
    expect(child.fromMs).toBeGreaterThanOrEqual(span.fromMs);
    expect(child.toMs).toBeLessThanOrEqual(span.toMs);
    expectInside(child);
  }
}
