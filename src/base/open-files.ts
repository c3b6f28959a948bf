/** How many files and sockets this process may still open. When there are none left, nothing works any more that was not open before. */
import { readdirSync, readFileSync } from 'node:fs';
import { systemCode } from './system-code.ts';

/** Infinity where the system does not tell: only Linux does, in https://man7.org/linux/man-pages/man5/proc_pid_limits.5.html */
export function freeFiles(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    const [, most] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
    return most === undefined ? Infinity : Number(most) - readdirSync('/proc/self/fd').length;
  } catch (error) {
    const isUntold = systemCode(error) === 'ENOENT';
    return isUntold ? Infinity : 0;
  }
}
