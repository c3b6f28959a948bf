/** A voice for the stand-in's synthesizer on machines that have espeak-ng: plain, but a person's language. */
import { spawn } from 'node:child_process';
import { concatBytes, type Pcm } from '../../../audio/pcm.ts';
import { resampled } from '../../../audio/resample.ts';
import { Refusal } from './faults.ts';
import { languageOfText } from './recognition-languages.ts';
import type { SimulatedVoice } from './voice.ts';

const PROGRAM = 'espeak-ng';

/** As the shipped recordings in sounds/ are spoken: a voice of `espeak-ng --voices`, and words a minute. */
const VOICES: Readonly<Record<string, readonly [name: string, rate: number]>> = {
  'ru-RU': ['ru+f3', 165],
  'en-US': ['en-us+f3', 180],
  'he-HE': ['he+f3', 165],
};
/** 0 to 99: a woman's. */
const PITCH = 48;

/** espeak-ng writes a canonical header whose sizes are not true, because it does not know them yet; then samples to the end. */
const HEADER_BYTES = 44;
const RATE_AT = 24;

/** Whether this machine can speak so. */
export async function hasEspeak(program: string = PROGRAM): Promise<boolean> {
  return run(program, ['--version'], '').then(
    () => true,
    () => false,
  );
}

/** Throws a Refusal where espeak-ng fails. */
export function espeakVoice(program: string = PROGRAM): SimulatedVoice {
  return async (text, sampleRateHz) => {
    const [name, rate] = VOICES[languageOfText(text)] ?? ['en-us+f3', 180];
    const wav = await run(
      program,
      ['-v', name, '-s', String(rate), '-p', String(PITCH), '--stdin', '--stdout'],
      text,
    ).catch((error: Error) => {
      throw new Refusal('internal', error.message);
    });
    return resampled(withoutHeader(wav), sampleRateHz);
  };
}

function withoutHeader(wav: Uint8Array): Pcm {
  if (wav.byteLength <= HEADER_BYTES) throw new Refusal('internal', 'espeak-ng said nothing');
  const sampleRateHz = new DataView(wav.buffer, wav.byteOffset).getUint32(RATE_AT, true);
  return { sampleRateHz, data: wav.slice(HEADER_BYTES, wav.byteLength - (wav.byteLength % 2)) };
}

/** What the program writes. Rejects if it is not there or ends badly. */
function run(program: string, args: readonly string[], input: string): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    const written: Uint8Array[] = [];
    child.stdout.on('data', (data: Buffer) => written.push(data));
    child.once('error', reject);
    child.once('close', (status) => {
      if (status === 0) resolve(concatBytes(written));
      else reject(new Error(`${program} ended with ${status}`));
    });
    // Who is gone already is told of by `close`.
    child.stdin.once('error', () => undefined);
    child.stdin.end(input);
  });
}
