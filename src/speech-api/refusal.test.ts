import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERROR_CATALOGUE } from '../base/error-catalogue.ts';
import { ParleyError } from '../base/errors.ts';
import type { ErrorCode } from '../base/error-catalogue.ts';
import { refusalOf } from './refusal.ts';
import { errorTable } from './testing/error-table.ts';

/** Prettier aligns the columns. */
const squeezed = (markdown: string) => markdown.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---');

describe("the speech API's errors", () => {
  it('stand in its document as they are in the code', () => {
    const document = readFileSync(new URL('../../docs/speech-api.md', import.meta.url), 'utf8');
    expect(squeezed(document)).toContain(squeezed(errorTable()));
  });

  it('tell of every failure of a provider by a code of their own', () => {
    const codes = (Object.keys(ERROR_CATALOGUE) as ErrorCode[]).filter((code) =>
      /^(TTS|ASR|CREDENTIALS)_/.test(code),
    );
    const told = codes.map((code) => refusalOf(new ParleyError(code, 'It has failed.')));
    expect(told.map(({ code }) => code)).not.toContain('VOICE_SERVICE_ERROR');
    expect(told.map(({ details }) => details['provider_code'])).toEqual(codes);
  });

  it('never quote what a provider has said', () => {
    const error = new ParleyError('TTS_REJECTED', 'It refuses "secret words".', { quote: 'secret words' });
    const { message, details } = refusalOf(error);
    expect(JSON.stringify([message, details])).not.toContain('secret');
  });
});
