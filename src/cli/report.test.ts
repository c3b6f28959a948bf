import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { silence } from '../audio/pcm.ts';
import { Timeline } from '../timeline/timeline.ts';
import type { ReportedCall } from '../recordings/report/reported-call.ts';
import { compareCommand } from './compare.ts';
import { reportCommand } from './report.ts';

/** A call of one turn that is answered after so long. */
function call(name: string, answerMs: number): ReportedCall {
  const timeline = new Timeline(new ManualClock());
  timeline.turn = 1;
  timeline.mark('turn.ended', { speechEndedAtMs: 1000 }, 1300);
  timeline.mark('playback.started', { kind: 'answer', index: 0, text: 'Yes.' }, 1000 + answerMs);
  const pcm = silence(3000, 8000);
  return { name, facts: [], timeline: timeline.entries, caller: pcm, bot: pcm };
}

const read = (path: string) => Promise.resolve(call(path, path === 'slow' ? 1800 : 900));
const replay = (path: string, settings: readonly string[]) =>
  Promise.resolve(call([path, ...settings].join(' '), settings.length > 0 ? 700 : 900));

describe('the commands for recorded calls', () => {
  let dir: string;
  const printed: string[] = [];

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'parley-report-'));
    vi.spyOn(console, 'log').mockImplementation((line: string) => {
      printed.push(stripVTControlCharacters(line));
    });
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    printed.length = 0;
    await rm(dir, { recursive: true });
  });

  it('report: writes the page and says where it is', async () => {
    const out = join(dir, 'page.html');
    await reportCommand(read).parseAsync(['slow', '-o', out], { from: 'user' });
    expect(printed).toEqual([out]);
    expect(await readFile(out, 'utf8')).toContain('The answer came after 1.80 s');
  });

  it('report: makes the directory that the page goes to, and says why where it cannot', async () => {
    const out = join(dir, 'new', 'deep', 'page.html');
    await reportCommand(read).parseAsync(['slow', '-o', out], { from: 'user' });
    expect(await readFile(out, 'utf8')).toContain('<html');
    await expect(
      reportCommand(read).parseAsync(['slow', '-o', join(out, 'page.html')], { from: 'user' }),
    ).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  });

  it('compare: two calls, in the terminal and as a page', async () => {
    const html = join(dir, 'page.html');
    const args = ['slow', 'quick', '--html', html];
    await compareCommand({ read, replay }).parseAsync(args, { from: 'user' });
    expect(printed.join('\n')).toContain('Median answer: A 1.80 s, B 0.90 s (−0.90).');
    expect(await readFile(html, 'utf8')).toContain('−900 ms');
  });

  it('compare: one call as it would be with and without other settings', async () => {
    const args = ['quick', '--set', 'a=1', '--set', 'b=2'];
    await compareCommand({ read, replay }).parseAsync(args, { from: 'user' });
    expect(printed.join('\n')).toContain('B  quick a=1 b=2');
    expect(printed.join('\n')).toContain('Median answer: A 0.90 s, B 0.70 s (−0.20).');
  });

  it('compare: refuses what is neither', async () => {
    for (const args of [['quick'], ['quick', 'slow', '--set', 'a=1']]) {
      const compared = compareCommand({ read, replay }).parseAsync(args, { from: 'user' });
      await expect(compared).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
    }
  });
});
