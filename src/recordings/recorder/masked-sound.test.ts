/** What of a caller's sound is kept where RECORD_REDACT=audio: nothing that may be private, and nobody has understood is that as well. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { slice } from '../../audio/pcm.ts';
import { tone } from '../../audio/tone.ts';
import { decodeWav } from '../../audio/wav.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import type { RecordedEnd, RecordedUtterance } from '../bundle/recorded-call.ts';
import { CallTape, UNDER_WAY } from './call-tape.ts';
import type { Growing } from './call-tape.ts';
import { MaskedSound } from './masked-sound.ts';
import { Mask } from './redaction.ts';
import { SoundTrack } from './sound-track.ts';
import { GrowingWav } from './growing-wav.ts';

const RATE_HZ = 8000;
const CALL_MS = 9000;
/** A caller who is never quiet: whatever is silent afterwards was silenced. */
const CALLER = tone(440, CALL_MS, RATE_HZ);
/** When the utterance begins and is over. */
const [FROM_MS, TO_MS] = [3000, 5000];

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-masked-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** The whole call as it comes in, 20 ms at a time; `ends` says how the recognition of its one utterance ended, and when. */
async function keptOf(texts: readonly string[], ends: RecordedEnd | undefined) {
  const clock = new ManualClock();
  const tape = new CallTape(clock);
  const masked = new MaskedSound(tape, new Mask());
  const file = new GrowingWav(join(dir, 'caller.wav'));
  const track = new SoundTrack(file, { sampleRateHz: RATE_HZ, holds: true });
  let utterance: Growing<RecordedUtterance> | undefined;
  for (let atMs = 0; atMs < CALL_MS; atMs += 20) {
    if (atMs === FROM_MS) {
      utterance = { fromMs: FROM_MS, beganAtMs: FROM_MS, language: 'ru-RU', events: [], end: UNDER_WAY };
      tape.utterances.push(utterance);
    }
    if (utterance && atMs === TO_MS) {
      utterance.finishedAtMs = TO_MS;
      utterance.events.push(...texts.map((text) => ({ atMs, event: { kind: 'partial' as const, text } })));
    }
    if (utterance && ends?.atMs === atMs) utterance.end = ends;
    track.add(atMs, slice(CALLER, atMs, atMs + 20).data);
    masked.review(track);
    await clock.advance(20);
  }
  masked.review(track);
  track.finish(CALL_MS);
  file.finish(RATE_HZ);
  const kept = decodeWav(await readFile(join(dir, 'caller.wav')));
  const isSilent = (fromMs: number, toMs: number) =>
    slice(kept, fromMs, toMs).data.every((byte) => byte === 0);
  return { utterance: isSilent(FROM_MS, TO_MS), before: isSilent(0, 2000), after: isSilent(6000, CALL_MS) };
}

const failed: RecordedEnd = { kind: 'failed', code: 'ASR_UNAVAILABLE', atMs: 5200 };
const done: RecordedEnd = { kind: 'done', atMs: 5200 };

it.each<[string, readonly string[], RecordedEnd]>([
  ['failed before a word was understood', [], failed],
  ['failed in the middle of it', ['номер карты'], failed],
  ['was given up', ['номер карты'], { kind: 'dropped', atMs: 5200 }],
  ['came to nothing', [], done],
  ['came to something private', ['мой номер восемь девятьсот двенадцать'], done],
  ['had it only before it was corrected', ['восемь девятьсот двенадцать', 'весенний двенадцатый'], done],
])('an utterance whose recognition %s is silenced, and nothing else', async (_what, texts, ends) => {
  expect(await keptOf(texts, ends)).toEqual({ utterance: true, before: false, after: false });
});

it('an utterance that was understood and holds nothing private is kept', async () => {
  expect(await keptOf(['когда вы', 'когда вы работаете'], done)).toEqual({
    utterance: false,
    before: false,
    after: false,
  });
});
