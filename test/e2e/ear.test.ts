/** What the ear says of a real call is what the phone has heard of it, whatever the call came over and whatever happened in it. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { CHARGED } from '../../src/ear/charged-wait.ts';
import { GAP_MS, dialogueOf } from '../../src/ear/dialogue.ts';
import type { EarReport } from '../../src/ear/ear-report.ts';
import { SideMeter } from '../../src/ear/side-meter.ts';
import type { SideHeard } from '../../src/ear/side-meter.ts';
import type { CallDetail, CallList } from '../../src/http/contract.ts';
import type { PhoneCall, Track } from '../../src/lab/phone/phone.ts';
import { describeCalls } from '../support/describe-calls.ts';
import { EVERY_TELEPHONY } from '../support/telephony.ts';
import { until } from '../support/until.ts';
import type { World } from '../support/world.ts';

const GREETING = 'Добрый день, вы позвонили в магазин насосов, мы рады вам помочь.';
const REPLY = [
  ['скажите часы', 'Мы работаем с девяти до шести, каждый день недели, без обеда.'],
  ['скажите адрес', 'Улица Ленина, дом пять, вход со двора.'],
] as const;
const ASK_CODE = 'Введите код.';
const DONE = 'Спасибо, код принят.';

const bots = {
  default: { greeting: GREETING },
  keys: {
    greeting: 'Добрый день!',
    flow: {
      start: 'code',
      steps: {
        code: { ask: ASK_CODE, slot: { name: 'code', type: 'digits', length: 4 }, next: 'done' },
        done: { say: DONE, end: 'done' },
      },
    },
  },
};

/** What the way, the marks and a busy machine may add, ms. */
const OFF_MS = 200;
/** Of the sound of a call: what is on its way when it ends, and what a busy machine tears, ms. */
const OFF_IN_ALL_MS = 1000;
const FRAME_MS = 20;
/** Of one that a busy machine has torn the two ends hear different things: it is held again. */
const MOST_CALLS = 4;
/** A key is told of when it has been sent to its end, and that takes the phone as long. */
const DIGIT_MS = 120;

describeCalls(
  "the caller's ear",
  {
    bots,
    kinds: EVERY_TELEPHONY,
    modes: ['stream'],
    reply: REPLY,
  },
  (suite) => {
    it('hears a conversation as the phone does', async () => {
      const { world } = suite;
      for (let calls = 1; ; calls++) {
        const { call, stoodStillMs } = await dialled(world, '100');
        await world.untilHeard(call, GREETING);
        // Each answer to its end: of words that end while a bot is about to fall silent nobody can say that they asked for one.
        for (const [question, answer] of REPLY) {
          await call.say(world.speech.callerTone(question));
          await world.untilHeard(call, answer);
        }
        await hungUp(world, call);
        // A bot that stands still in the middle of a word is taken to have ended, and spoken into when it goes on.
        const tornMs = Math.max(stoodStillMs(), call.streamQuality()?.longestGapMs ?? 0);
        if (tornMs >= GAP_MS && calls < MOST_CALLS) continue;
        return compare(await earOf(world), call, { stoodStillMs: stoodStillMs() });
      }
    });

    it('hears a call that was hung up in its greeting as the phone does', async () => {
      const { world } = suite;
      const { call, stoodStillMs } = await dialled(world, '100');
      await world.untilStarted(call, GREETING);
      await sleep(600);
      await hungUp(world, call);
      compare(await earOf(world), call, { stoodStillMs: stoodStillMs() });
    });

    it('hears keys', async () => {
      const { world } = suite;
      const { call, stoodStillMs } = await dialled(world, 'keys');
      await world.untilHeard(call, ASK_CODE);
      let pressedAtMs = 0;
      for (const key of '4217') {
        // A phone that is late sends a key in one go: nothing but its beginning is sure to come before the answer.
        pressedAtMs = performance.now();
        await call.sendDigit(key);
      }
      await world.untilHeard(call, DONE);
      await call.ended;
      await until('the call is over', () => world.service.activeCalls === 0);
      compare(await earOf(world), call, {
        keyAtMs: pressedAtMs - call.answeredAtMs,
        stoodStillMs: stoodStillMs(),
      });
    });
  },
);

/** A call, and for how long this process has stood still in it at most: by so much the phone spoke, or what it said was read, later than it was due. */
async function dialled(world: World, extension: string) {
  const delay = monitorEventLoopDelay({ resolution: FRAME_MS });
  delay.enable();
  const call = await world.dial(extension);
  void call.ended.then(() => delay.disable());
  return { call, stoodStillMs: () => delay.max / 1e6 };
}

async function hungUp({ service }: World, call: PhoneCall): Promise<void> {
  await call.hangup();
  await until('the call is over', () => service.activeCalls === 0);
}

/** What the far end sends too late is heard too late, and counted as lost. */
function compare(
  ear: EarReport | null,
  call: PhoneCall,
  { keyAtMs, stoodStillMs }: { readonly keyAtMs?: number; readonly stoodStillMs: number },
): void {
  if (!ear) throw new Error('the ear has heard nothing');
  const [said, heard] = [metered(call.said()), metered(call.heard())];
  const phone = dialogueOf(said.spans, heard.spans, ear.lastedMs, {
    unspoken: keyAtMs === undefined ? [] : [keyAtMs],
  });
  const lateMs = (ear.lostFrames ?? Infinity) * FRAME_MS;
  const sentMs = keyAtMs === undefined ? 0 : DIGIT_MS;
  const offMs = OFF_MS + stoodStillMs;
  expect(ear.from).toBe('line');
  expect(ear.unheardTurns).toEqual([]);
  expect(ear.answers).toHaveLength(phone.answers.length);
  for (const [at, { waitMs, charged }] of ear.answers.entries()) {
    const { callerEndedAtMs, botBeganAtMs } = phone.answers[at] ?? {
      callerEndedAtMs: NaN,
      botBeganAtMs: NaN,
    };
    const missingMs = botBeganAtMs - callerEndedAtMs - waitMs;
    expect(missingMs).toBeGreaterThan(-offMs);
    expect(missingMs).toBeLessThan(offMs + lateMs + sentMs);
    const sumMs = CHARGED.reduce((sum, stage) => sum + (charged?.[stage] ?? NaN), 0);
    expect(sumMs).toBeCloseTo(waitMs, 6);
  }
  expect(Math.abs(ear.bot.soundMs - soundOf(heard))).toBeLessThan(OFF_IN_ALL_MS);
  expect(Math.abs(ear.caller.soundMs - soundOf(said))).toBeLessThan(OFF_IN_ALL_MS + lateMs);
  for (const [side, { levelDbfs }] of [
    ['bot', heard],
    ['caller', said],
  ] as const)
    expect(ear[side].levelDbfs ?? 0).toBeCloseTo(levelDbfs ?? 0, 0);
}

function soundOf({ spans }: SideHeard): number {
  return spans.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
}

function metered({ pcm }: Track) {
  const meter = new SideMeter({ sampleRateHz: pcm.sampleRateHz, background: 'clean' });
  meter.hear(pcm.data, 0);
  return meter.heardSince(0);
}

/** Of the call that ended last. */
async function earOf({ service }: Pick<World, 'service'>): Promise<EarReport | null> {
  const ask = async (path: string): Promise<unknown> =>
    (await fetch(`${service.httpUrl}/api/${path}`)).json();
  const { past } = (await ask('calls')) as CallList;
  return ((await ask(`calls/${past[0]?.id ?? ''}`)) as CallDetail).ear;
}
