/** Puts a bot into one situation after another, with its providers well and failing, and says what it was like. */
import type { Clock } from '../../base/clock.ts';
import { ParleyError, isParleyError } from '../../base/errors.ts';
import type { Phone, PhoneCall } from '../phone/phone.ts';
import { CallerActs } from './caller-acts.ts';
import type { CallerActsOptions } from './caller-acts.ts';
import { failing } from './failing-provider.ts';
import { PROVIDER_FAULTS } from './fault-proxy.ts';
import type { FaultProxy } from './fault-proxy.ts';
import { heardIn } from './heard.ts';
import { OwnLateness } from './own-lateness.ts';
import { SITUATIONS } from './situations.ts';
import type { Situation } from './situations.ts';
import type { CallerSounds } from './sounds.ts';
import { complaintsAbout, figuresOf, lengthOf, untoldOf, whoseFault } from './verdict.ts';
import type { Failure, Limits, Verdict } from './verdict.ts';

export interface CertifyPlan {
  /** As it was given, for the certificate. */
  readonly target: string;
  readonly extension: string;
  readonly answerWithinMs: number;
  readonly botSilenceMs: number;
  readonly sounds: CallerSounds;
  readonly limits: Limits;
  readonly form: 'short' | 'whole';
  /** Names of situations: nothing else is tried; all of the form if empty. */
  readonly only: readonly string[];
  /** Those that the bot was pointed at. */
  readonly proxies: readonly FaultProxy[];
  /** What the bot's voice speaks, in the order of its words, if it speaks tones. */
  readonly tonesHz: readonly number[];
}

export interface Certificate {
  readonly target: string;
  /** True if all was tried and there is nothing to complain about. */
  readonly ok: boolean;
  readonly limits: Limits;
  readonly verdicts: readonly Verdict[];
  /** Why there are no more verdicts; null if all was tried. */
  readonly failure: Failure | null;
}

export interface CertifyParts {
  readonly phone: Phone;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told of each verdict as it is there. */
  readonly onVerdict: (verdict: Verdict) => void;
}

/** From then on a bot that has no greeting is not waited for any more, ms: its caller has called before. */
const KNOWN_NOT_TO_GREET_MS = 3000;
/** Nobody waits longer for a first word; a bot that needs more is broken, not slow, ms. */
const GREETS_WITHIN_MS = 15_000;
/** Longer than any answer on the telephone: who still makes a sound then is music, noise, or a bot that runs wild, ms. */
const ENDS_WITHIN_MS = 60_000;
/** A bot that has once come to no end is waited for so long from then on, ms: a whole minute in each situation would tell no more. */
const KNOWN_NOT_TO_END_MS = 20_000;
/** A situation in which this machine was late itself is played so often, as long as there is something to complain about. */
const TRIES = 3;

/**
 * One call after another, so that none is another's noise. Rejects for a wrong plan (DIAL_OPTION_INVALID), and never for what the bot or its providers do: where nobody takes the first
 * call, where the bot was never silent in it, and where the signal aborts, the certificate ends there and says so.
 */
export async function certify(plan: CertifyPlan, parts: CertifyParts): Promise<Certificate> {
  const played: Played[] = [];
  const wholeAnswerMs = () => Math.max(0, ...played.map(({ wholeMs }) => wholeMs));
  let failure: Failure | null = null;
  let [greetsWithinMs, endsWithinMs] = [GREETS_WITHIN_MS, ENDS_WITHIN_MS];
  const situations = situationsOf(plan);
  try {
    for (const situation of situations) {
      const one = await playFairly(
        situation,
        { ...plan, greetsWithinMs, endsWithinMs },
        parts,
        wholeAnswerMs,
      );
      played.push(one);
      const verdict = one.judge(wholeAnswerMs());
      parts.onVerdict(verdict);
      if (!one.canGoOn && played.length === 1) {
        failure = verdict.failure;
        break;
      }
      if (one.isEndless) endsWithinMs = KNOWN_NOT_TO_END_MS;
      if (verdict.figures.greetingMs === null) greetsWithinMs = KNOWN_NOT_TO_GREET_MS;
    }
  } catch (error) {
    if (error !== parts.signal.reason) throw error;
    failure = failureOf(error);
  }
  // What came later may have shown how long an answer is.
  const verdicts = played.map(({ judge }) => judge(wholeAnswerMs()));
  const ok = failure === null && verdicts.every(({ complaints }) => complaints.length === 0);
  return { target: plan.target, ok, limits: plan.limits, verdicts, failure };
}

/** Throws DIAL_OPTION_INVALID for a situation that there is not. */
function situationsOf({ form, only, proxies }: CertifyPlan): readonly Situation[] {
  const faults = form === 'whole' || only.length > 0 ? PROVIDER_FAULTS : (['dropped'] as const);
  const all = [
    ...SITUATIONS.filter(({ isShort }) => form === 'whole' || only.length > 0 || isShort),
    ...proxies.flatMap((proxy) => faults.map((fault) => failing(proxy, fault))),
  ];
  const unknown = only.find((wanted) => all.every(({ name }) => name !== wanted));
  if (unknown !== undefined)
    throw new ParleyError(
      'DIAL_OPTION_INVALID',
      `There is no situation “${unknown}”, but ${all.map(({ name }) => name).join(', ')}.`,
    );
  if (only.length === 0) return all;
  const asked = all.filter(({ name }) => only.includes(name));
  return all.filter((one) => asked.includes(one) || asked.some(({ needs }) => needs === one.name));
}

interface Played {
  /** `wholeAnswerMs`: the longest answer into which nobody has spoken. */
  readonly judge: (wholeAnswerMs: number) => Verdict;
  /** How long the answer was, where nobody has spoken into it; else 0. */
  readonly wholeMs: number;
  /** Somebody took the call, and let its caller get a word in. */
  readonly canGoOn: boolean;
  /** The bot did not end what it said. */
  readonly isEndless: boolean;
  /** So long this machine kept the bot waiting, ms; 0 if nobody can have heard that. */
  readonly lateMs: number;
}

type SituationPlan = CertifyPlan & Pick<CallerActsOptions, 'greetsWithinMs' | 'endsWithinMs'>;

/** Again where something is found and may be this machine's own doing. */
async function playFairly(
  situation: Situation,
  plan: SituationPlan,
  parts: CertifyParts,
  wholeAnswerMs: () => number,
): Promise<Played> {
  for (let tries = 1; ; tries++) {
    const one = await playSituation(situation, plan, parts);
    if (one.lateMs === 0 || tries === TRIES) return one;
    if (one.judge(Math.max(wholeAnswerMs(), one.wholeMs)).complaints.length === 0) return one;
  }
}

async function playSituation(
  situation: Situation,
  plan: SituationPlan,
  { phone, clock, signal }: CertifyParts,
): Promise<Played> {
  signal.throwIfAborted();
  const { name, about, fault = null, isWhole } = situation;
  let caller: CallerActs | undefined;
  let lateness: OwnLateness | undefined;
  let failure: Failure | null = null;
  try {
    caller = await CallerActs.dial({ ...plan, phone, clock, signal });
    lateness = new OwnLateness(clock);
    await situation.act(caller);
  } catch (error) {
    signal.throwIfAborted();
    failure = failureOf(error);
  } finally {
    situation.over?.();
    lateness?.close();
    await caller?.hangup();
  }
  const verdict = { situation: name, about, fault, failure };
  if (!caller) {
    const complaints = failure ? [told(failure)] : [];
    const judge = () => ({ ...verdict, figures: NOTHING, complaints });
    return { judge, wholeMs: 0, canGoOn: false, isEndless: false, lateMs: 0 };
  }
  const { call, said } = caller;
  const heard = heardIn(call);
  const asked = said.filter(({ kind }) => kind === 'speech');
  const recovers = fault !== null && asked.length > 1;
  const askedMs = asked.at(-1)?.toMs ?? Infinity;
  const own = [...callComplaints(call, failure, (await call.ended).by), situation.complaint?.() ?? []].flat();
  const { isEndless } = caller;
  const lateMs = lateness?.longestMs ?? 0;
  return {
    judge(wholeAnswerMs) {
      const figures = figuresOf({ said, heard, wholeAnswerMs, tonesHz: plan.tonesHz, recovers });
      const complaints = complaintsAbout(figures, plan.limits, fault !== null);
      // That nothing was heard is told by what it means; who has left, comes to no end, or takes no call any more, is told of in any case.
      const isTold = failure?.code === 'DIAL_UNANSWERED' && !isEndless && complaints.length > 0;
      const failed = failure && !isTold ? [told(failure)] : [];
      const found = [...failed, ...complaints, ...own];
      return {
        ...verdict,
        figures,
        complaints: whoseFault(found.length > 0 ? found : untoldOf(figures, said), lateMs),
      };
    },
    wholeMs: isWhole ? lengthOf(heard.bot.filter(({ fromMs }) => fromMs > askedMs)) : 0,
    canGoOn: !isEndless || said.length > 0,
    isEndless,
    lateMs,
  };
}

/** What is wrong with a call beside its sound. */
function callComplaints(
  { unheardPayloadTypes = [] }: PhoneCall,
  failure: Failure | null,
  endedBy: Awaited<PhoneCall['ended']>['by'],
): readonly string[] {
  return [
    unheardPayloadTypes.length > 0 &&
      `it sends what was not agreed on, and nobody hears that (RTP payload type ${unheardPayloadTypes.join(', ')})`,
    endedBy === 'network' &&
      failure?.code !== 'LINE_ENDED' &&
      'it does not confirm that its caller hangs up (BYE)',
  ].filter((complaint) => complaint !== false);
}

function told({ code, message }: Failure): string {
  return `${message} [${code}]`;
}

/** Throws what is none of the catalogue: that is a fault of this program. */
function failureOf(error: unknown): Failure {
  if (!isParleyError(error)) throw error;
  return { code: error.code, message: error.detail };
}

/** Nobody has answered. */
const NOTHING: Verdict['figures'] = {
  greetingMs: null,
  voiceToVoiceMs: [],
  bargeInMs: null,
  falseStops: null,
  cutIns: null,
  deadAirMs: null,
  talkOverMs: null,
  recoveryMs: null,
  order: null,
  beginsAgain: false,
  isEcho: false,
};
