/**
 * The log of a running Parley: one JSON object a line, written at once, so that the last line before a crash is there too.
 */
import { pino, stdTimeFunctions } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import type { Log, LogFields } from '../base/log.ts';
import { safeFields } from './log-fields.ts';
import { LogWriter } from './log-writer.ts';

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Phone numbers and what was said go out as they are. */
  readonly transcripts: boolean;
}

/** Writes to stdout unless told otherwise. */
export function createLog(options: LogOptions, to: DestinationStream = new LogWriter()): Log {
  const logger = pino(
    {
      level: options.level,
      base: null,
      messageKey: 'message',
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    to,
  );
  return new PinoLog(logger, options);
}

class PinoLog implements Log {
  readonly #logger: Logger;
  readonly #options: LogOptions;

  constructor(logger: Logger, options: LogOptions) {
    this.#logger = logger;
    this.#options = options;
  }

  debug(fields: LogFields, message: string): void {
    this.#write('debug', fields, message);
  }

  info(fields: LogFields, message: string): void {
    this.#write('info', fields, message);
  }

  warn(fields: LogFields, message: string): void {
    this.#write('warn', fields, message);
  }

  error(fields: LogFields, message: string): void {
    this.#write('error', fields, message);
  }

  child(fields: LogFields): Log {
    return new PinoLog(this.#logger.child(safeFields(fields, this.#options)), this.#options);
  }

  #write(level: 'debug' | 'info' | 'warn' | 'error', fields: LogFields, message: string): void {
    if (this.#logger.isLevelEnabled(level)) this.#logger[level](safeFields(fields, this.#options), message);
  }
}
