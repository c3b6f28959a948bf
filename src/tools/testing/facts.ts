import type { CallFacts } from '../tool.ts';

/** What is known of a call in tests. */
export const FACTS: CallFacts = {
  id: 'call-1',
  direction: 'inbound',
  variables: {},
  callerNumber: '+79161234567',
  dialled: '100',
  bot: 'shop',
  slots: { size: 'L' },
  context: { caller: { name: 'Анна', orders: [{ id: 7 }] } },
};
