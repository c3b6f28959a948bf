import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { concatBytes, durationMs } from '../../audio/pcm.ts';
import { tone } from '../../audio/tone.ts';
import { encodeWav } from '../../audio/wav.ts';
import { decoded } from './decoded.ts';
import { hasFfmpeg } from './ffmpeg.ts';
import { encoded, formatsWith } from './speech-formats.ts';
import type { SpeechFormat } from './speech-formats.ts';
import { withoutNoise } from './without-noise.ts';

const SECOND = tone(300, 1000, 24_000);
const NOBODY_LEAVES = new AbortController().signal;
const M4A = Buffer.from('\0\0\0\x20ftypM4A \0\0\0\0', 'latin1');

async function as(format: SpeechFormat): Promise<Uint8Array> {
  const pieces = (async function* () {
    yield SECOND.data;
  })();
  const made: Uint8Array[] = [];
  for await (const piece of encoded(format, { sampleRateHz: SECOND.sampleRateHz, pieces })) made.push(piece);
  return concatBytes(made);
}

describe('formats that take ffmpeg', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'parley-ffmpeg-'));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(dir, { recursive: true });
  });

  /** An ffmpeg that writes down how it was called and what it was given, and makes a second of silence of it. */
  function standIn(status: number): void {
    const script = `#!/bin/sh\necho "$@" > ${dir}/called\ncat > ${dir}/given\nhead -c 32000 /dev/zero\nexit ${status}\n`;
    writeFileSync(join(dir, 'ffmpeg'), script);
    chmodSync(join(dir, 'ffmpeg'), 0o755);
    vi.stubEnv('PATH', `${dir}:${process.env['PATH']}`);
  }

  it('are refused without it, in words that say why', async () => {
    vi.stubEnv('PATH', dir);
    expect(await hasFfmpeg()).toBe(false);
    expect(formatsWith(false)).toEqual(['mp3', 'wav', 'pcm']);
    await expect(decoded(M4A, false, NOBODY_LEAVES)).rejects.toThrow(/mp4 .*ffmpeg is not installed/);
  });

  it('go through the one on the path, whole', async () => {
    standIn(0);
    expect(await hasFfmpeg()).toBe(true);
    const pcm = await decoded(M4A, true, NOBODY_LEAVES);
    expect([pcm.sampleRateHz, durationMs(pcm)]).toEqual([16_000, 1000]);
    expect(readFileSync(join(dir, 'given'))).toEqual(M4A);
    expect(readFileSync(join(dir, 'called'), 'utf8')).toContain(
      '-i pipe:0 -vn -f s16le -ar 16000 -ac 1 pipe:1',
    );
    await as('opus');
    expect(readFileSync(join(dir, 'called'), 'utf8')).toContain(
      '-f s16le -ar 24000 -ac 1 -i pipe:0 -c:a libopus',
    );
  });

  it('are read on for nobody who has gone', async () => {
    standIn(0);
    const script = `#!/bin/sh\necho $$ > ${dir}/process\nexec sleep 1000\n`;
    writeFileSync(join(dir, 'ffmpeg'), script);
    const leaving = new AbortController();
    const read = decoded(M4A, true, leaving.signal);
    await vi.waitFor(() => expect(readFileSync(join(dir, 'process'), 'utf8')).toMatch(/\d\n/), {
      timeout: 20_000,
    });
    const id = Number(readFileSync(join(dir, 'process'), 'utf8'));
    leaving.abort(new Error('gone'));
    await expect(read).rejects.toThrow('gone');
    await vi.waitFor(() => expect(() => process.kill(id, 0)).toThrow(), { timeout: 20_000 });
  });

  it('are told as damaged where it fails', async () => {
    standIn(1);
    await expect(decoded(M4A, true, NOBODY_LEAVES)).rejects.toMatchObject({ code: 'AUDIO_PROCESSING_ERROR' });
  });
});

/** Where the real one is installed, it is tried as well. */
const REAL = (await hasFfmpeg()) ? ['ffmpeg'] : [];

describe.each(REAL)('the %s of this machine', (program) => {
  it.each(['opus', 'flac', 'aac'] as const)('makes %s that can be heard again', async (format) => {
    const pcm = await decoded(await as(format), true, NOBODY_LEAVES);
    expect(pcm.sampleRateHz).toBe(16_000);
    expect(Math.abs(durationMs(pcm) - 1000)).toBeLessThan(150);
  });

  it('reads what telephones record', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'parley-m4a-'));
    const path = join(dir, 'a.m4a');
    execFileSync(program, [
      '-loglevel',
      'error',
      '-f',
      'lavfi',
      '-i',
      'sine=d=1',
      '-movflags',
      '+faststart',
      path,
    ]);
    expect(Math.abs(durationMs(await decoded(readFileSync(path), true, NOBODY_LEAVES)) - 1000)).toBeLessThan(
      150,
    );
    rmSync(dir, { recursive: true });
  });

  it('makes no hours of the few bytes of a file that claims to have one sample a second', async () => {
    const lying = Buffer.from(encodeWav(SECOND));
    lying.writeUInt32LE(1, 24);
    await expect(decoded(lying, true, NOBODY_LEAVES)).rejects.toMatchObject({
      code: 'AUDIO_PROCESSING_ERROR',
      message: expect.stringContaining('claims to last longer') as string,
    });
  });

  it('takes noise out, and leaves the length as it was', async () => {
    const quiet = await withoutNoise(SECOND, NOBODY_LEAVES);
    expect(quiet.data.byteLength).toBe(SECOND.data.byteLength);
    expect(quiet.data).not.toEqual(SECOND.data);
  });
});
