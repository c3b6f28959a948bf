/** How soon voice activity tells that somebody speaks or has ceased, what it misses, and what it takes for speech. */
import Table from 'cli-table3';
import { VOICE_FRAME_MS, VoiceActivity } from '../../src/vad/voice-activity.ts';
import { msToBytes, type Pcm } from '../../src/audio/pcm.ts';
import { resampled } from '../../src/audio/resample.ts';
import { median, percentile } from '../support/percentile.ts';
import { scores, together, type Score } from '../support/vad/score.ts';
import { noSpeech, speechAtLevels, speechInNoise, type Labelled } from '../support/vad/vad-set.ts';
import { espeakVoices, shippedVoices } from '../support/vad/voices.ts';

/** Enough for every speaker; noise asks for less variety than levels do. */
const CLIPS_IN_NOISE = 25;

export function benchVoiceActivity(): void {
  const [shipped, espeak] = [shippedVoices(), espeakVoices()];
  const clips = [...shipped, ...espeak];
  console.log(
    `${shipped.length} shipped clips, ${espeak.length} by espeak-ng${espeak.length > 0 ? '' : ' (not installed)'}`,
  );
  const speech = [...speechAtLevels(clips), ...speechInNoise(clips.slice(0, CLIPS_IN_NOISE))];
  const other = noSpeech(clips);
  const spoken = scores(speech);
  printSpeech([...spoken, together('all speech', spoken)]);
  printOther(scores(other));
  printCost([...speech.slice(0, 100), ...other]);
}

function printSpeech(rows: readonly Score[]): void {
  const table = new Table({
    head: [
      'speech',
      'phrases',
      'missed',
      'sound p50',
      'p95',
      'onset p50',
      'p95',
      'offset p50',
      'p95',
      'false onsets',
    ],
    style: { head: [] },
  });
  for (const row of rows) {
    const delays = [row.soundDelaysMs, row.onsetDelaysMs, row.offsetDelaysMs].flatMap((each) => [
      ms(median(each)),
      ms(percentile(each, 95)),
    ]);
    table.push([row.condition, row.phrases, row.misses, ...delays, row.falseOnsets]);
  }
  console.log(table.toString());
}

function printOther(rows: readonly Score[]): void {
  const table = new Table({
    head: ['no speech', 'heard', 'sounds', 'false onsets', 'taken for speech'],
    style: { head: [] },
  });
  for (const row of rows) {
    const { condition, falseOnsets, falseSounds, falseSpeechMs, heardMs } = row;
    table.push([condition, seconds(heardMs), falseSounds, falseOnsets, seconds(falseSpeechMs)]);
  }
  console.log(table.toString());
}

/** Processor time, not the clock's: other programs do not count. */
function printCost(items: readonly Labelled[]): void {
  const table = new Table({ head: ['cost of a frame', '8 kHz', '16 kHz'], style: { head: [] } });
  const kinds = { speech: (item: Labelled) => item.speech.length > 0, ...conditionsOf(items) };
  for (const [kind, belongs] of Object.entries(kinds)) {
    const chosen = items.filter(belongs).map(({ pcm }) => pcm);
    table.push([kind, us(costUs(chosen)), us(costUs(chosen.map((pcm) => resampled(pcm, 16_000))))]);
  }
  console.log(table.toString());
}

function conditionsOf(items: readonly Labelled[]): Readonly<Record<string, (item: Labelled) => boolean>> {
  const conditions = new Set(
    items.filter(({ speech }) => speech.length === 0).map(({ condition }) => condition),
  );
  return Object.fromEntries(
    [...conditions].map((name) => [name, (item: Labelled) => item.condition === name]),
  );
}

function costUs(sounds: readonly Pcm[]): number {
  const before = process.cpuUsage();
  let frames = 0;
  for (const { sampleRateHz, data } of sounds) {
    const activity = new VoiceActivity({ sampleRateHz, startMs: 0 });
    const frameBytes = msToBytes(VOICE_FRAME_MS, sampleRateHz);
    for (let at = 0; at + frameBytes <= data.byteLength; at += frameBytes, frames++) {
      activity.push(data.subarray(at, at + frameBytes));
    }
    activity.close();
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / frames;
}

const ms = (value: number) => `${Math.round(value)} ms`;
const seconds = (valueMs: number) => `${(valueMs / 1000).toFixed(1)} s`;
const us = (value: number) => `${value.toFixed(1)} µs`;
