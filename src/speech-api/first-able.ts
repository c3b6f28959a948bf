/** Who does the work of one request: the first of those who can that does not fail, or, where that is allowed, the soonest of two. */
import { childOf } from '../base/abort.ts';
import type { ChildController } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import { ParleyError, errorCode } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Spans } from '../base/spans.ts';
import { Selector } from '../speech/selection/selector.ts';
import { SpeechRefusal } from './refusal.ts';
import type { SpeechVendor } from './vendor.ts';
import type { VendorRest } from './vendor-rest.ts';
import type { VendorTally } from './vendor-tally.ts';

/** To the first sound, and to the whole text. */
const SPAN_NAMES = { speaks: 'tts', hears: 'stt' } as const;

export interface Asking {
  /** Completes "another provider …" and "Nobody …". */
  readonly doing: 'speaks' | 'hears';
  readonly log: Log;
  readonly tally: VendorTally;
  readonly spans: Spans;
  readonly rest?: VendorRest | undefined;
  /** Lets a second vendor be asked where the first one needs longer than it nearly always does. */
  readonly hedge?: { readonly clock: Clock } | undefined;
}

type Outcome<Candidate, Result> =
  | { readonly candidate: Candidate; readonly result: Result }
  | { readonly candidate: Candidate; readonly error: unknown };

/**
 * Whoever rests is asked only where all do. Whoever fails is left for the next one; of two that were asked, the slower one's signal aborts. Throws
 * the last one's error, PROVIDER_NOT_AVAILABLE where there is none, or the signal's reason.
 */
export async function firstAble<Candidate extends { readonly vendor: SpeechVendor }, Result>(
  candidates: readonly Candidate[],
  asking: Asking,
  signal: AbortSignal,
  work: (candidate: Candidate, signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const { doing, log, tally, rest, spans } = asking;
  const left = fitFirst(candidates, asking);
  const running = new Map<
    Candidate,
    { child: ChildController; outcome: Promise<Outcome<Candidate, Result>> }
  >();
  const begin = (candidate: Candidate) => {
    // Where nobody is asked beside another, nobody is called off but with the client.
    const child = asking.hedge ? childOf(signal) : followed(signal);
    const { name } = candidate.vendor;
    const outcome = tally
      .watch(name, child.signal, () =>
        spans.within(`${SPAN_NAMES[doing]} ${name}`, { 'gen_ai.provider.name': name }, () =>
          work(candidate, child.signal),
        ),
      )
      .then(
        (result) => (rest?.served(name), { candidate, result }),
        (error: unknown) => (rest?.failed(name, error), { candidate, error }),
      );
    running.set(candidate, { child, outcome });
  };
  const first = left.shift();
  if (!first) throw new SpeechRefusal('PROVIDER_NOT_AVAILABLE', `Nobody ${doing}.`);
  begin(first);
  let late = left[0] && lateness(first, asking);
  try {
    for (;;) {
      const outcomes = [...running.values()].map(({ outcome }) => outcome);
      const told = await Promise.race(late ? [...outcomes, late.passed] : outcomes);
      if (told === 'late') {
        late = undefined;
        const second = left.shift();
        if (second) begin(second);
        continue;
      }
      const { child } = running.get(told.candidate) ?? {};
      running.delete(told.candidate);
      // What goes on after the first sound goes on under this signal.
      if ('result' in told) return told.result;
      child?.release();
      if (signal.aborted) throw told.error;
      if (running.size > 0) continue;
      const next = left.shift();
      if (!next) throw told.error;
      const [from, to] = [told.candidate.vendor.name, next.vendor.name];
      log.warn(
        { event: 'speech.fallback', from, to, code: errorCode(told.error) },
        `another provider ${doing}`,
      );
      begin(next);
    }
  } finally {
    late?.cancel();
    for (const { child } of running.values()) child.abort(new Error('Another one was sooner.'));
  }
}

/** The signal itself; whoever has failed has nothing that could be called off. */
function followed(signal: AbortSignal): ChildController {
  return { signal, abort: () => undefined, release: () => undefined };
}

/** In their order, without those that rest, unless all do. */
function fitFirst<Candidate extends { readonly vendor: SpeechVendor }>(
  candidates: readonly Candidate[],
  { doing, rest }: Asking,
): Candidate[] {
  const [first, ...others] = candidates;
  if (!first) return [];
  const unfit = ({ vendor }: Candidate) => {
    const provider = doing === 'speaks' ? vendor.synthesizer : vendor.recognizer;
    const isResting = provider !== undefined && 'isResting' in provider && provider.isResting === true;
    if (isResting) return new ParleyError('TTS_BREAKER_OPEN', `${vendor.name} failed too often of late.`);
    return rest?.unfit(vendor.name);
  };
  return [...new Selector<Candidate, Asking['doing']>([first, ...others], unfit).select(doing).asked];
}

function lateness({ vendor }: { readonly vendor: SpeechVendor }, { hedge, tally }: Asking) {
  const { nearlyAlwaysMs } = tally.of(vendor.name);
  if (!hedge || nearlyAlwaysMs === undefined) return undefined;
  let cancel = () => {};
  const passed = new Promise<'late'>((resolve) => {
    cancel = hedge.clock.after(nearlyAlwaysMs, () => resolve('late'));
  });
  return { passed, cancel };
}
