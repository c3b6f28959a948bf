/** A script that asks how many, and orders them of a company's server: what becomes of the order decides what is said. */
import type { FlowText } from '../../src/config/flow-shape.ts';

export interface PumpTexts {
  readonly count: FlowText;
  /** Where nobody knows whether it was placed. */
  readonly unsure: FlowText;
  readonly placed: FlowText;
}

/** What a bot's profile has of it. `url`: of the server. */
export const pumpsOrderedFrom = (url: string, { count, unsure, placed }: PumpTexts) => ({
  tools: [
    {
      name: 'order',
      description: 'Оформляет заказ',
      arguments: { count: { type: 'string' } },
      http: { method: 'POST', url: `${url}/orders`, json: { count: '{{count}}' }, deadlineMs: 30_000 },
    },
  ],
  flow: {
    start: 'count',
    steps: {
      count: { ask: count, slot: { name: 'count', type: 'number' }, next: 'order' },
      order: {
        do: { tool: 'order', arguments: { count: '{{count}}' } },
        next: [{ when: "result.order.status == 'failed'", to: 'unsure' }, { to: 'done' }],
      },
      unsure: { say: unsure, end: 'unsure' },
      done: { say: placed, end: 'ordered' },
    },
  },
});
