import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { Timeline } from '../../timeline/timeline.ts';
import { comparisonPage } from './comparison-page.ts';
import { comparisonTable } from './comparison-table.ts';
import { compareCalls } from './comparison.ts';
import type { ComparedCall } from './comparison.ts';

/** A call with one turn for each pair of first token and answer. */
function call(name: string, turns: readonly (readonly [tokenMs: number, said: string])[]): ComparedCall {
  const timeline = new Timeline(new ManualClock());
  for (const [tokenMs, said] of turns) {
    timeline.turn++;
    const askedMs = timeline.turn * 10_000;
    timeline.mark('turn.ended', { speechEndedAtMs: askedMs }, askedMs + 300);
    timeline.mark('recognition.done', { text: 'A question' }, askedMs + 310);
    timeline.mark('chat.firstToken', {}, askedMs + tokenMs);
    timeline.mark('chunk.ready', { index: 0, text: said }, askedMs + tokenMs + 100);
    timeline.mark('playback.started', { kind: 'answer', index: 0, text: said }, askedMs + tokenMs + 300);
    timeline.mark('turn.over', { outcome: 'spoken' }, askedMs + 3000);
  }
  return { name, timeline: timeline.entries };
}

// Without colours: the words must say it, too.
const plain = stripVTControlCharacters;

describe('a comparison of two calls', () => {
  const a = call('before', [
    [1000, 'Nine.'],
    [800, 'Six.'],
  ]);
  const b = call('after', [
    [600, 'Nine.'],
    [805, 'Seven.'],
  ]);

  it('says for every stage of a turn what it took in each', () => {
    const { turns, medianMs } = compareCalls(a, b);
    expect(turns[0]?.waits.a?.get('firstToken')).toBe(690);
    expect(turns[0]?.waits.b?.get('firstToken')).toBe(290);
    expect(turns.map(({ answerMs }) => answerMs)).toEqual([
      { a: 1300, b: 900 },
      { a: 1100, b: 1105 },
    ]);
    expect(medianMs).toEqual({ a: 1100, b: 900 });
  });

  it('tells in the terminal what became faster, and what was said differently', () => {
    const table = plain(comparisonTable(compareCalls(a, b)));
    expect(table).toMatch(/−0\.40 .*−0\.40/);
    expect(table).toContain('Median answer: A 1.10 s, B 0.90 s (−0.20).');
    expect(table).not.toContain('Turn 1 differs');
    expect(table).toContain('Turn 2 differs:\n  A said: Six.\n  B said: Seven.');
  });

  it('is plain text for whoever reads it out of a pipe, in 80 columns', () => {
    const table = comparisonTable(compareCalls(a, b), 'plain');
    expect(table).toBe(plain(table));
    expect(table).not.toMatch(/[\u2500-\u257f]/);
    expect(table).toMatch(/1 +A .*1\.30/);
    expect(Math.max(...table.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('fits a terminal of 80 columns', () => {
    const widths = plain(comparisonTable(compareCalls(a, b)))
      .split('\n')
      .map((line) => line.length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(80);
  });

  it('leaves a turn that only one of them had, unanswered in the other', () => {
    const { turns } = compareCalls(a, call('shorter', [[700, 'Nine.']]));
    expect(turns).toHaveLength(2);
    expect(turns[1]?.b).toBeUndefined();
    expect(plain(comparisonTable(compareCalls(a, call('shorter', []))))).toContain('Turn 1 differs');
  });

  it('runs nothing of what callers say, in the page or in the terminal', async () => {
    const hostile = call('\u001b[2J<img src=x>', [
      [700, '\u001b]0;run\u0007</script><script>run()</script>'],
    ]);
    const comparison = compareCalls(a, hostile);
    const table = comparisonTable(comparison);
    for (const order of ['\u001b[2J', '\u001b]', '\u0007']) expect(table).not.toContain(order);
    const page = await comparisonPage(comparison);
    for (const order of ['<script', '<img', '\u001b']) expect(page).not.toContain(order);
    expect(page).toContain('&lt;script&gt;run()');
  });
});
