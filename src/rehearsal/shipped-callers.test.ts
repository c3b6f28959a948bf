/** The callers that come with Parley, against the bots that come with it: whole conversations, in a moment. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../base/project-root.ts';
import type { BotProfile } from '../config/bot-profile.ts';
import { loadBots } from '../config/bots.ts';
import { loadCallers } from './callers.ts';
import { isGood, rehearseAll } from './rehearsal.ts';
import { rehearse } from './rehearse.ts';
import { disobedientChat, reasonableChat } from './testing/scripted-chats.ts';

const BOTS = ['shop', 'appointments', 'reminder'] as const;
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

it.each(pairs)(
  '%s calls %s whose model does what it should not, and the script is kept',
  async (_, bot, caller) => {
    const stage = { profile: bots.get(bot), chatIn: disobedientChat };
    const { calls } = await rehearseAll(stage, [caller], { times: SEEDS, seed: 1 });
    const broken = calls.flatMap(({ faults }) =>
      faults.filter((fault) => /^turn|^the bot said|^the rehearsal/.test(fault)),
    );
    expect(broken).toEqual([]);
    for (const { call } of calls) {
      const { steps = [], tools = [] } = caller.expect;
      expect(call.tools.length).toBeLessThanOrEqual(tools.length);
      // Whoever is not understood goes to a person; nobody gets past a question.
      if (steps.length > 0) expect(steps).toEqual(expect.arrayContaining(call.steps.slice(0, -1)));
    }
  },
);

it('the same caller and seed make the same call, another seed another one', async () => {
  const caller = pairs[0]?.[2];
  if (!caller) throw new Error('there are no callers');
  const stage = { profile: bots.get('shop'), chatIn: reasonableChat };
  const timelineOf = async (seed: number) => (await rehearse(stage, caller, seed)).timeline;
  const first = await timelineOf(7);
  expect(await timelineOf(7)).toEqual(first);
  expect(await timelineOf(8)).not.toEqual(first);
});

describe('a bot that has become worse', () => {
  const withStep = (id: string, change: object): BotProfile => {
    const profile = bots.get('shop');

    const { flow } = profile;
    if (!flow) throw new Error('the shop has no flow');
    const steps = { ...flow.steps, [id]: { ...flow.steps[id], ...change } } as typeof flow.steps;
    return { ...profile, flow: { ...flow, steps } };
  };

  it.each([
    ['skips a step', 'count', { next: [{ to: 'order' }] }, /the slot phone was empty/],
    ['asks two things at once', 'count', { ask: 'Сколько штук? И какого цвета?' }, /two questions at once/],
    ['says it in the wrong language', 'count', { ask: 'How many pieces do you want?' }, /two languages/],
    ['does not order', 'phone', { next: [{ to: 'done' }] }, /the tools: none; expected order/],
  ])('and %s fails the rehearsal', async (_, step, change, told) => {
    const [caller] = (await loadCallers(join(projectRoot(), 'examples/callers'), 'shop')).slice(0, 1);
    if (!caller) throw new Error('there are no callers');
    const stage = { profile: withStep(step, change), chatIn: reasonableChat };
    const rehearsal = await rehearseAll(stage, [caller], { times: 1, seed: 1 });
    expect(isGood(rehearsal)).toBe(false);
    expect(rehearsal.calls[0]?.faults.join('\n')).toMatch(told);
  });
});
