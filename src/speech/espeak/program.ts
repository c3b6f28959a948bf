/** espeak-ng as a program: one process a text, which never outlives whoever wants to hear it. */
import { spawn } from 'node:child_process';
import { AsyncQueue, deferred } from '../../base/async.ts';
import { ParleyError } from '../../base/errors.ts';

export interface ProgramRun {
  readonly program: string;
  readonly args: readonly string[];
  /** What it reads. */
  readonly input: string;
}

/**
 * What the program writes, as it comes; it is not held up by a slow reader. Whoever stops reading ends it, and so does the signal; it is gone
 * when the iteration is over. Throws TTS_UNAVAILABLE if it cannot be started or ends badly.
 */
export async function* outputOf(
  { program, args, input }: ProgramRun,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const written = new AsyncQueue<Uint8Array>();
  const gone = deferred();
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  // By force: there is nothing that it would have to tidy up.
  const end = () => child.kill('SIGKILL');
  signal.addEventListener('abort', end, { once: true });
  child.stdout.on('data', (data: Buffer) => written.push(data));
  child.once('error', (cause) => {
    written.fail(new ParleyError('TTS_UNAVAILABLE', `${program} cannot be started.`, { cause }));
    gone.resolve();
  });
  child.once('close', (status, killedBy) => {
    if (status === 0) written.end();
    else written.fail(new ParleyError('TTS_UNAVAILABLE', `${program} ended with ${status ?? killedBy}.`));
    gone.resolve();
  });
  // Who is gone already is told of by `close`.
  child.stdin.once('error', () => undefined);
  child.stdin.end(input);
  try {
    yield* written;
  } finally {
    signal.removeEventListener('abort', end);
    end();
    await gone.promise;
  }
}
