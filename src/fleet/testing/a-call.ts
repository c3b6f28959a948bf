import type { CallRecord } from '../../survival/survival-store.ts';
import type { DaemonState } from '../fleet-memory.ts';

export const STATE: DaemonState = {
  version: '1.0.0',
  startedAtEpochMs: 1,
  ariApp: 'voicebot-a',
  asterisk: 'pbx',
  calls: 0,
  maxCalls: 100,
  draining: false,
};

export function recordOf(call: string, leg = `leg-${call}`, turn = 1): CallRecord {
  return { call, leg, bot: 'default', startedAtEpochMs: 1000, turn, language: 'ru-RU', messages: [] };
}
