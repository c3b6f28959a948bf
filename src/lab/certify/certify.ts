/** Puts a bot into one situation after another, with its providers well and failing, and says what it was like. */
import type { Clock } from '../../base/clock.ts';
import { isParleyError } from '../../base/errors.ts';
import type { Phone } from '../phone/phone.ts';
import { CallerActs } from './caller-acts.ts';
import { PROVIDER_FAULTS } from './fault-proxy.ts';
import type { FaultProxy } from './fault-proxy.ts';
import { heardIn } from './heard.ts';
import { SITUATIONS } from './situations.ts';
import type { Situation } from './situations.ts';
import type { CallerSounds } from './sounds.ts';
import { complaintsAbout, figuresOf, lengthOf } from './verdict.ts';
import type { Limits, Verdict } from './verdict.ts';

export interface CertifyPlan {
  /** As it was given, for the certificate. */
  readonly target: string;
  readonly extension: string;
  readonly answerWithinMs: number;
  readonly botSilenceMs: number;
  readonly sounds: CallerSounds;
  readonly limits: Limits;
  readonly form: 'short' | 'whole';
  /** Those that the bot was pointed at. */
  readonly proxies: readonly FaultProxy[];
  /** What the bot's voice speaks, in the order of its words, if it speaks tones. */
  readonly tonesHz: readonly number[];
}

export interface Certificate {
  readonly target: string;
  /** True if there is nothing to complain about. */
  readonly ok: boolean;
  readonly limits: Limits;
  readonly verdicts: readonly Verdict[];
}

export interface CertifyParts {
  readonly phone: Phone;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told of each verdict as it is there. */
  readonly onVerdict: (verdict: Verdict) => void;
}

/** One call after another, so that none is another's noise. Rejects only with the signal's reason. */
export async function certify(plan: CertifyPlan, parts: CertifyParts): Promise<Certificate> {
  const played: Played[] = [];
  const wholeAnswerMs = () => Math.max(0, ...played.map(({ wholeMs }) => wholeMs));
  const note = (one: Played) => {
    played.push(one);
    parts.onVerdict(one.judge(wholeAnswerMs()));
  };
  for (const situation of SITUATIONS.filter(({ isShort }) => plan.form === 'whole' || isShort))
    note(await playSituation(situation, plan, parts));
  for (const proxy of plan.proxies)
    for (const fault of plan.form === 'whole' ? PROVIDER_FAULTS : (['dropped'] as const)) {
      note(await playSituation(failing(proxy, fault), plan, parts, `${proxy.name} ${fault}`));
      proxy.fault = undefined;
    }
  // What came later may have shown how long an answer is.
  const verdicts = played.map(({ judge }) => judge(wholeAnswerMs()));
  const ok = verdicts.every(({ complaints }) => complaints.length === 0);
  return { target: plan.target, ok, limits: plan.limits, verdicts };
}

interface Played {
  /** `wholeAnswerMs`: the longest answer into which nobody has spoken. */
  readonly judge: (wholeAnswerMs: number) => Verdict;
  /** How long the answer was, where nobody has spoken into it; else 0. */
  readonly wholeMs: number;
}

/** The provider fails while the caller asks, and is well when the caller asks again. */
function failing(proxy: FaultProxy, fault: FaultProxy['fault']): Situation {
  return {
    name: `${proxy.name} ${fault ?? ''}`,
    about: `asks while ${proxy.name} is ${fault ?? ''}, and again when it is well`,
    async act(caller) {
      await caller.greeted();
      proxy.fault = fault;
      await caller.asks();
      await caller.hearsWhatComes();
      proxy.fault = undefined;
      await caller.asks();
      await caller.hearsAnswer();
    },
  };
}

async function playSituation(
  situation: Situation,
  plan: CertifyPlan,
  { phone, clock, signal }: CertifyParts,
  fault: string | null = null,
): Promise<Played> {
  signal.throwIfAborted();
  const { name, about, isWhole } = situation;
  let caller: CallerActs | undefined;
  let failure: string | undefined;
  try {
    caller = await CallerActs.dial({ ...plan, phone, clock, signal });
    await situation.act(caller);
  } catch (error) {
    signal.throwIfAborted();
    if (!isParleyError(error)) throw error;
    failure = error.detail;
  } finally {
    await caller?.hangup();
  }
  const verdict = { situation: name, about, fault };
  if (!caller)
    return { judge: () => ({ ...verdict, figures: NOTHING, complaints: [failure ?? ''] }), wholeMs: 0 };
  const { call, said } = caller;
  const heard = heardIn(call);
  const asked = said.filter(({ kind }) => kind === 'speech');
  const recovers = fault !== null && asked.length > 1;
  const askedMs = asked.at(-1)?.toMs ?? Infinity;
  return {
    judge(wholeAnswerMs) {
      const figures = figuresOf({ said, heard, wholeAnswerMs, tonesHz: plan.tonesHz, recovers });
      const complaints = complaintsAbout(figures, plan.limits, fault !== null);
      const isTold = failure === undefined || complaints.length > 0;
      return { ...verdict, figures, complaints: isTold ? complaints : [failure ?? ''] };
    },
    wholeMs: isWhole ? lengthOf(heard.bot.filter(({ fromMs }) => fromMs > askedMs)) : 0,
  };
}

/** Nobody has answered. */
const NOTHING: Verdict['figures'] = {
  greetingMs: null,
  voiceToVoiceMs: [],
  bargeInMs: null,
  falseStops: null,
  cutIns: 0,
  deadAirMs: 0,
  talkOverMs: 0,
  recoveryMs: null,
  order: null,
};
