import { expect, it } from 'vitest';
import { CALLERS, recordedCaller } from '../../../../test/support/recorded-callers.ts';
import { decodeG711, encodeG711 } from '../../../audio/g711.ts';
import { concatBytes, durationMs, silence, slice } from '../../../audio/pcm.ts';
import type { Pcm } from '../../../audio/pcm.ts';
import { ClipHearing } from './clip-hearing.ts';

const NAMES = ['interruption', 'number', 'question1', 'question2', 'thanks', 'yes'];
const callers = await Promise.all(NAMES.map((name) => recordedCaller(name, CALLERS)));

const joined = (pieces: readonly Pcm[]): Pcm => ({
  sampleRateHz: 8000,
  data: concatBytes(pieces.map(({ data }) => data)),
});
/** As a phone hears it. */
const overTheLine = (pcm: Pcm) => decodeG711(encodeG711(pcm, 'PCMA'), 'PCMA');

/** Packets have waited: after so much of it nothing came for a while, and then the rest. */
function heldUp(pcm: Pcm, ...atMs: number[]): Pcm {
  const pieces = [0, ...atMs].map((fromMs, at) => slice(pcm, fromMs, atMs[at] ?? durationMs(pcm)));
  return joined(pieces.flatMap((piece) => [silence(180, 8000), overTheLine(piece)]));
}

function textsIn(pcm: Pcm, texts = callers): readonly string[] {
  const hearing = new ClipHearing();
  for (const { pcm: clip, text } of texts) hearing.register(clip, text);
  return hearing.hear(pcm).map(({ text }) => text);
}

it('each recording is known, and no other', () => {
  for (const { pcm, text } of callers) {
    expect(textsIn(overTheLine(pcm))).toEqual([text]);
    const others = callers.filter((each) => each.text !== text);
    expect(textsIn(overTheLine(pcm), others), text).toEqual([]);
    expect(textsIn(heldUp(pcm, 400, 700), others), text).toEqual([]);
  }
});

it('a recording is known in the pieces in which a busy machine lets it be heard, among others', () => {
  const [interruption, , question1, question2] = callers;
  const heard = [interruption, question1, question2].flatMap((caller) =>
    caller ? [heldUp(caller.pcm, 350, 620, 900), silence(800, 8000)] : [],
  );
  expect(textsIn(joined(heard))).toEqual([interruption?.text, question1?.text, question2?.text]);
});
