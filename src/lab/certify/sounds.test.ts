import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { concatBytes, durationMs, silence } from '../../audio/pcm.ts';
import { tone } from '../../audio/tone.ts';
import { encodeWav } from '../../audio/wav.ts';
import { loadSounds } from './sounds.ts';

const RATE_HZ = 16_000;
const dir = await mkdtemp(join(tmpdir(), 'parley-sounds-'));
afterAll(() => rm(dir, { recursive: true }));

it('says a line without the silence that was recorded around it', async () => {
  const data = concatBytes([
    silence(700, RATE_HZ).data,
    tone(300, 1000, RATE_HZ).data,
    silence(900, RATE_HZ).data,
  ]);
  for (const name of ['question', 'interruption', 'number'])
    await writeFile(join(dir, `${name}.wav`), encodeWav({ sampleRateHz: RATE_HZ, data }));
  const { dictation, interruption, noisyQuestion, question } = await loadSounds(dir);
  for (const { pcm, speechBeginsMs = 0, speechEndsMs } of [question, interruption]) {
    expect(durationMs(pcm)).toBeLessThan(1200);
    expect(speechBeginsMs).toBeLessThan(100);
    expect(speechEndsMs - speechBeginsMs).toBeCloseTo(1000, -1);
  }
  // The pause in the number is the only one, and in its middle.
  expect(durationMs(dictation.pcm) - durationMs(question.pcm)).toBe(500);
  expect(noisyQuestion.speechEndsMs - (noisyQuestion.speechBeginsMs ?? 0)).toBeCloseTo(1000, -1);
});
