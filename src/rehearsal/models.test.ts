/** Where a model plays, judges or is really asked. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sleep, systemClock } from '../base/clock.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { projectRoot } from '../base/project-root.ts';
import { loadBots } from '../config/bots.ts';
import type { Chat } from '../llm/chat.ts';
import { readCaller } from './caller-file.ts';
import { deedOf } from './model-caller.ts';
import { judgedBy } from './model-judge.ts';
import { Outside } from './outside.ts';
import { rehearse } from './rehearse.ts';
import type { CallWorld } from './rehearse.ts';
import { rehearsalJson } from './rehearsal-json.ts';
import { rehearsalPage } from './rehearsal-page.ts';
import { rehearsalTable } from './rehearsal-table.ts';
import { rehearseAll } from './rehearsal.ts';
import { reasonableChat } from './testing/scripted-chats.ts';

const bots = await loadBots(join(projectRoot(), 'examples/bots'));

function callerOf(yaml: string) {
  const read = readCaller('anna', yaml);
  if ('faults' in read) throw new Error(read.faults.join());
  return read.caller;
}

/** Answers with these, one after the other. */
function chatSaying(...answers: readonly string[]): Chat & { readonly asked: number } {
  let asked = 0;
  return {
    name: 'scripted',
    get asked() {
      return asked;
    },
    async *reply() {
      yield { kind: 'text', text: answers[asked++] ?? '' };
    },
  };
}

it.each([
  ['Насос, пожалуйста.', { kind: 'say', text: 'Насос, пожалуйста.' }],
  ['[sighs] Ну | хорошо', { kind: 'say', text: 'Ну хорошо' }],
  ['[keys 12#]', { kind: 'press', keys: '12#' }],
  ['[hang up]', { kind: 'hangUp' }],
  ['[silence]', { kind: 'silent' }],
])('a caller whom a model plays does what it writes: %s', (answer, deed) => {
  expect(deedOf(answer)).toEqual(deed);
});

it('a model plays a caller to the end of the call', async () => {
  const caller = callerOf('model: true\ngoal: Узнать цену и попрощаться.');
  const lines = chatSaying('Насос.', 'До свидания.', '[hang up]');
  const chatIn = (world: CallWorld): Chat => {
    const bot = reasonableChat(world);
    return {
      name: 'both',
      reply: (request, signal) =>
        request.messages[0]?.content.startsWith('You play')
          ? lines.reply(request, signal)
          : bot.reply(request, signal),
    };
  };
  const call = await rehearse({ profile: bots.get('shop'), chatIn }, caller, 1);
  expect([call.slots, call.endedBy, call.broken]).toEqual([{ product: 'насос' }, 'goodbye', undefined]);
});

it('what a model really takes is what the virtual call takes', async () => {
  const clock = new ManualClock();
  let realMs = 0;
  const outside = new Outside(clock, () => realMs);
  const chat = outside.chat({
    name: 'real',
    async *reply() {
      await sleep(systemClock, 5);
      realMs += 700;
      yield { kind: 'text', text: 'Да.' };
    },
  });
  let waitedTooLong = false;
  clock.after(600, () => (waitedTooLong = clock.nowMs() === 600));
  const asking = (async () => {
    for await (const _ of chat.reply({ messages: [], maxTokens: 1 }, new AbortController().signal))
      return clock.nowMs();
    return undefined;
  })();
  expect(await clock.runUntil(asking, outside.next)).toBe(700);
  expect(waitedTooLong).toBe(true);
});

it('a model judges in JSON, and is asked once more where it does not', async () => {
  const caller = callerOf('says: [Насос]');
  const call = await rehearse({ profile: bots.get('shop'), chatIn: reasonableChat }, caller, 1);
  const late = chatSaying('It was fine.', '{"good": false, "faults": ["It was rude."]}');
  expect([await judgedBy(late)(call), late.asked]).toEqual([['judge: It was rude.'], 2]);
  const never = chatSaying('Fine.', 'Really fine.');
  expect([await judgedBy(never)(call), never.asked]).toEqual([
    ['the judge has not said whether it was good'],
    2,
  ]);
  expect(await judgedBy(chatSaying('```json\n{"good": true}\n```'))(call)).toEqual([]);
});

it('a rehearsal is shown with what was wrong, and nothing that a caller says breaks the page', async () => {
  const caller = callerOf('says: ["<b>Насос</b>"]\nexpect: { outcome: ordered }');
  const stage = { profile: bots.get('shop'), chatIn: reasonableChat };
  const rehearsal = await rehearseAll(stage, [caller], { times: 2, seed: 5 });
  expect(rehearsalTable(rehearsal, 'plain')).toMatch(
    /anna +0\/2 [^]*anna, seed 5 and 1 more: the outcome: none; expected ordered/,
  );
  const page = await rehearsalPage(rehearsal);
  expect(page).toContain('&lt;b&gt;Насос&lt;/b&gt;');
  expect(page).toContain('the outcome: none; expected ordered');
  expect(JSON.parse(rehearsalJson(rehearsal))).toMatchObject({
    good: false,
    calls: [{ seed: 5 }, { seed: 6 }],
  });
});
