/** Many calls, begun one after another, each with the same script. */
import { setMaxListeners } from 'node:events';
import { messageOf } from '../../base/message-of.ts';
import type { ErrorCode } from '../../base/error-catalogue.ts';
import { errorCode } from '../../base/errors.ts';
import { sleep } from '../../base/clock.ts';
import type { PhoneCall } from '../phone/phone.ts';
import { playCall, type CallerOptions, type CallStep } from './caller.ts';
import { measureCall, type CallMeasures } from './measures.ts';

export interface CampaignOptions extends Omit<CallerOptions, 'onStep'> {
  readonly calls: number;
  /** The calls begin evenly over this time, ms. */
  readonly rampMs: number;
  readonly listener: CampaignListener;
}

export interface CampaignListener {
  /** `index` from 0. */
  onStep(index: number, step: CallStep): void;
  onResult(result: CallResult): void;
  /** A call is over; what was said and heard in it is still there. Awaited. */
  onRecorded(number: number, call: PhoneCall): Promise<void>;
}

export interface CallResult extends CallMeasures {
  /** From 1, in the order of dialling. */
  readonly call: number;
  readonly endedBy: 'us' | 'them' | 'network' | null;
  /** Why it was not played to its end; null if it was. */
  readonly failure: CallFailure | null;
}

export interface CallFailure {
  readonly code: ErrorCode;
  readonly message: string;
}

/** A result a call, in the order of dialling. Rejects only if a recording cannot be kept. */
export async function runCampaign(options: CampaignOptions): Promise<readonly CallResult[]> {
  const { calls, rampMs, clock, signal } = options;
  // Every call listens, so that many listeners are no leak.
  setMaxListeners(0, signal);
  return Promise.all(
    Array.from({ length: calls }, async (_, index) => {
      // Who is told to stop while he waits for his turn fails as one who is told so while dialling.
      await sleep(clock, (index * rampMs) / calls, signal).catch(() => undefined);
      return resultOf(index, options);
    }),
  );
}

async function resultOf(index: number, options: CampaignOptions): Promise<CallResult> {
  const { listener, script } = options;
  const number = index + 1;
  const played = await playCall({ ...options, onStep: (step) => listener.onStep(index, step) });
  const { call, failure } = played;
  const result = {
    call: number,
    ...(await measureCall(played, script.botSilenceMs)),
    endedBy: call ? (await call.ended).by : null,
    failure: failure === undefined ? null : failureOf(failure),
  };
  if (call) await listener.onRecorded(number, call);
  listener.onResult(result);
  return result;
}

function failureOf(error: unknown): CallFailure {
  return { code: errorCode(error), message: messageOf(error) };
}
