import { expect, it } from 'vitest';
import { tryResultOf } from './outcomes.ts';

const answered = { outcome: 'answered', cause: 'caller', talkedMs: 4000 } as const;

it.each([
  ['abandoned', { by: 'person', greeted: false }],
  ['reached', { by: 'person', greeted: true }],
  ['abandoned', { by: 'person', greeted: true, talkedMs: 1500 }],
  ['machine', { by: 'machine', greeted: false }],
  ['fax', { by: 'fax', greeted: false }],
] as const)('is %s where the call tells %j', (outcome, told) => {
  expect(tryResultOf({ ...answered, ...told })).toMatchObject({ outcome });
});
