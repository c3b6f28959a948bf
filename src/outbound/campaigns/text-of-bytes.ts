/** The text of a file that somebody has made with any program at hand. */
import { ParleyError } from '../../base/errors.ts';

/** More is no list of leads, bytes. */
const MOST_BYTES = 16 * 1024 * 1024;

/** UTF-8, with or without a mark; UTF-16 with one. Throws `code` for anything else, and for too much. */
export function textOfBytes(
  bytes: Uint8Array,
  name: string,
  code: 'CAMPAIGN_INVALID' | 'LEADS_INVALID',
): string {
  if (bytes.length > MOST_BYTES)
    throw new ParleyError(code, `${name} has ${bytes.length} bytes; at most ${MOST_BYTES} are read.`);
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ParleyError(
      code,
      `${name} is not written in UTF-8 (Windows-1251 perhaps): save it as "CSV UTF-8", or convert it with iconv -f cp1251 -t utf-8.`,
      { cause },
    );
  }
}
