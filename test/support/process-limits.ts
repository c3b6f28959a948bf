/** What another process may use, changed while it runs. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface ProcessLimits {
  /** Files and sockets that may be open at once. */
  readonly openFiles?: number;
  /** How long a file may become that it writes, bytes; 0 is a full disk. */
  readonly fileBytes?: number;
}

/** Only the soft limits, so that they can be lifted again. Linux only: https://man7.org/linux/man-pages/man1/prlimit.1.html */
export async function limitProcess(pid: number, { openFiles, fileBytes }: ProcessLimits): Promise<void> {
  const limits = [
    ...(openFiles === undefined ? [] : [`--nofile=${openFiles}:`]),
    ...(fileBytes === undefined ? [] : [`--fsize=${fileBytes === Infinity ? 'unlimited' : fileBytes}:`]),
  ];
  await promisify(execFile)('prlimit', ['--pid', String(pid), ...limits]);
}
