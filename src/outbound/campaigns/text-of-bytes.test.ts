import { expect, it } from 'vitest';
import { textOfBytes } from './text-of-bytes.ts';

const read = (bytes: Uint8Array) => textOfBytes(bytes, 'leads.csv', 'LEADS_INVALID');

it('reads UTF-8 and UTF-16, and says of Windows-1251 what to do about it', () => {
  expect(read(Buffer.from('имя'))).toBe('имя');
  expect(read(Buffer.from('\uFEFFимя', 'utf16le'))).toBe('имя');
  expect(() => read(Buffer.from([0xe8, 0xec, 0xff]))).toThrow('Windows-1251');
  expect(() => read(new Uint8Array(17 * 1024 * 1024))).toThrow('at most');
});
