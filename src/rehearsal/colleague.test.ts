/** A caller who wants a person, and the person whom the bot rings, in a rehearsal. */
import { expect, it } from 'vitest';
import { profileSchemaFor } from '../config/bot-profile.ts';
import { entriesOf } from '../timeline/timeline-entries.ts';
import { readCaller } from './caller-file.ts';
import { rehearse } from './rehearse.ts';
import { reasonableChat } from './testing/scripted-chats.ts';

const raw = {
  prompt: 'Ты диспетчер.',
  greeting: 'Алло.',
  tools: [{ transfer: { to: { sales: { endpoint: 'PJSIP/201' } }, warm: true } }],
  flow: {
    start: 'whom',
    steps: {
      whom: { ask: 'Соединить с отделом продаж?', slot: { name: 'whom', type: 'yesNo' }, next: 'sales' },
      sales: { say: 'Соединяю.', do: { transfer: 'sales' } },
    },
  },
};

it.each([
  ["{ says: 'Да, соединяйте.' }", 'transferred', 'connected'],
  ["{ says: 'Нет, я занят.', after: 2 s }", 'silence', 'declined'],
  ['busy', 'silence', 'busy'],
  ['noAnswer', 'silence', 'noAnswer'],
])('a colleague %s: the call ends by %s', async (colleague, endedBy, outcome) => {
  const read = readCaller(
    'anna',
    `says:\n  - { when: /соединить/i, say: Да }\n  - { silent: true }\ncolleague: ${colleague}`,
  );
  if (!('caller' in read)) throw new Error(read.faults.join('\n'));
  const profile = { name: 'desk', ...profileSchemaFor(raw).parse(raw) };
  const call = await rehearse({ profile, chatIn: reasonableChat }, read.caller, 1);
  expect(entriesOf(call.timeline, 'transfer.done').map((each) => each.outcome)).toEqual([outcome]);
  expect([call.endedBy, call.sentTo?.kind]).toEqual([
    endedBy,
    endedBy === 'transferred' ? 'endpoint' : undefined,
  ]);
});
