/** A call that was recorded on a busy machine: what is asked, told and dropped has other times than in its replay, and the same causes. */
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../base/project-root.ts';
import { readBundle } from '../bundle/bundle.ts';
import type { RecordedCall, RecordedEnd } from '../bundle/recorded-call.ts';
import { outcomeOf } from './outcome.ts';
import { replayCall } from './replay.ts';
import { bundlesIn } from './test-bundle.ts';

const CALLS = join(projectRoot(), 'test/calls');
const SHIPPED = (await bundlesIn(CALLS)).map((path) => basename(path));

/** By so much a time is off, ms: a machine that serves more calls than it can. */
const OFF_MS = 20;

async function saidIn(call: RecordedCall, name: string): Promise<readonly string[]> {
  const { caller } = await readBundle(join(CALLS, name));
  const { dialogue } = outcomeOf(await replayCall({ call, caller }));
  const bridges = ['filler', 'hold'];
  return dialogue.flatMap(({ who, text, kind = '' }) => (bridges.includes(kind) ? [] : [`${who}: ${text}`]));
}

/** Every request was made, and everything that nobody wanted any more was dropped, a little earlier or later. */
function jittered(call: RecordedCall, off: () => number): RecordedCall {
  const dropped = (end: RecordedEnd): RecordedEnd =>
    end.kind === 'dropped' ? { ...end, atMs: end.atMs + off() } : end;
  return {
    ...call,
    utterances: call.utterances.map((one) => ({
      ...one,
      beganAtMs: one.beganAtMs + off(),
      ...(one.finishedAtMs !== undefined && { finishedAtMs: one.finishedAtMs + off() }),
      end: dropped(one.end),
    })),
    replies: call.replies.map((one) => ({ ...one, atMs: one.atMs + off(), end: dropped(one.end) })),
    syntheses: call.syntheses.map((one) => ({ ...one, atMs: one.atMs + off(), end: dropped(one.end) })),
  };
}

describe('a call of a busy machine', () => {
  it.each([6, -6, 40])('replays where its first recognition was asked for %d ms off', async (offMs) => {
    const { call } = await readBundle(join(CALLS, 'barge-in'));
    const utterances = call.utterances.map((one, at) =>
      at === 0 ? { ...one, beganAtMs: one.beganAtMs + offMs } : one,
    );
    expect(await saidIn({ ...call, utterances }, 'barge-in')).toEqual(await saidIn(call, 'barge-in'));
  });

  it.each(SHIPPED)(
    'such as %s replays to the same dialogue, however much its times are off',
    async (name) => {
      const { call } = await readBundle(join(CALLS, name));
      const said = await saidIn(call, name);
      await fc.assert(
        fc.asyncProperty(fc.infiniteStream(fc.integer({ min: -OFF_MS, max: OFF_MS })), async (offs) => {
          const off = () => offs.next().value as number;
          expect(await saidIn(jittered(call, off), name)).toEqual(said);
        }),
        { numRuns: 5, seed: 1 },
      );
    },
  );
});
