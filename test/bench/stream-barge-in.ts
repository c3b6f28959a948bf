import type { Bench, Measurement } from './bench.ts';
export const streamBargeIn: Bench = {
  name: 'stream-barge-in',
  explanation: '',
  run: (): Promise<readonly Measurement[]> => Promise.resolve([]),
};
