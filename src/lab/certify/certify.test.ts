/** What a certificate makes of bots that are bad in ways that cost time, or do not sound: in a time of its own. */
import { expect, it } from 'vitest';
import type { Clock } from '../../base/clock.ts';
import { ManualClock, promisesOnly } from '../../base/manual-clock.ts';
import { certify } from './certify.ts';
import type { CertifyPlan } from './certify.ts';
import type { FaultProxy } from './fault-proxy.ts';
import { loadSounds } from './sounds.ts';
import { phoneOfActedBot } from './testing/acted-bot.ts';
import type { ActedBot, ActedManners, SaidSoFar } from './testing/acted-bot.ts';

const sounds = await loadSounds();

async function certified(
  bot: ActedBot,
  plan: Partial<CertifyPlan> = {},
  {
    comesAtMs = (dueMs: number) => dueMs,
    ...manners
  }: ActedManners & { comesAtMs?: (dueMs: number) => number } = {},
) {
  const clock = new ManualClock(promisesOnly());
  const parts = {
    phone: phoneOfActedBot(clock, bot, manners),
    clock: lateClock(clock, comesAtMs),
    signal: new AbortController().signal,
    onVerdict: () => undefined,
  };
  const whole: CertifyPlan = {
    ...{ target: 'sip:bot@there', extension: 'bot', answerWithinMs: 1000, botSilenceMs: 1200, sounds },
    ...{ limits: { voiceToVoiceMs: 1500, bargeInMs: 1000, deadAirMs: 5000 }, form: 'whole', only: [] },
    ...{ proxies: [], tonesHz: [], ...plan },
  };
  const certificate = await clock.runUntil(certify(whole, parts));
  const complaints = Object.fromEntries(
    certificate.verdicts.map(({ complaints, situation }) => [situation, complaints]),
  );
  return { ...certificate, complaints, tookMs: clock.nowMs() };
}

/** What is due at a time comes when `comesAtMs` says. */
function lateClock(clock: Clock, comesAtMs: (dueMs: number) => number): Clock {
  return {
    nowMs: () => clock.nowMs(),
    after: (delayMs, callback) => clock.after(comesAtMs(clock.nowMs() + delayMs) - clock.nowMs(), callback),
  };
}

const GREETING_MS = 1000;
const ANSWERS_AFTER_MS = 800;

/** Greets, and once the caller has said something, says what these tell, ms from when it begins. */
function polite(answer: (atMs: number, said: SaidSoFar) => number): ActedBot {
  return (atMs, said) => {
    const last = said.at(-1);
    if (!last) return atMs < GREETING_MS ? 1200 : 0;
    const sinceMs = atMs - last.toMs - ANSWERS_AFTER_MS;
    return sinceMs < 0 ? 0 : answer(sinceMs, said);
  };
}

const for3s = (atMs: number) => (atMs >= 0 && atMs < 3000 ? 500 : 0);

it('gives up on a bot that is never silent in its first call, and says so once', async () => {
  const { complaints, failure, ok, tookMs } = await certified(() => 1000);
  expect(complaints).toEqual({ question: ['The bot was not silent within 30000 ms. [DIAL_UNANSWERED]'] });
  expect({ code: failure?.code, ok }).toEqual({ code: 'DIAL_UNANSWERED', ok: false });
  expect(tookMs).toBeLessThan(35_000);
});

it('does not wait a minute in each situation for a bot whose answers have no end', async () => {
  const { complaints, failure, tookMs, verdicts } = await certified(polite(() => 500));
  expect(failure).toBeNull();
  expect(verdicts).toHaveLength(10);
  expect(complaints['question']).toEqual(['The bot was not silent within 60000 ms. [DIAL_UNANSWERED]']);
  expect(complaints['noise']?.[0]).toContain('The bot was not silent within 20000 ms.');
  expect(tookMs).toBeLessThan(5 * 60_000);
});

it('speaks into the answer, and not behind the “one moment” before it', async () => {
  // Small talk of 0.4 s, and the answer 0.7 s after it; it speaks on when it is interrupted.
  const bot = polite((atMs) => (atMs < 400 || (atMs >= 1100 && atMs < 6000) ? 500 : 0));
  const stubborn: ActedBot = (atMs, said) =>
    said.length < 2 ? bot(atMs, said) : bot(atMs, said.slice(0, 1));
  const { verdicts } = await certified(stubborn, { only: ['interrupted answer'] });
  expect(verdicts[0]?.figures.bargeInMs).toBeGreaterThan(1000);
});

it('asks again only when a bot whose provider is late has had the time to answer', async () => {
  let asked = 0;
  const proxy: FaultProxy = {
    ...{ name: 'chat', port: 8401, fault: undefined, close: () => Promise.resolve() },
    get asked() {
      return asked++;
    },
  };
  // "One moment", and 3 s later the answer.
  const late = (atMs: number) => (atMs < 400 || (atMs >= 3400 && atMs < 6400) ? 500 : 0);
  const bot = polite((atMs, said) => (said.length > 1 ? for3s : late)(atMs));
  const { complaints } = await certified(bot, { proxies: [proxy], only: ['chat late'] });
  expect(complaints).toEqual({ 'chat late': [] });
});

it('says that a bot sends what nobody hears, and that it takes no goodbye', async () => {
  const manners = { unheardPayloadTypes: [8], isDeafToHangup: true } as const;
  const { complaints } = await certified(polite(for3s), { only: ['question'] }, manners);
  expect(complaints['question']).toEqual([
    'it sends what was not agreed on, and nobody hears that (RTP payload type 8)',
    'it does not confirm that its caller hangs up (BYE)',
  ]);
});

it('does not call good what it could not try out: an answer too short to be stopped', async () => {
  const bot = polite((atMs) => (atMs < 600 ? 500 : 0));
  const { complaints } = await certified(bot, { form: 'short' });
  expect(complaints).toMatchObject({ question: [], 'hang-up': [] });
  expect(complaints['cough']).toEqual([expect.stringContaining('nobody can tell whether it is stopped')]);
  expect(complaints['interrupted answer']).toEqual([
    expect.stringContaining('nobody can tell whether it gives way'),
  ]);
});

it('lets a bot say goodbye to somebody who says nothing', async () => {
  const bot: ActedBot = (atMs) => (atMs < GREETING_MS || (atMs >= 13_000 && atMs < 14_500) ? 500 : 0);
  const { complaints } = await certified(bot, { only: ['silence'] }, { hangsUpAtMs: 15_000 });
  expect(complaints).toEqual({ silence: [] });
});

it.each([
  [
    'greets, and answers nothing',
    polite(() => 0),
    /^it does not answer; it leaves the caller in silence for 1\d\.\d s$/,
  ],
  ['is silent', () => 0, /^it greets nobody; it does not answer; it leaves the caller in silence/],
  ['is slow', polite((atMs) => for3s(atMs - 3000)), /^it answers after 3\.8 s$/],
] as const)('says of a bot what it does: %s', async (_what, bot, complaint) => {
  const { complaints, verdicts } = await certified(bot, { only: ['question'] });
  expect(complaints['question']?.join('; ')).toMatch(complaint);
  const isUnanswered = verdicts[0]?.figures.voiceToVoiceMs[0] === null;
  expect(verdicts[0]?.failure?.code).toBe(isUnanswered ? 'DIAL_UNANSWERED' : undefined);
});

it('says of a bot that it speaks on when its greeting is interrupted', async () => {
  const bot: ActedBot = (atMs) => (atMs < 9000 ? 1200 : 0);
  const { complaints } = await certified(bot, { only: ['interrupted greeting'] });
  expect(complaints['interrupted greeting']?.join()).toMatch(
    /it speaks on for \d\.\d s when it is interrupted/,
  );
});

it('finds nothing wrong with a good one', async () => {
  const { complaints } = await certified(polite(for3s), { only: ['question', 'dictation', 'asks on'] });
  expect(complaints).toEqual({ question: [], 'asks on': [], dictation: [] });
});

/** Of a bot that takes a caller who stands still for one who has ended: it speaks into the question in its first `calls` calls. */
function misled(calls: number): ActedBot {
  let call = 0;
  const bot = polite(for3s);
  return (atMs, said) => {
    if (atMs === 0) call++;
    const [question] = said;
    const sinceMs = question ? atMs - question.fromMs : 0;
    return call <= calls && sinceMs > 800 && sinceMs < 1000 ? 500 : bot(atMs, said);
  };
}

it('plays a situation again in which it has itself stood still in the middle of a word', async () => {
  const comesAtMs = (dueMs: number) => (dueMs > 2600 && dueMs < 3000 ? 3000 : dueMs);
  const { complaints } = await certified(misled(1), { only: ['question'] }, { comesAtMs });
  expect(complaints).toEqual({ question: [] });
});

it('says that it may have been its own doing where its machine is always late', async () => {
  const comesAtMs = (dueMs: number) => (dueMs % 1000 < 400 ? dueMs - (dueMs % 1000) + 400 : dueMs);
  const { complaints, ok } = await certified(misled(9), { only: ['question'] }, { comesAtMs });
  expect(complaints['question']).toEqual([
    'it speaks before the caller has finished',
    'or this machine did it, which itself was late by 0.4 s: try again where it has less to do',
  ]);
  expect(ok).toBe(false);
});

it('complains at once where it was in time', async () => {
  const { complaints } = await certified(misled(1), { only: ['question'] });
  expect(complaints).toEqual({ question: ['it speaks before the caller has finished'] });
});
