import { expect, it } from 'vitest';
import { ManualClock } from '../../../base/manual-clock.ts';
import type { AriPort } from './ari-port.ts';
import { AriTrace } from './ari-trace.ts';

type Hangup = (channelId: string) => Promise<void>;

function traced(hangup: Hangup) {
  const clock = new ManualClock();
  const trace = new AriTrace(clock);
  return { clock, trace, port: trace.through({ hangup } as unknown as AriPort) };
}

const about = (trace: AriTrace, lineId: string, sinceMs: number) =>
  trace.of(lineId, sinceMs).map(({ atMs, facts }) => [atMs, (facts['given'] as readonly string[])[0]]);

it('tells what was about a call: its channel, and what is named after it; nothing of a call before it or beside it', async () => {
  const { clock, port, trace } = traced(() => Promise.resolve());
  const ids = ['17.1', 'parley-17.1-ab-3', '17.1-ab', '17.11', 'parley-17.1-cd-3', '17.1'];
  for (const id of ids) {
    await port.hangup(id);
    await clock.advance(100);
  }
  expect(about(trace, '17.1-ab', 0)).toEqual([
    [0, '17.1'],
    [100, 'parley-17.1-ab-3'],
    [200, '17.1-ab'],
    [500, '17.1'],
  ]);
  expect(about(trace, '17.1-ab', 150)).toEqual([
    [200, '17.1-ab'],
    [500, '17.1'],
  ]);
});

it('knows the channel of a call whose name holds what no file name may', async () => {
  const { port, trace } = traced(() => Promise.resolve());
  await port.hangup('a/17.1');
  expect(about(trace, 'a_17.1-ab', 0)).toEqual([[0, 'a/17.1']]);
});

it('leaves out a request of before that was answered after the call began, and nothing behind it', async () => {
  const answers: (() => void)[] = [];
  const { clock, port, trace } = traced(() => new Promise((resolve) => answers.push(resolve)));
  const [early, late] = [port.hangup('17.1'), (await clock.advance(100), port.hangup('17.1'))];
  await clock.advance(100);
  for (const answer of answers.toReversed()) answer();
  await Promise.all([early, late]);
  expect(about(trace, '17.1-ab', 50)).toEqual([[100, '17.1']]);
});
