/** The errors of the speech API as its document lists them. */
import { ERROR_CATALOGUE } from '../../base/error-catalogue.ts';
import { SPEECH_STATUS } from '../refusal.ts';
import type { SpeechCode } from '../refusal.ts';

/** A Markdown table with a line for each code. */
export function errorTable(): string {
  const codes = Object.keys(SPEECH_STATUS) as SpeechCode[];
  return [
    '| code | status | again? | what to do |',
    '| --- | --- | --- | --- |',
    ...codes.map((code) => {
      const { retryable, advice } = ERROR_CATALOGUE[code];
      return `| \`${code}\` | ${SPEECH_STATUS[code]} | ${retryable ? 'yes' : 'no'} | ${advice.replaceAll('|', '\\|')} |`;
    }),
  ].join('\n');
}
