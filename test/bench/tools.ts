/**
 * What tools, documents and a script cost: Parley's own share of a tool round, what context takes from the answer, and processor time. Each
 * is told beside the same without it, measured in the same run.
 */
import type { Bench, Measurement } from './bench.ts';
import { repetitions } from './bench.ts';
import { startCompanyServer } from '../support/company.ts';
import type { CompanyServer } from '../support/company.ts';
import { manyPassages } from '../support/many-passages.ts';
import { recordedCaller } from '../support/recorded-callers.ts';
import type { RecordedCaller } from '../support/recorded-callers.ts';
import { percentilesOf } from '../../src/lab/probe/percentiles.ts';
import { inCalls, onStand, pauseMs } from './stand.ts';
import type { StandOptions } from './stand.ts';
import { crowdBot, streamEnv, streamStand } from './stream-turns.ts';
import { answersOf, GREETED_MS } from './turn-taking.ts';

/** What a company's own server takes to answer, ms. */
const SERVER_MS = 20;

/** Rounds of one answer: as many as a profile may allow. */
const ROUNDS = 16;
const ANSWERS = 5;
/** From the question until all rounds are over, ms: what is not over by then is missed. */
const ROUNDS_OVER_MS = 15_000;
/** The answer is said, ms after the last round. */
const SAID_MS = 1500;
const LOOK_EVERY_MS = 50;
/** Requests to the tool's server without Parley, behind each answer. */
const PLAIN_REQUESTS = 4;

const PAIRS = 3;
/** Of each bot, side by side. */
const CALLS_OF_A_PAIR = 4;
const TURNS_OF_A_PAIR = 5;
const PASSAGES = 2000;
/** A question is asked so long after the last one ended, ms: the answer is over by then. */
const PAIR_ROUND_MS = 2600;

const CALLS = 100;
const TURNS = 4;
const CROWD_ROUND_MS = 6000;
const DIAL_EVERY_MS = 60;
/** What a crowd costs is wanted, however late it makes the process. */
const crowdEnv = { ...streamEnv, MAX_EVENT_LOOP_LAG_MS: '10000' };

const ANSWER = 'Да, есть на складе.';
const RETURN = 'Вернёмся к заказу.';
const QUESTION = 'Какой вам нужен насос?';

export const tools: Bench = {
  name: 'tools',
  minutes: 4,
  fixedMinutes: 1.2,
  explanation:
    `Stream mode on the stand-in Asterisk, recorded speech. A round: from the model's call of a tool to its next request, less the ${SERVER_MS} ms of the tool's server.\n` +
    `The same request without Parley, beside it: what the machine adds to both.\n` +
    `Context: ${PAIRS} times ${CALLS_OF_A_PAIR} calls each of two bots side by side, one with ${PASSAGES} passages and a lookup of the caller, the other without; the difference of their medians.\n` +
    `Processor time: ${CALLS} calls of ${TURNS} turns each, in every turn a tool, a question answered and the script gone back to, against ${CALLS} that say as much.`,
  run: async (scale, tell) => {
    const caller = await recordedCaller('question2');
    const company = await startCompanyServer(async () => {
      await pauseMs(SERVER_MS);
      return { status: 200, body: '{"count":3}' };
    });
    try {
      tell(await rounds(caller, company, repetitions(ANSWERS, scale)));
      tell(await context(caller, company, repetitions(PAIRS, scale)));
      const crowd = { calls: repetitions(CALLS, scale), turns: repetitions(TURNS, scale) };
      tell(await processorTime(caller, company, crowd));
    } finally {
      await company.stop();
    }
  },
};

function tool(name: string, url: string, readOnly: boolean) {
  const http = { method: 'POST', url: `${url}/${name}`, json: { sku: '{{sku}}' } };
  return { name, description: name, readOnly, arguments: { sku: { type: 'string' } }, http };
}

/** Everything that the model is asked comes here; the calls of tools leave at once. */
async function rounds(
  caller: RecordedCaller,
  { url }: CompanyServer,
  answers: number,
): Promise<readonly Measurement[]> {
  const own = { stock: [] as number[], order: [] as number[] };
  const plain: number[] = [];
  let asked: keyof typeof own = 'stock';
  let isAnswered = false;
  let calledAtMs: number | undefined;
  const stand: StandOptions = {
    ...streamStand(caller.text),
    telephony: 'simulator',
    reply: (index, messages) => {
      const nowMs = performance.now();
      if (messages.at(-1)?.role === 'tool' && calledAtMs !== undefined)
        own[asked].push(nowMs - calledAtMs - SERVER_MS);
      const done = messages.slice(messages.findLastIndex(({ role }) => role === 'user'));
      const isOver = done.filter(({ role }) => role === 'tool').length >= ROUNDS;
      calledAtMs = isOver ? undefined : nowMs;
      isAnswered = isOver;
      return isOver ? ANSWER : { calls: [{ name: asked, input: { sku: `${index}` } }] };
    },
  };
  await onStand(stand, async (it) => {
    const list = [tool('stock', url, true), tool('order', url, false)];
    // An answer that is begun early has effects only once the turn is over: until then the caller is waited for, which is nobody's own share.
    const bot = { ...crowdBot, earlyAnswer: { enabled: false } };
    const service = await it.serve({ ...bot, tools: { maxRounds: ROUNDS, list } }, streamEnv);
    own.stock.length = 0;
    await inCalls(it.phone, 1, async (call) => {
      await pauseMs(GREETED_MS);
      for (let answer = 0; answer < 2 * answers; answer++) {
        asked = answer % 2 === 0 ? 'stock' : 'order';
        isAnswered = false;
        await call.say(caller.pcm);
        const untilMs = performance.now() + ROUNDS_OVER_MS;
        while (!isAnswered && performance.now() < untilMs) await pauseMs(LOOK_EVERY_MS);
        await pauseMs(SAID_MS);
        for (let request = 0; request < PLAIN_REQUESTS; request++) plain.push(await withoutParley(url));
      }
    });
    await service.stop();
  });
  const missed = 2 * answers * ROUNDS - own.stock.length - own.order.length;
  const what = (kind: string) => `own share of a tool round, ${kind}`;
  return [
    { what: what('read-only'), unit: 'ms', samples: own.stock, targetP95: 15 },
    { what: what('with effects'), unit: 'ms', samples: own.order, targetP95: 15 },
    { what: 'the same request without Parley', unit: 'ms', samples: plain },
    { what: 'rounds missed', unit: '', samples: [missed], targetP95: 0 },
  ];
}

/** What the machine takes for a tool's request, less what its server takes, ms. */
async function withoutParley(url: string): Promise<number> {
  const startedMs = performance.now();
  const response = await fetch(`${url}/stock`, { method: 'POST', body: '{"sku":"0"}' });
  await response.text();
  return performance.now() - startedMs - SERVER_MS;
}

async function context(
  caller: RecordedCaller,
  { url }: CompanyServer,
  pairs: number,
): Promise<readonly Measurement[]> {
  const { passages } = manyPassages(PASSAGES, 1);
  const documents = Object.fromEntries(
    passages.map(({ text }, at) => [
      `knowledge/${at % 100}-${Math.floor(at / 100)}.md`,
      `# ${at}\n\n${text} ${at % 50 === 0 ? caller.text : ''}\n`,
    ]),
  );
  const knowing = {
    ...crowdBot,
    context: {
      caller: { http: { url: `${url}/by-phone/{{caller.number}}` } },
      knowledge: { dir: 'knowledge', top: 4 },
    },
  };
  const options = { ...streamStand(caller.text), telephony: 'simulator', documents } as const;
  return onStand({ ...options, others: { knowing } }, async (it) => {
    const service = await it.serve(crowdBot, streamEnv);
    const some = {
      calls: CALLS_OF_A_PAIR,
      turns: TURNS_OF_A_PAIR,
      roundMs: PAIR_ROUND_MS,
      question: caller.pcm,
    };
    let missed = 0;
    const without: number[] = [];
    const within: number[] = [];
    // The documents are read by then, and the code of both compiled.
    await answersOf(it.phone, { ...some, turns: 1, extension: 'knowing' });
    for (let pair = 0; pair < pairs; pair++) {
      const [plain, knowing] = await Promise.all([
        answersOf(it.phone, some),
        answersOf(it.phone, { ...some, extension: 'knowing' }),
      ]);
      missed += plain.unanswered + knowing.unanswered;
      without.push(...plain.timesMs);
      within.push(...knowing.timesMs);
    }
    await service.stop();
    const difference = percentilesOf(within).p50 - percentilesOf(without).p50;
    return [
      { what: 'voice to voice, without context', unit: 'ms', samples: without },
      { what: 'voice to voice, with context', unit: 'ms', samples: within },
      { what: 'context, difference of medians', unit: 'ms', samples: [difference], targetP95: 5 },
      { what: 'answers missed', unit: '', samples: [missed] },
    ];
  });
}

async function processorTime(
  caller: RecordedCaller,
  { url }: CompanyServer,
  { calls, turns }: { readonly calls: number; readonly turns: number },
): Promise<readonly Measurement[]> {
  const plain = { ...crowdBot };
  const able = {
    ...crowdBot,
    tools: [tool('stock', url, true)],
    flow: {
      start: 'size',
      returnPhrases: [RETURN],
      steps: {
        size: {
          ask: QUESTION,
          slot: { name: 'size', type: 'oneOf', values: ['маленький', 'большой'] },
          next: 'done',
        },
        done: { say: 'Записала.', end: 'ordered' },
      },
    },
  };
  const costs: number[] = [];
  let missed = 0;
  for (const bot of [plain, able]) {
    const stand: StandOptions = {
      ...streamStand(caller.text),
      telephony: 'simulator',
      reply: (index, messages) => {
        if (bot === plain) return `${ANSWER}|${RETURN}|${QUESTION}`;
        if (messages.at(-1)?.role === 'tool') return ANSWER;
        return { calls: [{ name: 'stock', input: { sku: `${index}` } }] };
      },
    };
    await onStand(stand, async (it) => {
      const service = await it.serve(bot, crowdEnv);
      const before = await service.usage();
      await inCalls(
        it.phone,
        calls,
        async (call) => {
          await pauseMs(GREETED_MS);
          for (let turn = 0; turn < turns; turn++) {
            await call.say(caller.pcm);
            await pauseMs(CROWD_ROUND_MS);
          }
        },
        { dialEveryMs: DIAL_EVERY_MS, onFailed: () => void missed++ },
      );
      costs.push((await service.usage()).cpuMs - before.cpuMs);
      await service.stop();
    });
  }
  const [without = 0, within = 0] = costs;
  return [
    { what: `processor time of ${calls} plain calls`, unit: 'ms', samples: [without] },
    { what: `of ${calls} with tools and a flow`, unit: 'ms', samples: [within] },
    { what: 'more processor time', unit: '%', samples: [100 * (within / without - 1)], targetP95: 20 },
    { what: 'calls missed', unit: '', samples: [missed], targetP95: 0 },
  ];
}
