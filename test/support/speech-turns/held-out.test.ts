import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectRoot } from '../../../src/base/project-root.ts';
import { adaptive } from '../../../src/endpointing/adaptive.ts';
import { fixedSilence } from '../../../src/endpointing/fixed-silence.ts';
import { scoreOf } from './policy-score.ts';
import { turnFiles } from './turn-texts.ts';

const SILENCE_MS = 600;
const FILES = turnFiles(join(projectRoot(), 'test/support/speech-turns/turns'));

it.each([...FILES])('callers of whom no table was made are answered after 480 ms: %s', (_, turns) => {
  const [adapted, fixed] = [scoreOf(adaptive(SILENCE_MS), turns), scoreOf(fixedSilence(SILENCE_MS), turns)];
  expect(adapted.waitMs).toBeLessThanOrEqual(480);
  expect(adapted.cut).toBeLessThan(fixed.cut + 0.01);
});

it('and are not cut more often than by a silence of 600 ms', () => {
  const turns = [...FILES.values()].flat();
  expect(scoreOf(adaptive(SILENCE_MS), turns).cut).toBeLessThan(scoreOf(fixedSilence(SILENCE_MS), turns).cut);
});
