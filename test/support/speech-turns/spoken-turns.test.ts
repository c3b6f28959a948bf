import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../../src/base/project-root.ts';
import { adaptive } from '../../../src/endpointing/adaptive.ts';
import { mean } from '../percentile.ts';
import { speakTurns } from './spoken-turns.ts';
import { turnFiles } from './turn-texts.ts';

const TURNS = [...turnFiles(join(projectRoot(), 'test/support/speech-turns/turns')).values()]
  .flat()
  // Each takes a hundredth of a second.
  .filter((_, at) => at % 3 === 0);
const endOfTurn = adaptive(600);
const speak = (earlyAnswer: { readonly enabled: boolean; readonly afterMs: number }) =>
  speakTurns(TURNS, { endOfTurn, earlyAnswer });

describe('the model, with callers who stop and go on', () => {
  it('is asked 1.3 times a turn at most, and the bot heard a fifth of a second sooner for it', async () => {
    const [early, late] = [
      await speak({ enabled: true, afterMs: 0 }),
      await speak({ enabled: false, afterMs: 0 }),
    ];
    expect(mean(late.map(({ requests }) => requests))).toBe(1);
    expect(mean(early.map(({ requests }) => requests))).toBeLessThanOrEqual(1.3);
    const waits = [early, late].map((turns) =>
      mean(turns.flatMap(({ voiceToVoiceMs }) => voiceToVoiceMs ?? [])),
    );
    expect((waits[1] ?? 0) - (waits[0] ?? 0)).toBeGreaterThan(200);
  });
});
