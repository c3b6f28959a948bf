/** What the company gets of each call that has ended: made, kept and posted, as the settings and the profiles want it. */
import { join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import type { JsonObject } from '../base/json.ts';
import type { Log } from '../base/log.ts';
import type { BotRoster } from '../call/intake/bot-roster.ts';
import type { BotProfile } from '../config/bot-profile.ts';
import type { Settings } from '../config/settings.ts';
import type { History } from '../history/history.ts';
import { keyOf } from '../history/kept-call.ts';
import type { Chat } from '../llm/chat.ts';
import { isCanary } from '../ops/canary.ts';
import type { CallLog } from '../ops/call-log.ts';
import type { FollowedCall, ObservedCall } from '../ops/followed-call.ts';
import type { Metrics } from '../ops/metrics.ts';
import type { CallResult } from '../results/call-result.ts';
import { Deliveries } from '../results/delivery.ts';
import { NOTHING_KNOWN } from '../results/ended-call.ts';
import type { CallFactsAtEnd, EndedCall } from '../results/ended-call.ts';
import { makeResult } from '../results/make-result.ts';
import { maskedResult } from '../results/masked-result.ts';
import { Outbox } from '../results/outbox.ts';
import { OutboxFiles } from '../results/outbox-files.ts';

export interface CallResultsParts {
  readonly settings: Settings;
  readonly calls: CallLog;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly chat: Chat;
  readonly roster: Pick<BotRoster, 'get'>;
  /** Undefined where no call is kept. */
  readonly history: Pick<History, 'keepResult'> | undefined;
}

/** A call whose result may be wanted. */
export interface ResultSource extends ObservedCall {
  readonly profile: BotProfile;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly factsAtEnd?: CallFactsAtEnd;
}

export interface CallResults extends Pick<Outbox, 'waiting' | 'retry'> {
  /** Waits for the end of a call. To be told after the log of calls, which knows when it began. */
  readonly follow: (call: ResultSource) => void;
  close(): Promise<void>;
}

/** Goes on with what the process before this one has left. Never rejects. */
export async function openResults(parts: CallResultsParts): Promise<CallResults> {
  const { settings, calls, metrics, log, chat, roster, history } = parts;
  const time = { clock: systemClock, epochMs: () => Date.now() };
  const deliveries = new Deliveries({ ...time, secret: settings.results.secret });
  const { transcripts } = settings.log;
  const outbox = await Outbox.open({
    ...time,
    files: new OutboxFiles(join(settings.data.dir, 'outbox')),
    random: Math.random,
    log,
    make: (call, signal) => makeResult(call, { chat, clock: systemClock }, signal),
    post: (url, result, signal) => deliveries.post(url, result, signal),
    keep: async (key, call, result) => {
      const masked = maskedResult(result, call.wanted.schema);
      tell(calls, call.id, result, masked);
      const shown = JSON.stringify(transcripts ? result : masked);
      await history?.keepResult({ key, shown, masked: JSON.stringify(masked) });
    },
    webhookOf: (bot) => webhookOf(roster, bot),
    onOutcome: (outcome) => metrics.results.inc({ outcome }),
  });
  return {
    get waiting() {
      return outbox.waiting;
    },
    retry: (key) => outbox.retry(key),
    follow: (call) => {
      if (!call.profile.result || isCanary(call.line.party)) return;
      call.timeline.observe(({ type }) => {
        const followed = type === 'call.ended' ? calls.find(call.line.id) : undefined;
        if (followed) outbox.put(keyOf(followed.id, followed.began.epochMs), endedCall(call, followed));
      });
    },
    close: async () => {
      await outbox.close();
      await deliveries.close();
    },
  };
}

function endedCall(
  call: ResultSource,
  { id, bot, party, began, endCause = 'lost', ...followed }: FollowedCall,
) {
  const { result: wanted, llm, language } = call.profile;
  const { slots, done, outcome, language: spoken } = call.factsAtEnd ?? NOTHING_KNOWN;
  const { endedAtMs = began.atMs } = followed;
  return {
    ...{ id, bot },
    direction: party.direction,
    callerNumber: party.number,
    startedEpochMs: began.epochMs,
    endedEpochMs: Math.round(began.epochMs + endedAtMs - began.atMs),
    cause: endCause,
    ...(outcome !== undefined && { outcome }),
    language: spoken ?? language,
    slots,
    done: done.map(({ name, idempotencyKey }) => ({
      name,
      ...(idempotencyKey !== undefined && { idempotencyKey }),
    })),
    messages: call.messages.map(({ role, content }) => ({ role, content })),
    wanted: {
      schema: wanted?.schema ?? {},
      ...(wanted?.webhook !== undefined && { webhook: wanted.webhook }),
      ...(wanted?.prompt !== undefined && { prompt: wanted.prompt }),
      deadlineMs: wanted?.deadlineMs ?? 0,
      ...(llm.model !== undefined && { model: llm.model }),
      // Nothing is to be invented.
      ...(llm.temperature !== 'none' && { temperature: 0 }),
    },
  } satisfies EndedCall;
}

/** An operator may look at the call already. */
function tell(calls: CallLog, id: string, shown: CallResult, masked: CallResult): void {
  const call = calls.find(id);
  // Both are plain JSON.
  if (call)
    call.result = {
      shown: { ...shown } as unknown as JsonObject,
      masked: { ...masked } as unknown as JsonObject,
    };
}

function webhookOf(roster: Pick<BotRoster, 'get'>, bot: string): string | undefined {
  try {
    return roster.get(bot).profile.result?.webhook;
  } catch {
    return undefined;
  }
}
