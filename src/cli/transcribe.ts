/** `parley transcribe`: recordings into texts or subtitles, many at a time, going on where it was left off. */
import { mkdir, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import Table from 'cli-table3';
import { Command, Option } from 'commander';
import { eachAtOnce } from '../base/async.ts';
import { systemClock } from '../base/clock.ts';
import { writeDurably } from '../base/durable-file.ts';
import { ParleyError, errorCode } from '../base/errors.ts';
import { silentLog } from '../base/log.ts';
import { readSpeechApiSettings } from '../config/speech-api-settings.ts';
import type { Environment } from '../config/settings.ts';
import { TRANSCRIPT_FORMATS, transcriber, transcriptFile } from '../speech-api/transcribed.ts';
import type { Transcriber, TranscriptFormat } from '../speech-api/transcribed.ts';
import type { SpeechVendor } from '../speech-api/vendor.ts';
import { EXIT_FAULT, EXIT_OK } from './exit.ts';
import { ProgressLine } from './progress-line.ts';
import { recordingsIn } from './recordings-in.ts';
import type { RecordingFile } from './recordings-in.ts';
import { unwritable } from './unwritable.ts';
import { wholeNumber } from './whole-number.ts';

interface Options {
  readonly output: string;
  readonly format: TranscriptFormat;
  readonly language?: string;
  readonly provider?: string;
  readonly atOnce: number;
  readonly again?: true;
}

type Result = { readonly file: RecordingFile } & (
  | { readonly kind: 'done'; readonly seconds: number; readonly provider: string; readonly tookMs: number }
  | { readonly kind: 'kept' }
  | { readonly kind: 'failed'; readonly code: string; readonly told: string }
);

/** The largest recording that is taken: an hour of WAV at 16 kHz is 115 MB. */
const MOST_FILE_BYTES = 512 * 1024 * 1024;
const MOST_AT_ONCE = 64;

export function transcribeCommand(
  env: Environment,
  end: (status: number) => void,
  open: (env: Environment) => Promise<readonly SpeechVendor[]> = openVendors,
): Command {
  return new Command('transcribe')
    .description('write recordings down, as texts or subtitles; what is written already is left as it is')
    .argument('<place...>', 'recordings, and directories of them')
    .requiredOption('-o, --output <dir>', 'where the texts go')
    .addOption(new Option('--format <format>').choices(TRANSCRIPT_FORMATS).default('txt'))
    .option('--language <tag>', 'such as ru-RU; told by the provider if not given')
    .option('--provider <name>', 'who is asked first')
    .option('--at-once <count>', 'recordings at once', wholeNumber(1, MOST_AT_ONCE), 2)
    .option('--again', 'also those that are written already')
    .action(async (places: string[], options: Options) => {
      const files = await recordingsIn(places, { out: options.output, ending: options.format });
      const desk = await transcriber({ vendors: await open(env), clock: systemClock, log: silentLog });
      try {
        end(await transcribeAll(files, desk, options));
      } finally {
        await desk.close();
      }
    });
}

async function openVendors(env: Environment): Promise<readonly SpeechVendor[]> {
  const settings = readSpeechApiSettings(env);
  const { openSpeechVendors } = await import('../service/speech-api-vendors.ts');
  return openSpeechVendors(settings, silentLog);
}

/** Its exit status: a fault where any recording could not be written down. */
async function transcribeAll(
  files: readonly RecordingFile[],
  desk: Transcriber,
  options: Options,
): Promise<number> {
  const results: Result[] = [];
  const progress = new ProgressLine();
  const show = () => {
    const failed = results.filter(({ kind }) => kind === 'failed').length;
    const line = `${results.length} of ${files.length} recordings${failed > 0 ? `, ${failed} failed` : ''}`;
    progress.tell({ share: results.length / files.length, line, isEnd: results.length === files.length });
  };
  show();
  await eachAtOnce(files, options.atOnce, async (file) => {
    results.push(await transcribeOne(file, desk, options));
    show();
  });
  progress.end();
  const inOrder = files.flatMap((file) => results.find((result) => result.file === file) ?? []);
  console.log(summary(inOrder));
  return results.some(({ kind }) => kind === 'failed') ? EXIT_FAULT : EXIT_OK;
}

async function transcribeOne(
  file: RecordingFile,
  desk: Transcriber,
  { format, language, provider: preferred, again }: Options,
): Promise<Result> {
  const startedAtMs = performance.now();
  try {
    if (!again && (await isWritten(file))) return { file, kind: 'kept' };
    const bytes = await readRecording(file.path);
    const transcript = await desk.hear({ file: bytes, language, preferred }, new AbortController().signal);
    await write(file.written, transcriptFile(format, transcript));
    const { durationMs, provider } = transcript;
    const tookMs = performance.now() - startedAtMs;
    return { file, kind: 'done', seconds: durationMs / 1000, provider, tookMs };
  } catch (error) {
    const told = error instanceof ParleyError ? error.detail : String(error);
    return { file, kind: 'failed', code: errorCode(error) ?? 'UNKNOWN', told };
  }
}

/** Written in one step, so what is there is whole; of a recording that has changed since, it is of no use. */
async function isWritten({ path, written }: RecordingFile): Promise<boolean> {
  const [source, made] = await Promise.all([stat(path), stat(written).catch(() => undefined)]);
  return made !== undefined && made.mtimeMs >= source.mtimeMs;
}

async function readRecording(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > MOST_FILE_BYTES)
      throw new ParleyError('FILE_UNREADABLE', `It has ${size} bytes; at most ${MOST_FILE_BYTES} are read.`);
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof ParleyError) throw cause;
    throw new ParleyError('FILE_UNREADABLE', 'It cannot be read.', { cause });
  }
}

async function write(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeDurably(path, text);
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

function summary(results: readonly Result[]): string {
  const table = new Table({ head: ['recording', 'length', 'provider', 'took', 'written'] });
  for (const result of results) {
    const { shown, written } = result.file;
    if (result.kind === 'failed') table.push([shown, '', '', '', `no: ${result.told} [${result.code}]`]);
    else if (result.kind === 'kept') table.push([shown, '', '', '', `${written} (before)`]);
    else {
      const took = `${(result.tookMs / 1000).toFixed(1)} s`;
      table.push([shown, `${result.seconds.toFixed(1)} s`, result.provider, took, written]);
    }
  }
  return table.toString();
}
