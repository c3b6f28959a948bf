import { expect, it } from 'vitest';
import { Blank } from './blank.ts';

const LOUD = new Uint8Array([1, 2, 3, 4]);
const SILENT = new Uint8Array(4);

it('a recording is blank while something sensitive is given, and until its last sound has come', () => {
  let nowMs = 0;
  let isSensitive = false;
  const blank = new Blank(() => nowMs);
  blank.follow(() => isSensitive);
  expect(blank.kept(LOUD)).toEqual(LOUD);
  isSensitive = true;
  expect(blank.kept(LOUD)).toEqual(SILENT);
  isSensitive = false;
  nowMs = 399;
  expect(blank.kept(LOUD)).toEqual(SILENT);
  nowMs = 400;
  expect(blank.kept(LOUD)).toEqual(LOUD);
});

it('a recording of a call that never asks for such is whole', () => {
  expect(new Blank(() => 0).kept(LOUD)).toBe(LOUD);
});
