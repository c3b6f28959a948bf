/** Ended calls that never were. */
import type { KeptCall } from '../kept-call.ts';

export const EPOCH_MS = Date.parse('2026-01-01T09:00:00Z');

/** The n-th, a minute after the one before it; what is given is otherwise. */
export function aCall(n: number, differs: Partial<KeptCall> = {}): KeptCall {
  const startedEpochMs = differs.startedEpochMs ?? EPOCH_MS + n * 60_000;
  return {
    key: `key-${n}`,
    call: `call-${n}`,
    bot: 'default',
    direction: 'inbound',
    number: '+79161234512',
    masked: '+7 *** **12',
    digits: '79161234512',
    startedEpochMs,
    endedEpochMs: startedEpochMs + 30_000,
    cause: 'caller',
    turns: 3,
    slowestMs: undefined,
    failures: 0,
    cost: undefined,
    timeline: JSON.stringify([{ type: 'call.ended', atMs: 30_000, turn: 3, cause: 'caller' }]),
    dropped: 0,
    words: 'Мы говорим.',
    ...differs,
  };
}
