import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../base/project-root.ts';
import { withChanges } from '../replay/changed-profile.ts';
import { recordedProfile, replayAsFarAsKnown } from '../replay/replay.ts';
import type { Replayed } from '../replay/replay.ts';
import { gateTable } from './gate-table.ts';
import { gate } from './gate.ts';
import type { Gated, Side } from './gate.ts';
import { ALLOWED } from './verdict.ts';
import type { Allowed, Bound } from './verdict.ts';

const CALLS = join(projectRoot(), 'test/calls');
const ORDINARY = join(CALLS, 'ordinary-dialogue');
const dir = await mkdtemp(join(tmpdir(), 'parley-gate-'));
afterAll(() => rm(dir, { recursive: true }));

const asRecorded: Side = {
  name: 'as recorded',
  isAsRecorded: true,
  run: (bundle) => replayAsFarAsKnown(bundle),
};

const under = (...settings: readonly string[]): Side => ({
  ...{ name: settings.join(), isAsRecorded: false },
  run: (bundle) => replayAsFarAsKnown(bundle, withChanges(recordedProfile(bundle.call), settings)),
});

/** A program that does otherwise what this one does. */
const doing = (other: (entries: Replayed['entries']) => Replayed['entries']): Side => ({
  ...{ name: 'the new one', isAsRecorded: true },
  run: async (bundle) => ({ entries: other((await replayAsFarAsKnown(bundle)).entries), unknown: undefined }),
});

function gated(
  to: Side,
  { paths = [ORDINARY], allow = {} }: { paths?: string[]; allow?: Partial<Allowed> } = {},
) {
  const allowed = { ...ALLOWED, ...allow };
  return gate(paths, { ...{ old: asRecorded, new: to, allowed }, sinceEpochMs: -Infinity });
}

const worse = ({ verdict }: Gated): readonly Bound[] =>
  verdict.filter(({ isWorse }) => isWorse).map(({ bound }) => bound);

describe('a gate', () => {
  it('passes what is the same', async () => {
    const same = await gated(asRecorded);
    expect(worse(same)).toEqual([]);
    expect(same.isGood).toBe(true);
    expect(same.calls[0]?.differences).toEqual([]);
  });

  it('compares a call once that is given twice', async () => {
    const twice = await gated(asRecorded, { paths: [ORDINARY, ORDINARY] });
    expect(twice.calls).toHaveLength(1);
    expect(twice.leftOut).toEqual([{ path: ORDINARY, because: 'It is given twice.' }]);
  });

  it('counts what a profile asks the model too early, also what it was never asked in the recording', async () => {
    const eager = under('endpointing.mode=fixed', 'endpointing.silenceMs=1200');
    const held = await gated(eager, { paths: [join(CALLS, 'dictating-digits')] });
    expect(worse(held)).toContain('tokens');
  });

  it('holds up a profile that cuts callers off, until it is allowed', async () => {
    const hasty = under('endpointing.silenceMs=300');
    const held = await gated(hasty);
    expect(held.isGood).toBe(false);
    expect(worse(held)).toContain('cutOffs');
    expect(held.calls[0]?.knownNoFurther).toContain('only in part');
    expect((await gated(hasty, { allow: { cutOffs: 100, unknown: 100 } })).isGood).toBe(true);
  });

  it('holds up longer waits, by as much as is allowed', async () => {
    const patient = under('endpointing.silenceMs=2500');
    const held = await gated(patient);
    expect(worse(held)).toContain('waitMs');
    expect(worse(await gated(patient, { allow: { waitMs: 5000, quietMs: 5000 } }))).toEqual([]);
  });

  it('holds up other words, other tools, another end and what fails', async () => {
    const kinds: readonly [Bound, Side][] = [
      [
        'words',
        doing((entries) =>
          entries.map((entry) =>
            entry.type === 'playback.started' && entry.kind === 'answer' ? { ...entry, text: 'Нет.' } : entry,
          ),
        ),
      ],
      ['tools', doing((entries) => [...entries, { type: 'tool.started', atMs: 1, turn: 1, name: 'order' }])],
      [
        'ends',
        doing((entries) =>
          entries.map((entry) => (entry.type === 'call.ended' ? { ...entry, cause: 'silence' } : entry)),
        ),
      ],
      [
        'failures',
        doing((entries) => [
          ...entries,
          { type: 'failure', atMs: 1, turn: 1, code: 'TTS_UNAVAILABLE', during: 'synthesis' },
        ]),
      ],
    ];
    for (const [bound, side] of kinds) expect(worse(await gated(side)), bound).toEqual([bound]);
  });

  it('names calls that cannot be read, and holds up a program that cannot run what the old one can', async () => {
    const broken = join(dir, 'broken');
    await cp(ORDINARY, broken, { recursive: true });
    await writeFile(join(broken, 'call.json'), '{');
    const failing: Side = { ...asRecorded, name: 'bad', run: () => Promise.reject(new Error('It is bad.')) };
    const held = await gated(failing, { paths: [broken, ORDINARY] });
    expect(held.leftOut.map(({ path }) => path)).toEqual([broken]);
    expect(held.broken).toEqual([{ path: ORDINARY, because: 'It is bad.' }]);
    expect(worse(held)).toContain('broken');
    expect(gateTable(held, 'plain')).toMatch(/Nothing could be compared\.$/);
  });

  it('does not pass where nothing was compared', async () => {
    const other = await gated({ ...asRecorded, bot: 'shop' });
    expect(other.leftOut[0]?.because).toBe('It is a call of the bot default.');
    expect(other.isGood).toBe(false);
  });

  it('looks only at calls that are not too old', async () => {
    const options = { old: asRecorded, new: asRecorded, allowed: ALLOWED, sinceEpochMs: Date.now() + 1 };
    expect((await gate([ORDINARY], options)).calls).toEqual([]);
  });

  it('lays out what differs as a table that no caller can steer the terminal with', async () => {
    const side = doing((entries) =>
      entries.map((entry) => (entry.type === 'recognition.done' ? { ...entry, text: 'a\u001B[2Jb' } : entry)),
    );
    const table = gateTable(await gated(side), 'plain');
    expect(table).toMatch(/calls with other words +1 +0 +worse/);
    expect(table).not.toContain('\u001B');
  });
});
