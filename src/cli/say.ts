/** `parley say`: a text into a sound file, by whoever speaks for the speech API. */
import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { systemClock } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';
import { readSpeechApiSettings } from '../config/speech-api-settings.ts';
import type { Environment } from '../config/settings.ts';
import { unwritable } from './unwritable.ts';

interface Options {
  readonly output: string;
  readonly voice?: string;
  readonly language?: string;
  readonly provider?: string;
  readonly speed: number;
}

const SLOWEST = 0.25;
const QUICKEST = 4;

export function sayCommand(env: Environment): Command {
  return new Command('say')
    .description('write a text into a sound file, as the speech API would speak it')
    .argument('<text>')
    .requiredOption('-o, --output <file>', 'its ending says the format: .wav, .mp3, .pcm; others with ffmpeg')
    .option('--voice <name>', 'a voice of a provider, or one of OpenAI’s')
    .option('--language <tag>', 'such as ru-RU; by the letters of the text if not given')
    .option('--provider <name>', 'who is asked first')
    .option('--speed <factor>', 'from 0.25 to 4', speed, 1)
    .action((text: string, options: Options) => say(env, text, options));
}

/** Throws UNSUPPORTED_FORMAT, FILE_UNWRITABLE, and what the synthesis throws. */
async function say(env: Environment, text: string, { output, provider, ...wish }: Options): Promise<void> {
  const settings = readSpeechApiSettings(env);
  const { openSpeechVendors } = await import('../service/speech-api-vendors.ts');
  const { spokenOnce } = await import('../speech-api/spoken-once.ts');
  const vendors = await openSpeechVendors(settings, silentLog);
  const speech = await spokenOnce(
    { ...wish, text, preferred: provider, ending: extname(output).slice(1).toLowerCase() },
    { vendors, clock: systemClock, log: silentLog },
  );
  try {
    await writeFile(output, speech.audio);
  } catch (cause) {
    throw unwritable(output, cause);
  }
  console.log(`${output}: ${(speech.durationMs / 1000).toFixed(1)} s, ${speech.provider}, ${speech.voice}`);
}

function speed(given: string): number {
  const factor = Number(given);
  if (factor >= SLOWEST && factor <= QUICKEST) return factor;
  throw new InvalidArgumentError(`It takes a number from ${SLOWEST} to ${QUICKEST}.`);
}
