import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tone } from '../audio/tone.ts';
import { encodeWav } from '../audio/wav.ts';
import { ScriptedRecognizer } from '../speech-api/testing/scripted-recognizer.ts';
import { transcribeCommand } from './transcribe.ts';

const WAV = encodeWav(tone(300, 500, 16_000));

describe('parley transcribe', () => {
  let dir: string;
  let printed: string;
  let status: number | undefined;
  let recognizer: ScriptedRecognizer;

  beforeEach(() => {
    [printed, status] = ['', undefined];
    dir = mkdtempSync(join(tmpdir(), 'parley-transcribe-'));
    mkdirSync(join(dir, 'in', 'monday'), { recursive: true });
    for (const name of ['a.wav', 'monday/b.wav']) writeFileSync(join(dir, 'in', name), WAV);
    writeFileSync(join(dir, 'in', 'notes.txt'), 'no recording');
    recognizer = new ScriptedRecognizer((piece) => `слово ${piece}`);
    vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
    vi.spyOn(console, 'log').mockImplementation((line: string) => void (printed += `${line}\n`));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(dir, { recursive: true });
  });

  const run = (...args: string[]) =>
    transcribeCommand(
      {},
      (ended) => (status = ended),
      async () => [{ name: 'scripted', synthesizer: undefined, recognizer }],
    )
      .exitOverride()
      .parseAsync([...args, '-o', join(dir, 'out')], { from: 'user' });
  const written = (name: string) => readFileSync(join(dir, 'out', name), 'utf8');

  it('writes every recording of a directory down, where it lay', async () => {
    await run(join(dir, 'in'), '--format', 'srt', '--at-once', '1');
    expect(written('a.srt')).toBe('1\n00:00:00,000 --> 00:00:00,500\nслово 0\n');
    expect(written('monday/b.srt')).toContain('слово 1');
    expect(readdirSync(join(dir, 'out'))).toHaveLength(2);
    expect(printed).toMatch(/a\.wav.*0\.5 s.*scripted/);
    expect(status).toBe(0);
  });

  it('goes on where it was left off, and writes anew what has changed', async () => {
    await run(join(dir, 'in'));
    await run(join(dir, 'in'));
    expect(recognizer.heard).toHaveLength(2);
    expect(printed).toContain('(before)');
    const later = new Date(Date.now() + 60_000);
    utimesSync(join(dir, 'in', 'a.wav'), later, later);
    await run(join(dir, 'in'));
    expect(recognizer.heard).toHaveLength(3);
    await run(join(dir, 'in'), '--again');
    expect(recognizer.heard).toHaveLength(5);
  });

  it('tells which recording it could not write down, writes the others, and says so by its status', async () => {
    writeFileSync(join(dir, 'in', 'broken.wav'), 'RIFF');
    await run(join(dir, 'in'));
    expect(readdirSync(join(dir, 'out')).toSorted()).toEqual(['a.txt', 'monday']);
    expect(printed).toMatch(/broken\.wav.*UNSUPPORTED_FORMAT/);
    expect(status).toBe(1);
  });

  it('keeps two recordings of one name apart', async () => {
    writeFileSync(join(dir, 'in', 'a.mp3'), WAV);
    await run(join(dir, 'in', 'a.wav'), join(dir, 'in', 'a.mp3'));
    expect(readdirSync(join(dir, 'out')).toSorted()).toEqual(['a.mp3.txt', 'a.wav.txt']);
  });

  it('refuses a place where there is nothing', async () => {
    await expect(run(join(dir, 'nowhere'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    mkdirSync(join(dir, 'empty'));
    await expect(run(join(dir, 'empty'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});
