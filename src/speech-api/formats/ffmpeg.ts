/** The ffmpeg of this machine, where there is one: formats that Parley has no code of its own for. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ParleyError } from '../../base/errors.ts';

/** Whether it can be run. */
export function hasFfmpeg(program = 'ffmpeg'): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, ['-version'], { stdio: 'ignore' });
    child.once('error', () => resolve(false));
    child.once('close', (status) => resolve(status === 0));
  });
}

/**
 * What ffmpeg makes of the input, while it arrives: `args` stand between its input, the standard one, and its output. Throws
 * AUDIO_INVALID where it fails, what the input throws, or the signal's reason; ends the program when it is left early.
 */
export async function* throughFfmpeg(
  input: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  {
    program = 'ffmpeg',
    before,
    after,
    signal,
  }: { program?: string; before: readonly string[]; after: readonly string[]; signal?: AbortSignal },
): AsyncGenerator<Uint8Array> {
  signal?.throwIfAborted();
  const child = spawn(
    program,
    ['-hide_banner', '-loglevel', 'error', '-nostdin', ...before, '-i', 'pipe:0', ...after, 'pipe:1'],
    { stdio: ['pipe', 'pipe', 'ignore'] },
  );
  const ended = endOf(child);
  // It closes its input when it has read enough; its status tells whether that was well.
  const fed = pipeline(Readable.from(input), child.stdin).catch((error: unknown) => {
    if (isClosedPipe(error)) return;
    child.kill('SIGKILL');
    throw error;
  });
  // It is awaited below; until then it is nobody's.
  fed.catch(() => undefined);
  const leave = () => void child.kill('SIGKILL');
  signal?.addEventListener('abort', leave, { once: true });
  try {
    for await (const piece of child.stdout) yield piece as Uint8Array;
    signal?.throwIfAborted();
    await fed;
    const status = await ended;
    if (status !== 0) throw new ParleyError('AUDIO_INVALID', 'ffmpeg cannot read it.');
  } finally {
    signal?.removeEventListener('abort', leave);
    child.kill('SIGKILL');
  }
}

function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', (status) => resolve(status));
  });
}

function isClosedPipe(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    ['EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(String(error.code))
  );
}
