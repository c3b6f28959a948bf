import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../../src/base/project-root.ts';
import { adaptive } from '../../../src/endpointing/adaptive.ts';
import { fixedSilence } from '../../../src/endpointing/fixed-silence.ts';
import { scoreOf } from './policy-score.ts';
import { HELD_OUT, turnFiles } from './turn-texts.ts';

const SILENCE_MS = 600;
/** Of a language. In the later sets every seventh turn answers a question for what is dictated, behind which more may come as long as nobody knows its length. */
const LONGEST_WAIT_MS = { turns: 450, 'second-turns': 520, 'third-turns': 520 };
/** Of a set; a fixed silence of 600 ms cuts 35.4 % of the stops. */
const MOST_CUT = 0.31;

describe.each(HELD_OUT)('callers of whom no table was made: %s', (directory) => {
  const files = turnFiles(join(projectRoot(), 'test/support/speech-turns', directory));

  it.each([...files])('are answered in time: %s', (_, turns) => {
    const [adapted, fixed] = [scoreOf(adaptive(SILENCE_MS), turns), scoreOf(fixedSilence(SILENCE_MS), turns)];
    expect(adapted.waitMs).toBeLessThanOrEqual(LONGEST_WAIT_MS[directory]);
    expect(adapted.cut).toBeLessThan(fixed.cut + 0.01);
  });

  it('and are cut less often than by a silence of 600 ms', () => {
    const turns = [...files.values()].flat();
    expect(scoreOf(adaptive(SILENCE_MS), turns).cut).toBeLessThan(MOST_CUT);
  });
});
