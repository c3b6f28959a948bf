import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../base/project-root.ts';
import { seededRandom } from '../../base/seeded.ts';
import { readProfile } from '../../config/profile-file.ts';
import { readBundle } from '../bundle/bundle.ts';
import { figuresOf, isLeftOut, usableCall } from '../figures/recorded-calls.ts';
import { recordedProfile, replayAsFarAsKnown } from '../replay/replay.ts';
import { bundlesIn } from '../replay/test-bundle.ts';
import { frontOf, isBetterInBoth } from './front.ts';
import { halvesOf } from './halves.ts';
import { candidatesOf, combined } from './search-space.ts';
import { summed } from './summary.ts';
import type { Summed } from './summary.ts';
import { tune } from './tune.ts';
import { changesIn, tunedProfile } from './tuned-profile.ts';
import { tuningTable } from './tuning-table.ts';

const CALLS = join(projectRoot(), 'test/calls');
const dir = await mkdtemp(join(tmpdir(), 'parley-tune-'));
afterAll(() => rm(dir, { recursive: true }));

const NOTHING: Summed = {
  ...{ waitMs: 900, quietMs: 900, cutOffs: 0, falseStops: 0, missedStops: 0, wastedTokens: 0 },
  ...{ knownShare: 1, turns: 10 },
};
const tried = (name: string, figures: Partial<Summed>) => ({
  candidate: [name],
  figures: { ...NOTHING, ...figures },
});

describe('the front', () => {
  it('holds what nothing else is better than, quickest first', () => {
    const front = frontOf([
      tried('as it was', {}),
      tried('slower', { waitMs: 1200 }),
      tried('quicker, and cuts', { waitMs: 500, cutOffs: 4 }),
      tried('as quick, and cuts more', { waitMs: 500, cutOffs: 9 }),
      tried('the same again', { waitMs: 905 }),
    ]);
    expect(front.map(({ candidate }) => String(candidate))).toEqual(['quicker, and cuts', 'as it was']);
  });

  it('leaves out nothing but for something that is on it, and is as good in everything', () => {
    const random = seededRandom(7);
    // Differences about as large as what is noticed: there a tolerance goes astray.
    for (let round = 0; round < 200; round++) {
      const all = Array.from({ length: 12 }, (_, at) =>
        tried(String(at), {
          waitMs: 500 + 50 * random(),
          quietMs: 500 + 50 * random(),
          wastedTokens: 5 * random(),
        }),
      );
      const front = frontOf(all);
      const isAsGood = (a: Summed, b: Summed) =>
        a.waitMs <= b.waitMs + 10 && a.quietMs <= b.quietMs + 10 && a.wastedTokens <= b.wastedTokens + 1;
      for (const { figures } of all) expect(front.some((kept) => isAsGood(kept.figures, figures))).toBe(true);
    }
  });

  it('holds nothing of which too little is known', () => {
    expect(frontOf([tried('unknown', { waitMs: 100, knownShare: 0.3 })])).toEqual([]);
  });
});

describe('the figures of many calls', () => {
  const turn = (fromMs: number, waitMs: number) => ({ fromMs, waitMs, quietMs: waitMs });
  const call = (turns: readonly ReturnType<typeof turn>[], cutOffs = 0) => ({
    ...{ turns, cutOffs, falseStops: 0, missedStops: 0, wastedTokens: 0, lengthMs: 10_000, knownMs: 10_000 },
  });

  it('are not better because slow turns have become unknown', () => {
    const before = call([turn(1000, 500), turn(9000, 3000)]);
    expect(summed([{ before, after: call([turn(1000, 400)]) }]).waitMs).toBe(1650);
  });

  it('are known for as much of the length of all as they are, not of each', () => {
    const [short, long] = [call([turn(1000, 500)]), { ...call([]), lengthMs: 90_000, knownMs: 0 }];
    const both = [short, long].map((after) => ({ before: after, after }));
    expect(summed(both).knownShare).toBe(0.1);
  });

  it('are counted by the turns that are known', () => {
    const before = call([turn(1000, 500), turn(5000, 500), turn(9000, 500)]);
    expect(summed([{ before, after: call([turn(1000, 500), turn(5000, 500)], 1) }]).cutOffs).toBe(50);
  });
});

describe('what is better', () => {
  const was = { chosen: NOTHING, heldOut: NOTHING };
  const quicker = { ...NOTHING, waitMs: 500 };

  it('is so where it was chosen, and nowhere worse where it was not', () => {
    expect(isBetterInBoth({ chosen: quicker, heldOut: NOTHING }, was)).toBe(true);
    expect(isBetterInBoth({ chosen: quicker, heldOut: { ...quicker, cutOffs: 1 } }, was)).toBe(false);
    expect(isBetterInBoth({ chosen: NOTHING, heldOut: quicker }, was)).toBe(false);
    expect(isBetterInBoth({ chosen: quicker, heldOut: undefined }, { ...was, heldOut: undefined })).toBe(
      false,
    );
  });

  it('is not what has made the other half unknown, where nothing can then be worse', () => {
    expect(isBetterInBoth({ chosen: quicker, heldOut: { ...NOTHING, knownShare: 0.2 } }, was)).toBe(false);
    expect(isBetterInBoth({ chosen: quicker, heldOut: { ...NOTHING, turns: 0 } }, was)).toBe(false);
  });
});

describe('the halves', () => {
  it('are the same in any order, and as large as each other', () => {
    const ids = Array.from({ length: 21 }, (_, at) => `call-${at}`);
    const halves = halvesOf(ids);
    expect(halvesOf(ids.toReversed())).toEqual(halves);
    expect([...halves.values()].filter((half) => half === 'heldOut')).toHaveLength(10);
  });
});

describe('what is tried', () => {
  it('joins the best of each group, within a bound', () => {
    const best = [['endpointing.silenceMs=400'], ['fillers.enabled=false'], ['fillers.afterMs=300']];
    expect(combined(best, 10).map(String)).toEqual([
      'endpointing.silenceMs=400,fillers.enabled=false',
      'endpointing.silenceMs=400,fillers.afterMs=300',
    ]);
    expect(combined(best, 1)).toHaveLength(1);
  });

  it('is what a profile allows', async () => {
    const { call } = await readBundle(join(CALLS, 'slow-model'));
    const all = candidatesOf(['endpointing', 'earlyAnswer', 'bargeIn', 'fillers']).flat();
    for (const change of new Set(all))
      expect(() => tunedProfile([change], recordedProfile(call), 'prompt: You sell flowers.')).not.toThrow();
  });
});

describe('a search over recorded calls', () => {
  it('names what it cannot use, goes on with the rest, and takes nothing that cuts callers off elsewhere', async () => {
    const broken = join(dir, 'broken');
    await cp(join(CALLS, 'slow-model'), broken, { recursive: true });
    await writeFile(join(broken, 'call.json'), '{"format":"parley-call"');
    const paths = [broken, ...(await bundlesIn(CALLS)), join(CALLS, 'slow-model')];
    const tuning = await tune(paths, { groups: ['endpointing'], mostCombined: 0 });
    if (!('front' in tuning)) throw new Error('no call was used');
    expect(tuning.calls).toBe(10);
    expect(tuning.leftOut.map(({ path, because }) => `${path}: ${because}`)).toEqual([
      expect.stringMatching(/broken: .*call\.json/),
      expect.stringMatching(/slow-model: It is given twice/),
    ]);
    const cuts = tuning.front.filter(({ chosen, heldOut }) => chosen.cutOffs + (heldOut?.cutOffs ?? 0) > 0);
    expect(cuts.length).toBeGreaterThan(0);
    expect(cuts).not.toContain(tuning.best);
    expect(tuningTable(tuning, 'plain')).toMatch(/default: 10 calls, 5 of them held out/);
    const hostile = tuningTable({ ...tuning, bot: '\u001b]0;owned\u0007\nshop' }, 'plain');
    expect(hostile.includes('\u001b') || hostile.includes('\nshop')).toBe(false);
  });

  it('tries what is learnt of where the callers have paused, and says of how many stops', async () => {
    const told = [{ atMs: 5100, events: 1, sounds: 'finished' }];
    const stops = Array.from({ length: 100 }, () => ({ utterance: 0, endedAtMs: 5000, told }));
    const paths = await Promise.all(
      ['slow-model', 'hangup-in-mid-answer'].map(async (name) => {
        const path = join(dir, `paused-${name}`);
        await cp(join(CALLS, name), path, { recursive: true });
        await writeFile(
          join(path, 'stops.json'),
          JSON.stringify({ format: 'parley-stops', version: 1, stops }),
        );
        return path;
      }),
    );
    const tuning = await tune(paths, { groups: ['endpointing'], mostCombined: 0 });
    if (!('front' in tuning) || tuning.pauses?.kind !== 'learnt') throw new Error('nothing was learnt');
    expect(tuning.tried).toBe(1 + candidatesOf(['endpointing']).length + 1);
    expect(tuningTable(tuning, 'plain')).toContain(
      'Pauses: learnt of 200 stops: 300 to 252 ms at the end of a turn, 0 to 0 of 100 stops cut; held out: 300',
    );
    const { call } = await readBundle(join(CALLS, 'slow-model'));
    const yaml = tunedProfile(tuning.pauses.candidate, recordedProfile(call), 'prompt: You sell flowers.');
    expect(yaml).toMatch(
      /endpointing:\n +mode: adaptive\n +silenceMs: 600\n +shares:\n(.*\n)* +finished: 0.42\n/,
    );
    const bare = { ...tuning, pauses: { kind: 'tooFew', stops: 7 } as const };
    expect(tuningTable(bare, 'plain')).toContain('Pauses: 7 stops; of less than 200 nothing is learnt.');
  });

  it('tunes the bot that is named, and says whose the other calls are', async () => {
    const asked = await tune([join(CALLS, 'slow-model')], { bot: 'shop', mostCombined: 0 });
    expect(asked).toEqual({
      leftOut: [{ path: join(CALLS, 'slow-model'), because: 'It is a call of the bot default.' }],
    });
  });
});

describe('a profile that is written', () => {
  it('comes to the figures of its row', async () => {
    const paths = ['slow-model', 'language-switch'].map((name) => join(CALLS, name));
    for (const path of paths) {
      const tuning = await tune([path], { mostCombined: 20 });
      if (!('front' in tuning)) throw new Error('no call was used');
      const usable = await usableCall(path);
      if (isLeftOut(usable)) throw new Error(usable.because);
      const before = figuresOf(usable, usable.replayed);
      expect(tuning.front.length).toBeGreaterThan(1);
      for (const { candidate, chosen } of tuning.front) {
        const yaml = tunedProfile(changesIn(candidate, tuning.profile), tuning.profile, undefined);
        const read = readProfile(tuning.profile.name, yaml);
        if ('faults' in read) throw new Error(read.faults.join());
        const replayed = await replayAsFarAsKnown(usable.bundle, { profile: read.profile });
        expect(summed([{ before, after: figuresOf(usable, replayed) }])).toEqual(chosen);
      }
    }
  });

  it('is one, with nothing in it but what was said and what was chosen', async () => {
    const { call } = await readBundle(join(CALLS, 'ordinary-dialogue'));
    const profile = recordedProfile(call);
    const yaml = tunedProfile(['endpointing.silenceMs=450'], profile, undefined);
    const read = readProfile(profile.name, yaml);
    if ('faults' in read) throw new Error(read.faults.join());
    expect(read.profile).toEqual({ ...profile, endpointing: { mode: 'adaptive', silenceMs: 450 } });
    expect(yaml).not.toContain('decideWithinMs');
  });

  it('keeps the comments and the order of the file that was there', async () => {
    const { call } = await readBundle(join(CALLS, 'ordinary-dialogue'));
    const before = '# ours\nprompt: You sell flowers.\nendpointing:\n  silenceMs: 700 # slow callers\n';
    expect(tunedProfile(['endpointing.silenceMs=450'], recordedProfile(call), before)).toBe(
      '# ours\nprompt: You sell flowers.\nendpointing:\n  silenceMs: 450 # slow callers\n',
    );
    expect(() => tunedProfile([], recordedProfile(call), 'just text')).toThrow(/no bot profile/);
  });

  it.each(['just text', 'prompt: You sell flowers.\nendpointing: quick\n', 'a: [', '- a list', '\u0000'])(
    'is not made of a file in which nothing can be set: %j',
    async (before) => {
      const { call } = await readBundle(join(CALLS, 'ordinary-dialogue'));
      const profile = recordedProfile(call);
      expect(() => tunedProfile(['endpointing.silenceMs=450'], profile, before)).toThrow(
        expect.objectContaining({ code: 'BOT_PROFILE_INVALID' }),
      );
    },
  );

  it('holds only what is not so already', async () => {
    const { call } = await readBundle(join(CALLS, 'ordinary-dialogue'));
    expect(
      changesIn(['endpointing.mode=adaptive', 'endpointing.silenceMs=450'], recordedProfile(call)),
    ).toEqual(['endpointing.silenceMs=450']);
  });
});
