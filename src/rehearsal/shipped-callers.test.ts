/** The callers that come with Parley, against the bots that come with it: whole conversations, in a moment. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectRoot } from '../base/project-root.ts';
import { loadBots } from '../config/bots.ts';
import { loadCallers } from './callers.ts';
import { rehearseAll } from './rehearsal.ts';
import { reasonableChat } from './testing/scripted-chats.ts';

const BOTS = ['shop'] as const;
const SEEDS = 3;

const bots = await loadBots(join(projectRoot(), 'examples/bots'));
const shipped = await Promise.all(
  BOTS.map(async (bot) => ({
    bot,
    callers: await loadCallers(join(projectRoot(), 'examples/callers'), bot),
  })),
);
const pairs = shipped.flatMap(({ bot, callers }) =>
  callers.map((caller) => [caller.name, bot, caller] as const),
);

it.each(pairs)('%s calls %s, and it is a good call', async (_, bot, caller) => {
  const stage = {
    profile: bots.get(bot),
    chatIn: reasonableChat,
  };
  const { calls } = await rehearseAll(stage, [caller], { times: SEEDS, seed: 1 });
  expect(calls.map(({ faults }) => faults)).toEqual(calls.map(() => []));
});
