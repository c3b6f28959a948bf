/** How well voice activity agrees with the labels of the set. */
import { VOICE_FRAME_MS, VoiceActivity, type VoiceActivityTuning } from '../../../src/vad/voice-activity.ts';
import { bytesToMs, msToBytes } from '../../../src/audio/pcm.ts';
import type { Labelled, Span } from './vad-set.ts';

export interface Score {
  readonly condition: string;
  /** From the first sample of speech to the frame with which its onset was told; spoken-on speech that was never left counts as 0. */
  readonly onsetDelaysMs: readonly number[];
  /** From the first sample of speech to the frame with which a sound or the onset was told, whichever came first. */
  readonly soundDelaysMs: readonly number[];
  /** From the last sample of speech to the frame with which its end was told. */
  readonly offsetDelaysMs: readonly number[];
  readonly phrases: number;
  /** Phrases during which nothing was told. */
  readonly misses: number;
  /** Onsets where nobody spoke. */
  readonly falseOnsets: number;
  /** Sounds where nobody spoke. */
  readonly falseSounds: number;
  /** How long speech was reported where nobody spoke, the detection silence included. */
  readonly falseSpeechMs: number;
  readonly heardMs: number;
}

/** An onset so long after a phrase still belongs to it: its last consonants. */
const TAIL_MS = 100;

interface Report {
  readonly toldFromMs: number;
  readonly toldUntilMs: number;
}

/** One score a condition, in the order of the set. */
export function scores(
  set: readonly Labelled[],
  tuning: Partial<VoiceActivityTuning> = {},
): readonly Score[] {
  const conditions = [...new Set(set.map(({ condition }) => condition))];
  return conditions.map((condition) => {
    const items = set.filter((item) => item.condition === condition);
    return together(
      condition,
      items.map((item) => score(item, tuning)),
    );
  });
}

function score(item: Labelled, tuning: Partial<VoiceActivityTuning>): Score {
  const { reports, soundsToldAtMs } = listenTo(item, tuning);
  const matches = item.speech.map((phrase) => ({
    phrase,
    during: reports.filter((report) => touches(report, phrase)),
  }));
  const heard = matches.filter(({ during }) => during.length > 0);
  const falsely = reports.filter((report) => !item.speech.some((phrase) => isIn(report.toldFromMs, phrase)));
  return {
    condition: item.condition,
    onsetDelaysMs: heard.map(({ phrase, during }) =>
      Math.max(0, (during[0]?.toldFromMs ?? 0) - phrase.startMs),
    ),
    soundDelaysMs: heard.map(({ phrase, during }) => {
      const onsetMs = during[0]?.toldFromMs ?? 0;
      const soundMs = soundsToldAtMs.find((atMs) => atMs > phrase.startMs) ?? Infinity;
      return Math.max(0, Math.min(onsetMs, soundMs) - phrase.startMs);
    }),
    offsetDelaysMs: heard.map(({ phrase, during }) => (during.at(-1)?.toldUntilMs ?? 0) - phrase.endMs),
    phrases: item.speech.length,
    misses: item.speech.length - heard.length,
    falseOnsets: falsely.length,
    falseSounds: soundsToldAtMs.filter((atMs) => !item.speech.some((phrase) => isIn(atMs, phrase))).length,
    falseSpeechMs: falsely.reduce((sum, { toldFromMs, toldUntilMs }) => sum + toldUntilMs - toldFromMs, 0),
    heardMs: bytesToMs(item.pcm.data.byteLength, item.pcm.sampleRateHz),
  };
}

interface Heard {
  readonly reports: readonly Report[];
  readonly soundsToldAtMs: readonly number[];
}

function listenTo({ pcm }: Labelled, tuning: Partial<VoiceActivityTuning>): Heard {
  const reports: Report[] = [];
  const soundsToldAtMs: number[] = [];
  let nowMs = 0;
  let since: number | undefined;
  const activity = new VoiceActivity({ sampleRateHz: pcm.sampleRateHz, startMs: 0, tuning });
  const frameBytes = msToBytes(VOICE_FRAME_MS, pcm.sampleRateHz);
  for (let at = 0; at + frameBytes <= pcm.data.byteLength; at += frameBytes) {
    nowMs += VOICE_FRAME_MS;
    const edge = activity.push(pcm.data.subarray(at, at + frameBytes));
    if (edge?.kind === 'sound') soundsToldAtMs.push(nowMs);
    if (edge?.kind === 'started') since = nowMs;
    if (edge?.kind !== 'stopped' || since === undefined) continue;
    reports.push({ toldFromMs: since, toldUntilMs: nowMs });
    since = undefined;
  }
  if (since !== undefined) reports.push({ toldFromMs: since, toldUntilMs: nowMs });
  activity.close();
  return { reports, soundsToldAtMs };
}

function touches(report: Report, phrase: Span): boolean {
  return report.toldFromMs <= phrase.endMs + TAIL_MS && report.toldUntilMs > phrase.startMs;
}

function isIn(atMs: number, phrase: Span): boolean {
  return atMs >= phrase.startMs && atMs <= phrase.endMs + TAIL_MS;
}

/** One score for all of them. */
export function together(condition: string, parts: readonly Score[]): Score {
  const sum = (pick: (part: Score) => number) => parts.reduce((total, part) => total + pick(part), 0);
  return {
    condition,
    onsetDelaysMs: parts.flatMap((part) => part.onsetDelaysMs),
    soundDelaysMs: parts.flatMap((part) => part.soundDelaysMs),
    offsetDelaysMs: parts.flatMap((part) => part.offsetDelaysMs),
    phrases: sum((part) => part.phrases),
    misses: sum((part) => part.misses),
    falseOnsets: sum((part) => part.falseOnsets),
    falseSounds: sum((part) => part.falseSounds),
    falseSpeechMs: sum((part) => part.falseSpeechMs),
    heardMs: sum((part) => part.heardMs),
  };
}
