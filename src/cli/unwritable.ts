import { ParleyError } from '../base/errors.ts';
import { systemCode } from '../base/system-code.ts';

/** What a command says of a file that it was to write, and why that cannot be. */
export function unwritable(file: string, cause: unknown): ParleyError {
  const why = systemCode(cause) ?? String(cause);
  return new ParleyError('FILE_UNWRITABLE', `${file} cannot be written: ${why}.`, { cause });
}
