/** What must be known of a live call to go on with it after this process was killed, and how it lies on disk. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';

const message = z.object({
  role: z.enum(['user', 'assistant', 'system']),
  content: z.string(),
  interrupted: z.boolean().exactOptional(),
});

const callRecord = z.object({
  /** The call's id, as in the log. */
  call: z.string(),
  /** What the telephone system calls the caller's leg: the same whoever serves it. */
  leg: z.string(),
  bot: z.string(),
  /** When the call began, by the wall clock: it must mean the same to the next process. */
  startedAtEpochMs: z.number(),
  turn: z.number(),
  messages: z.array(message).readonly(),
});

export type CallRecord = Readonly<z.infer<typeof callRecord>>;

/** Throws if there is no record to be read. */
export async function readRecord(path: string): Promise<CallRecord> {
  return callRecord.parse(JSON.parse(await readFile(path, 'utf8')));
}

/**
 * In one step: a killed process leaves the old file or the new one, never half of either. Not forced to the disk: when the machine loses
 * its power, the calls are lost with it. It holds what was said: only this user may read it.
 */
export async function writeRecord(path: string, record: CallRecord): Promise<void> {
  await writeFile(unfinished(path), JSON.stringify(record), { mode: 0o600 });
  await rename(unfinished(path), path);
}

export async function deleteRecord(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(unfinished(path), { force: true });
}

export function fileOfCall(call: string): string {
  return `${call}.json`;
}

/** Also of a file that a killed process had not finished. */
export function callOfFile(file: string): string {
  return file.replace(/\.json(\.new)?$/, '');
}

function unfinished(path: string): string {
  return `${path}.new`;
}
