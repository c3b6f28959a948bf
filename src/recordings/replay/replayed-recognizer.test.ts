import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { silence } from '../../audio/pcm.ts';
import type { RecordedCall, RecordedUtterance } from '../bundle/recorded-call.ts';
import { ReplayedHearing } from './replayed-hearing.ts';
import { ReplayedRecognizer } from './replayed-recognizer.ts';
import { TapeTime } from './tape-time.ts';
import { recordedCallWith, utteranceOf } from './testing/recorded.ts';
import { Unanswered } from './unanswered.ts';

type Speech = readonly (readonly [fromMs: number, toMs: number])[];

/** When speech begins, a detector tells so at once, and its end 200 ms later. */
function heard(speech: Speech): RecordedCall['line']['hearing'] {
  return speech.flatMap(([fromMs, toMs]) => [
    { kind: 'speechStarted' as const, atMs: fromMs, startedAtMs: fromMs },
    { kind: 'speechStopped' as const, atMs: toMs + 200, startedAtMs: fromMs, endedAtMs: toMs },
  ]);
}

async function stand(speech: Speech, utterances: readonly RecordedUtterance[]) {
  const clock = new ManualClock();
  const time = new TapeTime(clock);
  const call = await recordedCallWith({ utterances }, { hearing: heard(speech) });
  const unanswered = new Unanswered();
  const hearing = new ReplayedHearing(time, call, silence(20_000, 8000));
  const recognizer = new ReplayedRecognizer(time, call, unanswered);
  const told: string[] = [];
  /** One capture from now on; `toMs`: when its utterance ends. */
  const capture = async (toMs: number, language = 'ru-RU') => {
    const { audio, ...captured } = hearing.capture(300);
    clock.after(toMs - clock.nowMs(), () => captured.finish());
    const signal = new AbortController().signal;
    for await (const event of recognizer.recognize(audio, { language, sampleRateHz: 8000 }, signal))
      told.push(`${clock.nowMs()} ${event.kind}${'text' in event ? `: ${event.text}` : ''}`);
    told.push(`${clock.nowMs()} end`);
  };
  const captureAt = (fromMs: number, toMs: number, language?: string) => {
    const begun = new Promise<void>((resolve) => void clock.after(fromMs - clock.nowMs(), () => resolve()));
    const captured = begun.then(() => capture(toMs, language));
    captured.catch(() => undefined);
    return captured;
  };
  return { clock, captureAt, told, unanswered };
}

const done = (atMs: number): RecordedUtterance['end'] => ({ kind: 'done', atMs });

/** A number in two halves, said as one utterance. */
const WHOLE = {
  speech: [
    [1000, 2000],
    [3000, 4000],
  ] as Speech,
  utterance: (events: Readonly<Record<number, string>>) =>
    utteranceOf({ beganAtMs: 1000, finishedAtMs: 5000, end: done(5200) }, events),
};

describe('the recognizer of a replay', () => {
  it('tells the same at the same time', async () => {
    const { clock, captureAt, told } = await stand(WHOLE.speech, [
      WHOLE.utterance({ 1800: 'partial: five', 4200: 'partial: five six', 5150: 'final: five six' }),
    ]);
    const captured = captureAt(1000, 5000);
    await clock.advance(10_000);
    await captured;
    expect(told).toEqual([
      '1800 partial: five',
      '4200 partial: five six',
      '5150 final: five six',
      '5200 end',
    ]);
  });

  it('tells what followed the end of the utterance as long after it, where that comes sooner or later', async () => {
    for (const endMs of [4400, 6000]) {
      const { clock, captureAt, told } = await stand(WHOLE.speech, [
        WHOLE.utterance({ 4200: 'partial: five six', 5150: 'final: five six' }),
      ]);
      const captured = captureAt(1000, endMs);
      await clock.advance(10_000);
      await captured;
      expect(told).toEqual([
        '4200 partial: five six',
        `${endMs + 150} final: five six`,
        `${endMs + 200} end`,
      ]);
    }
  });

  it('tells what was understood by then, where the utterance is cut, and the rest in the next', async () => {
    const { clock, captureAt, told } = await stand(WHOLE.speech, [
      WHOLE.utterance({ 1800: 'partial: five', 4200: 'partial: five six', 5150: 'final: five six' }),
    ]);
    const both = Promise.all([captureAt(1000, 2500), captureAt(3000, 5000)]);
    await clock.advance(10_000);
    await both;
    expect(told.slice(0, 3)).toEqual(['1800 partial: five', '2500 final: five', '2500 end']);
    expect(told.slice(3)).toEqual(['4200 partial: six', '5150 final: six', '5200 end']);
  });

  it('has no answer where an utterance is cut of which nothing was understood by then', async () => {
    const { clock, captureAt, unanswered } = await stand(WHOLE.speech, [
      WHOLE.utterance({ 5150: 'final: five six' }),
    ]);
    const captured = captureAt(1000, 2500);
    await clock.advance(5000);
    await expect(captured).rejects.toMatchObject({ code: 'REPLAY_NO_ANSWER' });
    expect(unanswered.first?.error.message).toMatch(
      /Speech at 1\.0 s was to be recognised only in part\. .*--live asr/,
    );
  });

  it('tells of two utterances as one, where the pause between them ends nothing any more', async () => {
    const { clock, captureAt, told } = await stand(WHOLE.speech, [
      utteranceOf(
        { beganAtMs: 1000, finishedAtMs: 2500, end: done(2700) },
        { 1800: 'partial: five', 2650: 'final: five' },
      ),
      utteranceOf({ beganAtMs: 3000, finishedAtMs: 4500, end: done(4700) }, { 4650: 'final: six' }),
    ]);
    const captured = captureAt(1000, 4800);
    await clock.advance(10_000);
    await captured;
    expect(told).toEqual(['1800 partial: five', '3000 final: five', '4950 final: six', '5000 end']);
  });

  it('fails as it failed', async () => {
    const { clock, captureAt } = await stand(WHOLE.speech, [
      utteranceOf(
        { beganAtMs: 1000, finishedAtMs: 5000, end: { kind: 'failed', atMs: 5600, code: 'ASR_TIMEOUT' } },
        {},
      ),
    ]);
    const captured = captureAt(1000, 5000);
    await clock.advance(10_000);
    await expect(captured).rejects.toMatchObject({ code: 'ASR_TIMEOUT' });
  });

  it('has no answer to speech that nobody had recognised, or in another language', async () => {
    const { clock, captureAt, unanswered } = await stand(WHOLE.speech, [
      WHOLE.utterance({ 5150: 'final: five' }),
    ]);
    const other = captureAt(1000, 5000, 'en-US');
    await clock.advance(1000);
    await expect(other).rejects.toMatchObject({ code: 'REPLAY_NO_ANSWER' });
    expect(unanswered.first?.error.message).toContain('Speech at 1.0 s was to be recognised as en-US.');
    const late = captureAt(9000, 9500);
    await clock.advance(9000);
    await expect(late).rejects.toMatchObject({ code: 'REPLAY_NO_ANSWER' });
  });
});
