/** An ended call that never was; what is given is otherwise. */
import type { EndedCall } from '../ended-call.ts';

export const ENDED_EPOCH_MS = Date.parse('2026-01-01T09:00:30Z');

export const SHOP_SCHEMA = {
  type: 'object',
  properties: {
    customer: { type: 'string' },
    count: { type: 'integer' },
    outcome: { enum: ['ordered', 'asked', 'none'] },
  },
  required: ['outcome'],
  additionalProperties: false,
} as const;

export function anEndedCall(
  differs: Partial<EndedCall> = {},
  wanted: Partial<EndedCall['wanted']> = {},
): EndedCall {
  return {
    id: 'call-1',
    bot: 'shop',
    direction: 'inbound',
    callerNumber: '+79161234512',
    startedEpochMs: ENDED_EPOCH_MS - 30_000,
    endedEpochMs: ENDED_EPOCH_MS,
    cause: 'caller',
    language: 'ru-RU',
    slots: { customer: 'Анна' },
    done: [{ name: 'order', idempotencyKey: 'call-1-1' }],
    messages: [
      { role: 'assistant', content: 'Здравствуйте!' },
      { role: 'user', content: 'Мне нужен насос.' },
    ],
    wanted: { schema: SHOP_SCHEMA, deadlineMs: 30_000, temperature: 0, ...wanted },
    ...differs,
  };
}
