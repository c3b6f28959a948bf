/** What was done when a call was recorded is not done again because somebody looks at it. */
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import type { ToolRequest } from '../../tools/tool.ts';
import type { Tool } from '../../tools/tool.ts';
import type { RecordedTools } from '../bundle/recorded-abilities.ts';
import { liveTools } from './live-tools.ts';
import { ReplayedTools } from './replayed-tools.ts';
import { TapeTime } from './tape-time.ts';
import { noAnswer } from './unanswered.ts';

const REQUEST = {
  idempotencyKey: 'k',
  call: {
    id: '1',
    callerNumber: '',
    dialled: '',
    bot: '',
    direction: 'inbound' as const,
    variables: {},
    slots: {},
    context: {},
  },
} satisfies ToolRequest;

const done = (name: string, sku: string, content: string): RecordedTools['uses'][number] => ({
  ...{ atMs: 0, turn: 1, name, input: JSON.stringify({ sku }) },
  outcome: { status: 'done', content },
  end: { kind: 'done', atMs: 0 },
});

function shop(uses: RecordedTools['uses'], withEffects = false) {
  const asked: string[] = [];
  const tool = (name: string, readOnly: boolean): Tool => ({
    ...{ name, description: '', parameters: {}, readOnly, saying: [], onInterrupt: 'finish' },
    run: async ({ sku }) => {
      asked.push(`${name} ${sku as string}`);
      return { status: 'done', content: 'today' };
    },
  });
  const missing = (what: string, part: Parameters<typeof noAnswer>[0] = 'tools') => noAnswer(part, what);
  const tools: RecordedTools = { maxRounds: 3, offered: [], uses, journal: [] };
  const time = new TapeTime(new ManualClock());
  const recorded = new ReplayedTools({ time, tools, missing, profile: {} as never });
  const all = [tool('stock', true), tool('order', false)];
  const live = liveTools({ maxRounds: 3, list: () => all }, recorded, { withEffects, missing });
  const use = async (name: string, sku: string) =>
    (
      await live
        ?.list()
        .find((each) => each.name === name)
        ?.run({ sku }, REQUEST, new AbortController().signal)
    )?.content;
  const useRecorded = async (name: string, sku: string, readOnly = false) =>
    (await recorded.run({ name, readOnly }, { sku }, REQUEST, new AbortController().signal)).content;
  return { asked, use, useRecorded };
}

describe('today’s tools in a recorded call', () => {
  it('that only look are asked again', async () => {
    const { asked, use } = shop([done('stock', 'A', 'then')]);
    expect(await use('stock', 'A')).toBe('today');
    expect(asked).toEqual(['stock A']);
  });

  it('that change something have their recorded outcome', async () => {
    const { asked, use } = shop([done('order', 'A', 'then')]);
    expect(await use('order', 'A')).toBe('then');
    expect(asked).toEqual([]);
  });

  it('that would change something more are refused, and how they are not is said', async () => {
    const { asked, use } = shop([done('order', 'A', 'then')]);
    for (const sku of ['B', 'A']) {
      if (sku === 'A') await use('order', sku);
      await expect(use('order', sku)).rejects.toMatchObject({
        code: 'REPLAY_NO_ANSWER',
        message: expect.stringMatching(/order changes something.*--live tools-with-effects/) as string,
      });
    }
    expect(asked).toEqual([]);
  });

  it('are all used where that is said', async () => {
    const { asked, use } = shop([done('order', 'A', 'then')], true);
    expect(await use('order', 'A')).toBe('today');
    expect(asked).toEqual(['order A']);
  });
});

describe('the tools of a recording', () => {
  it('answer the same input with the same, each in its order', async () => {
    const { useRecorded } = shop([done('order', 'A', '1'), done('order', 'B', '2'), done('order', 'A', '3')]);
    expect([
      await useRecorded('order', 'A'),
      await useRecorded('order', 'A'),
      await useRecorded('order', 'B'),
    ]).toEqual(['1', '3', '2']);
    await expect(useRecorded('order', 'A')).rejects.toMatchObject({ code: 'REPLAY_NO_ANSWER' });
  });

  it('that only look may be asked the same again, and one that is asked in other words has the next answer', async () => {
    const { useRecorded } = shop([done('stock', 'A', '1'), done('stock', 'B', '2')]);
    expect(await useRecorded('stock', 'A', true)).toBe('1');
    expect(await useRecorded('stock', 'A', true)).toBe('1');
    expect(await useRecorded('stock', 'b', true)).toBe('2');
    await expect(useRecorded('stock', 'c', true)).rejects.toMatchObject({ code: 'REPLAY_NO_ANSWER' });
  });
});
