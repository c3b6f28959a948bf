import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../../src/base/project-root.ts';
import { adaptive } from '../../../src/endpointing/adaptive.ts';
import { fixedSilence } from '../../../src/endpointing/fixed-silence.ts';
import { scoreOf } from './policy-score.ts';
import { HELD_OUT, turnFiles } from './turn-texts.ts';

const SILENCE_MS = 600;
/** In the second set every seventh turn answers a question for what is dictated, behind which more may come as long as nobody knows its length. */
const LONGEST_WAIT_MS = { turns: 480, 'second-turns': 560 };

describe.each(HELD_OUT)('callers of whom no table was made: %s', (directory) => {
  const files = turnFiles(join(projectRoot(), 'test/support/speech-turns', directory));

  it.each([...files])('are answered in time: %s', (_, turns) => {
    const [adapted, fixed] = [scoreOf(adaptive(SILENCE_MS), turns), scoreOf(fixedSilence(SILENCE_MS), turns)];
    expect(adapted.waitMs).toBeLessThanOrEqual(LONGEST_WAIT_MS[directory]);
    expect(adapted.cut).toBeLessThan(fixed.cut + 0.01);
  });

  it('and are not cut more often than by a silence of 600 ms', () => {
    const turns = [...files.values()].flat();
    expect(scoreOf(adaptive(SILENCE_MS), turns).cut).toBeLessThan(
      scoreOf(fixedSilence(SILENCE_MS), turns).cut,
    );
  });
});
