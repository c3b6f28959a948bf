import pc from 'picocolors';
import type { Log, LogFields } from '../../base/log.ts';

/** What of the service's log concerns somebody who tries it out: what went wrong, each fault once however often it happens. */
export function consoleLog(print: (line: string) => void): Log {
  const told = new Set<string>();
  const tell = (fields: LogFields, message: string) => {
    const { faults, error, code, reason: refused } = fields;
    const why = [faults, error, code, refused].find(
      (field) => typeof field === 'string' || field instanceof Error,
    );
    const reason = why instanceof Error ? why.message : why;
    const line = typeof reason === 'string' ? `! ${message}: ${reason.trimEnd()}` : `! ${message}`;
    if (told.has(line)) return;
    told.add(line);
    print(pc.yellow(line));
  };
  const log: Log = {
    debug: () => undefined,
    info: () => undefined,
    warn: tell,
    error: tell,
    child: () => log,
  };
  return log;
}
