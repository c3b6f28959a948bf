import type { Prices } from '../cost.ts';

/** Nothing has a price. */
export const FREE: Prices = {
  currency: 'RUB',
  synthesisRequest: 0,
  synthesisMillionCharacters: 0,
  googleMillionCharacters: 0,
  openaiMillionCharacters: 0,
  recognitionUnit: 0,
  inputMillionTokens: 0,
  outputMillionTokens: 0,
};
