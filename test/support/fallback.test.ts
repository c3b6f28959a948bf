import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { concatBytes, silence, slice } from '../../src/audio/pcm.ts';
import type { Pcm } from '../../src/audio/pcm.ts';
import { decodeWav } from '../../src/audio/wav.ts';
import { projectRoot } from '../../src/base/project-root.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import { wentToFallback } from './fallback.ts';
import { FALLBACK_SOUND } from './telephony.ts';

const calls = (pcm: Pcm) => ({ heard: () => ({ startedAtMs: 5000, pcm }) }) as PhoneCall;
const sound = (path: string) => readFile(path).then(decodeWav);

it('the fallback is known in the pieces in which a busy machine lets it be heard, without its end', async () => {
  const whole = await sound(`${FALLBACK_SOUND}.wav`);
  const { sampleRateHz } = whole;
  const pieces = [0, 300, 840, 1000, 1500].map((fromMs, at, all) =>
    slice(whole, fromMs, all[at + 1] ?? 1700),
  );
  const data = pieces.flatMap((piece) => [silence(160, sampleRateHz).data, piece.data]);
  expect(wentToFallback(calls({ sampleRateHz, data: concatBytes(data) }))).toBe(true);
});

it.each(['sounds/ru-RU/filler-question-1.wav', 'src/lab/simulator/callers/question1.wav'])(
  'the fallback is no other recording: %s',
  async (path) => {
    expect(wentToFallback(calls(await sound(join(projectRoot(), path))))).toBe(false);
  },
);
