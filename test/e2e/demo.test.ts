import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import wavefile from 'wavefile';
import { fromSamples } from '../../src/audio/pcm.ts';
import { projectRoot } from '../../src/base/project-root.ts';
import { findSounds, type Sound } from '../../src/lab/phone/hear.ts';

const RATE_HZ = 8000;
/** The call lasts for half a minute: half as long again is a call that hangs, and much less is one that was cut short. */
const LONGEST_S = 60;
const SHORTEST_CALL_S = 25;
/** Printed times have one decimal; the beginning of a recording is soft. */
const SOUNDS_WITHIN_MS = 250;

/** A line such as `00:03.2  caller  Здравствуйте…`. */
interface Line {
  readonly atMs: number;
  readonly speaker: string;
  readonly text: string;
}

const QUESTIONS = [
  'Здравствуйте, подскажите, пожалуйста, часы работы вашего офиса.',
  'Подождите, а в субботу?',
  'А как до вас добраться на метро?',
  'Спасибо, до свидания.',
];

const DIALOGUE = [
  'Здравствуйте! Это Парли. Чем могу помочь?',
  QUESTIONS[0],
  '(filler)',
  'Мы работаем по будням с девяти до шести.',
  'Обеденный перерыв с часу до двух, но на звонки мы отвечаем.',
  QUESTIONS[1],
  'pauses: the caller makes a sound',
  'gives way: it is speech',
  '(filler)',
  'В субботу мы открыты с десяти до трёх.',
  'А в воскресенье отдыхаем.',
  QUESTIONS[2],
  '(filler)',
  'Доехать можно до станции Чистые пруды.',
  'Оттуда пять минут пешком.',
  QUESTIONS[3],
  '(filler)',
  'Всего вам доброго, до свидания!',
];

describe('the demo, on a machine with only Node', () => {
  let out: string;
  let printed: string;
  let status: number;
  let lines: readonly Line[];
  let sides: { readonly left: readonly Sound[]; readonly right: readonly Sound[]; readonly seconds: number };

  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), 'parley-demo-test-'));
    ({ printed, status } = await runDemo(out));
    lines = linesOf(printed);
    sides = await listen(join(out, 'heard.wav'));
  });
  afterAll(() => rm(out, { recursive: true, force: true }));

  it('ends well', () => {
    expect(status, printed).toBe(0);
    expect(printed).toContain('What was heard is right');
  });

  it('tells the dialogue in its order', () => {
    const told = lines.map(({ text }) => (text.endsWith('(filler)') ? '(filler)' : text));
    expect(told).toEqual(DIALOGUE);
    expect(lines.map(({ atMs }) => atMs)).toEqual(lines.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
  });

  it('tells where the seconds of each turn went', () => {
    const stages =
      /end of turn \S+ → recognition \S+ → first token \S+ → first audio \S+ → playback \S+ = \S+ s/g;
    expect(printed.match(stages)).toHaveLength(QUESTIONS.length);
    const rows = printed.split('\n').filter((line) => /(\s+\d+\.\d\d){7}$/.test(line));
    expect(rows).toHaveLength(QUESTIONS.length);
  });

  it('keeps both sides of the call, each where it was told', () => {
    expect(sides.seconds).toBeGreaterThan(SHORTEST_CALL_S);
    expect(sides.seconds).toBeLessThan(LONGEST_S);
    for (const { atMs, speaker, text } of lines.filter(({ text }) => !/^(pauses|gives way)/.test(text))) {
      const side = speaker === 'bot' ? sides.right : sides.left;
      expect(soundsAround(side, atMs), text).toBe(true);
    }
    const interruption = lines.find(({ text }) => text === QUESTIONS[1]);
    expect(sides.left.filter(({ startMs }) => startMs < (lines[1]?.atMs ?? 0) - 100)).toEqual([]);
    expect(soundsAround(sides.right, (interruption?.atMs ?? 0) + 600)).toBe(false);
  });

  it('keeps the log of the service out of the way', async () => {
    const log = await readFile(join(out, 'parley.log'), 'utf8');
    const events = log
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { event: string }).event);
    expect(events).toContain('call.ended');
    expect(printed).not.toContain('"event"');
  });
});

function runDemo(outDir: string): Promise<{ printed: string; status: number }> {
  const args = ['--import', 'tsx', 'src/cli/parley.ts', 'demo', '--out', outDir];
  const options = { cwd: projectRoot(), env: { ...process.env, NO_COLOR: '1' } };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, options, (_error, stdout, stderr) =>
      resolve({ printed: stdout + stderr, status: child.exitCode ?? -1 }),
    );
  });
}

function linesOf(printed: string): Line[] {
  const pattern = /^(?<minutes>\d\d):(?<seconds>\d\d\.\d) {2}(?<speaker>\w+) +(?<text>.+)$/gm;
  return [...printed.matchAll(pattern)].map(({ groups = {} }) => ({
    atMs: (Number(groups['minutes']) * 60 + Number(groups['seconds'])) * 1000,
    speaker: groups['speaker'] ?? '',
    text: groups['text'] ?? '',
  }));
}

async function listen(file: string) {
  const wav = new wavefile.WaveFile(await readFile(file));
  expect(wav.fmt).toMatchObject({ numChannels: 2, sampleRate: RATE_HZ, bitsPerSample: 16 });
  const [left = [], right = []] = wav.getSamples(false) as unknown as readonly ArrayLike<number>[];
  const soundsOf = (samples: ArrayLike<number>) =>
    findSounds({ startedAtMs: 0, pcm: fromSamples(Int16Array.from(samples), RATE_HZ) });
  return { left: soundsOf(left), right: soundsOf(right), seconds: left.length / RATE_HZ };
}

function soundsAround(sounds: readonly Sound[], atMs: number): boolean {
  return sounds.some(({ startMs, endMs }) => startMs < atMs + SOUNDS_WITHIN_MS && endMs > atMs - 50);
}
