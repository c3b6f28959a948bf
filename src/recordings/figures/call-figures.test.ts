import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../base/project-root.ts';
import type { TimelineEntry } from '../../timeline/timeline.ts';
import { readBundle } from '../bundle/bundle.ts';
import { withChanges } from '../replay/changed-profile.ts';
import { recordedProfile, replayAsFarAsKnown } from '../replay/replay.ts';
import { callFigures, tokensOf } from './call-figures.ts';
import type { CallFigures } from './call-figures.ts';
import { callerSpeech } from './caller-speech.ts';
import type { CallerSpeech } from './caller-speech.ts';
import { knownUntil } from './known-until.ts';

const { call } = await readBundle(join(projectRoot(), 'test/calls/ordinary-dialogue'));

const meant = (fromMs: number, toMs: number): CallerSpeech => ({ fromMs, toMs, isMeant: true });
const ended = (atMs: number, turn: number, speechEndedAtMs: number): TimelineEntry => ({
  ...{ type: 'turn.ended', atMs, turn, speechEndedAtMs },
});
const heard = (atMs: number, turn: number, text = 'Да.'): TimelineEntry => ({
  ...{ type: 'playback.started', atMs, turn, kind: 'answer', index: 0, text },
});
const over = (atMs: number, turn: number): TimelineEntry => ({
  ...{ type: 'playback.finished', atMs, turn, kind: 'answer', index: 0, heardMs: 900, outcome: 'heard' },
});

function figures(
  entries: readonly TimelineEntry[],
  speech: readonly CallerSpeech[],
  knownUntilMs = Infinity,
): CallFigures {
  return callFigures({ call, speech, entries, knownUntilMs });
}

describe('the figures of a call', () => {
  it('count a caller who goes on before the answer is heard, or as it begins, as cut off', () => {
    const speech = [meant(0, 1000), meant(1700, 2500)];
    expect(figures([ended(1500, 1, 1000)], speech).cutOffs).toBe(1);
    expect(figures([ended(1500, 1, 1000), heard(1600, 1)], speech).cutOffs).toBe(1);
  });

  it('do not take for cut off who answers the bot, or asks again after a long wait', () => {
    const answered = [ended(1300, 1, 1000), heard(1350, 1)];
    expect(figures(answered, [meant(0, 1000), meant(1700, 2500)]).cutOffs).toBe(0);
    expect(figures([ended(1500, 1, 1000)], [meant(0, 1000), meant(4000, 4500)]).cutOffs).toBe(0);
  });

  it('do not take a cough behind the turn for more of it', () => {
    const cough = { fromMs: 1700, toMs: 1900, isMeant: false };
    expect(figures([ended(1500, 1, 1000)], [meant(0, 1000), cough]).cutOffs).toBe(0);
  });

  it('count a stop for a cough, and none for words', () => {
    const entries: TimelineEntry[] = [heard(2000, 1), { type: 'bargeIn.stopped', atMs: 2600, turn: 1 }];
    expect(figures(entries, [{ fromMs: 2400, toMs: 2700, isMeant: false }]).falseStops).toBe(1);
    expect(figures(entries, [meant(2400, 2700)]).falseStops).toBe(0);
  });

  it('count words over a bot that speaks on', () => {
    const speaking = [heard(2000, 1), over(6000, 1)];
    expect(figures(speaking, [meant(3000, 4500)]).missedStops).toBe(1);
    expect(
      figures([...speaking, { type: 'bargeIn.paused', atMs: 3100, turn: 1 }], [meant(3000, 4500)])
        .missedStops,
    ).toBe(0);
  });

  it('take what the model was never asked in the recording for as dear as what it was', () => {
    const wasted: TimelineEntry = { type: 'earlyAnswer.wasted', atMs: 10, turn: 1, tokens: 4 };
    const usage: TimelineEntry = {
      ...{ type: 'chat.usage', atMs: 10, turn: 1, inputTokens: 90_000, outputTokens: 9, estimated: false },
    };
    expect(figures([wasted], []).wastedTokens).toBeGreaterThan(50);
    expect(figures([usage, wasted], []).wastedTokens).toBe(90_009);
  });

  it('count what was asked for a turn of whose answer nothing was heard, and once what was asked too early', () => {
    const usage = (turn: number): TimelineEntry => ({
      ...{ type: 'chat.usage', atMs: 10, turn, inputTokens: 90_000, outputTokens: 9, estimated: false },
    });
    const wasted: TimelineEntry = { type: 'earlyAnswer.wasted', atMs: 10, turn: 1, tokens: 4 };
    const dropped = (turn: number): TimelineEntry => ({
      ...{ type: 'turn.over', atMs: 3000, turn, outcome: 'interrupted' },
    });
    expect(figures([usage(1), dropped(1)], []).wastedTokens).toBe(90_009);
    expect(figures([usage(1), wasted, dropped(1)], []).wastedTokens).toBe(90_009);
    expect(figures([usage(1), heard(2000, 1), dropped(1)], []).wastedTokens).toBe(0);
    expect(tokensOf([usage(1), wasted, usage(2)], call)).toBe(180_018);
    const unknown = figures([wasted], []).wastedTokens;
    expect(tokensOf([usage(1), dropped(1), wasted], call)).toBe(90_009 + unknown);
  });

  it('go by how long the call was, whenever a run ends in which something was not recorded', () => {
    const recordedMs = call.timeline.at(-1)?.atMs ?? 0;
    expect(recordedMs).toBeGreaterThan(16_000);
    const short = figures(
      [ended(1500, 1, 1000), { type: 'call.ended', atMs: 2500, turn: 0, cause: 'failure' }],
      [],
      2000,
    );
    expect(short).toMatchObject({ lengthMs: recordedMs, knownMs: 2000 });
  });

  it('say nothing of what comes after the point up to which the call is known', () => {
    const entries = [ended(1500, 1, 1000), heard(1900, 1), ended(6000, 2, 5500), heard(10_000, 2)];
    const { turns, knownMs } = figures(entries, [], 5000);
    expect(turns).toEqual([{ fromMs: 1000, waitMs: 900, quietMs: 900 }]);
    expect(knownMs).toBe(5000);
  });
});

describe('how far a call under other settings is known', () => {
  const before = [heard(1000, 1), over(2000, 1)];

  it('is to its end if the caller would have heard the same whenever he speaks', () => {
    const speech = [meant(2500, 3000)];
    const { atMs } = knownUntil({ entries: before, unknown: undefined }, before, speech);
    expect(atMs).toBe(Infinity);
  });

  it('is until the caller speaks into an answer that had been over then', () => {
    const later = { entries: [heard(2000, 1), over(3000, 1)], unknown: undefined };
    expect(knownUntil(later, before, [meant(2500, 4000)])).toEqual({
      atMs: 2500,
      because: 'The caller would have found the bot speaking.',
    });
    expect(knownUntil(later, before, [{ fromMs: 2500, toMs: 2700, isMeant: false }]).atMs).toBe(Infinity);
  });

  it('is until the replay needs words that nobody has said', async () => {
    const bundle = await readBundle(join(projectRoot(), 'test/calls/ordinary-dialogue'));
    const changes = withChanges(recordedProfile(bundle.call), ['endpointing.silenceMs=300']);
    const [was, now] = [await replayAsFarAsKnown(bundle), await replayAsFarAsKnown(bundle, changes)];
    expect(was.unknown).toBeUndefined();
    const { atMs, because } = knownUntil(now, was.entries, callerSpeech(bundle.call));
    expect(because).toContain('recognised only in part');
    expect(atMs).toBeGreaterThan(2000);
    expect(atMs).toBeLessThan(5000);
  });
});

describe('what a caller has said', () => {
  it('is told from coughs, noise and "mhm"', async () => {
    const spoken = async (name: string) => {
      const bundle = await readBundle(join(projectRoot(), 'test/calls', name));
      return callerSpeech(bundle.call).map(({ isMeant }) => isMeant);
    };
    expect(await spoken('false-barge-in')).toContain(false);
    expect(await spoken('false-barge-in')).toContain(true);
    expect(await spoken('ordinary-dialogue')).not.toContain(false);
  });
});
