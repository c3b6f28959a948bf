/** What the company gets of each call that has ended: made, kept and posted, as the settings and the profiles want it. */
import { join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import type { JsonObject } from '../base/json.ts';
import type { Log } from '../base/log.ts';
import type { CallRecordings } from './call-recordings.ts';
import type { TraceparentOf } from '../base/spans.ts';
import type { CallRecord } from '../survival/survival-store.ts';
import { doneForCaller } from '../call/flow-script.ts';
import type { BotRoster } from '../call/intake/bot-roster.ts';
import type { BotProfile } from '../config/bot-profile.ts';
import type { Settings } from '../config/settings.ts';
import type { History } from '../history/history.ts';
import { keyOf } from '../history/kept-call.ts';
import type { Chat } from '../llm/chat.ts';
import type { HistoryMessage } from '../llm/prompt.ts';
import type { Campaign } from '../outbound/campaigns/campaign-file.ts';
import type { LeadResult } from '../outbound/campaigns/kept-campaign.ts';
import { isCanary } from '../ops/canary.ts';
import type { CallLog } from '../ops/call-log.ts';
import type { FollowedCall, ObservedCall } from '../ops/followed-call.ts';
import type { Metrics } from '../ops/metrics.ts';
import type { CallResult } from '../results/call-result.ts';
import { Deliveries } from '../results/delivery.ts';
import { NOTHING_KNOWN } from '../results/ended-call.ts';
import type { CallFactsAtEnd, EndedCall } from '../results/ended-call.ts';
import { leadResult } from '../results/lead-result.ts';
import { makeResult } from '../results/make-result.ts';
import { maskedResult } from '../results/masked-result.ts';
import { isConsent, isWithoutConsent } from '../timeline/consent.ts';
import { Outbox } from '../results/outbox.ts';
import { OutboxFiles } from '../results/outbox-files.ts';
import { SharedResults } from '../results/shared-results.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Tenants } from '../tenants/tenants.ts';

/** All lines are lost when Asterisk is: so many calls at once, some times over. */
const MOST_LOST = 10_000;

export interface CallResultsParts {
  readonly settings: Settings;
  readonly calls: CallLog;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly chat: Chat;
  readonly roster: Pick<BotRoster, 'get'>;
  /** Whose results are told beside each other's. */
  readonly tenants?: Pick<Tenants, 'ofBot'>;
  /** Undefined where no call is kept. */
  readonly history: Pick<History, 'keepResult'> | undefined;
  readonly traceparentOf?: TraceparentOf;
  readonly recordings?: Pick<CallRecordings, 'keepResult'>;
  /** Undefined where this daemon is alone. */
  readonly fleet?: Pick<Fleet, 'works' | 'settled'> | undefined;
}

/** A call whose result may be wanted. */
export interface ResultSource extends ObservedCall {
  readonly profile: BotProfile;
  /** What was spoken last, BCP-47. */
  readonly language?: string;
  readonly messages: readonly HistoryMessage[];
  readonly factsAtEnd?: CallFactsAtEnd;
}

export interface CallResults extends Pick<Outbox, 'waiting' | 'retry'> {
  /** Waits for the end of a call. To be told after the log of calls, which knows when it began. */
  readonly follow: (call: ResultSource) => void;
  /** Takes what is known of a call that was broken off with a process, or whose line was lost, and that nobody goes on with. */
  readonly leftBehind: (record: CallRecord) => void;
  /** A lead of a campaign that is never called again, where the campaign wants to tell somebody of it. */
  readonly leadSettled: (campaign: Pick<Campaign, 'name' | 'webhook'>, lead: LeadResult) => Promise<boolean>;
  close(): Promise<void>;
}

/** Goes on with what the process before this one has left. Never rejects. */
export async function openResults(parts: CallResultsParts): Promise<CallResults> {
  const { settings, calls, metrics, log, chat, roster, tenants, history, recordings, traceparentOf, fleet } =
    parts;
  const time = { clock: systemClock, epochMs: () => Date.now() };
  const deliveries = new Deliveries({ ...time, secret: settings.results.secret, traceparentOf });
  const { transcripts } = settings.log;
  const files = new OutboxFiles(join(settings.data.dir, 'outbox'));
  const shared =
    fleet &&
    new SharedResults({
      ...{ files, works: fleet.works('result'), settled: () => fleet.settled(), clock: time.clock, log },
    });
  const outbox = await Outbox.open({
    ...time,
    files: shared?.files ?? files,
    ...(shared && { isOurs: (entry) => shared.isOurs(entry) }),
    random: Math.random,
    log,
    make: (call, signal) => makeResult(call, { chat, clock: systemClock }, signal),
    post: (url, result, signal) => deliveries.post(url, result, signal),
    keep: async (key, call, result) => {
      if (call.unrecorded) return;
      const masked = maskedResult(result, call.wanted.schema);
      tell(calls, call.id, result, masked);
      const shown = JSON.stringify(transcripts ? result : masked);
      await history?.keepResult({ key, shown, masked: JSON.stringify(masked) });
      const written = { shown: JSON.stringify(result), masked: JSON.stringify(masked) };
      await recordings?.keepResult(call.id, written, call.bot);
    },
    ownerOf: (bot) => tenants?.ofBot(bot)?.name ?? '',
    webhookOf: (bot) => profileOf(roster, bot)?.result?.webhook,
    onOutcome: (outcome) => metrics.results.inc({ outcome }),
  });
  shared?.start((entry) => outbox.adopt(entry));
  /** Their lines were lost, and their results are on their way: they may be left behind as well. */
  const lost = new Set<string>();
  const take = (call: EndedCall) => {
    if (call.cause === 'lost') lost.add(call.id);
    for (const oldest of lost) if (lost.size > MOST_LOST) lost.delete(oldest);
    outbox.put(keyOf(call.id, call.startedEpochMs), call);
  };
  return {
    get waiting() {
      return outbox.waiting;
    },
    retry: (key) => outbox.retry(key),
    follow: (call) => {
      if (!call.profile.result || isCanary(call.line.party)) return;
      call.timeline.observe(({ type }) => {
        const followed = type === 'call.ended' ? calls.find(call.line.id) : undefined;
        // Whoever goes on with it tells what came of it.
        if (followed && followed.endCause !== 'moved') take(endedCall(call, followed, (id) => lost.has(id)));
      });
    },
    leftBehind: (record) => {
      const profile = profileOf(roster, record.bot);
      if (!profile?.result || lost.has(record.call) || isCanary({ number: record.party?.number ?? '' }))
        return;
      take(brokenOff(record, profile, (id) => lost.has(id)));
    },
    leadSettled: async ({ name, webhook }, lead) => {
      if (webhook === undefined || lead.outcome === undefined) return true;
      const { outcome, cause = '', talkedMs = 0, endedEpochMs = Date.now(), lastCall = '' } = lead;
      const told = { campaign: name, webhook, outcome, cause, talkedMs, endedEpochMs, lastCall };
      const { call, result } = leadResult({ ...lead, ...told });
      return outbox.putReady(keyOf(call.id, call.startedEpochMs), call, result);
    },
    close: async () => {
      await shared?.close();
      await outbox.close();
      await deliveries.close();
    },
  };
}

function endedCall(
  call: ResultSource,
  { id, bot, party, began, entries, endCause = 'lost', ...followed }: FollowedCall,
  isTold: (call: string) => boolean,
): EndedCall {
  const { slots, done, outcome, language, first } = call.factsAtEnd ?? NOTHING_KNOWN;
  const { endedAtMs = began.atMs } = followed;
  const messages = call.messages.map(plainMessage);
  return {
    ...{ id, bot },
    direction: party.direction,
    callerNumber: party.number,
    ...(first && {
      first: {
        id: first.id,
        startedEpochMs: Math.round(began.epochMs - first.elapsedMs),
        isTold: isTold(first.id),
      },
    }),
    startedEpochMs: began.epochMs,
    endedEpochMs: Math.round(began.epochMs + endedAtMs - began.atMs),
    cause: endCause,
    ...(isWithoutConsent(entries) && { unrecorded: true }),
    ...(outcome !== undefined && { outcome }),
    language: language ?? call.language ?? call.profile.language,
    slots,
    done: [...(done ?? doneForCaller(call.messages))],
    messages,
    wanted: wantedBy(call.profile),
  };
}

function brokenOff(record: CallRecord, profile: BotProfile, isTold: (call: string) => boolean): EndedCall {
  const { call, conversation, bot, consent, startedAtEpochMs, writtenAtEpochMs = startedAtEpochMs } = record;
  const { party = { direction: 'inbound', number: '' }, language = profile.language } = record;
  const messages = record.messages.map(plainMessage);
  return {
    ...{ id: call, bot },
    ...(conversation !== undefined && {
      first: { id: conversation, startedEpochMs: startedAtEpochMs, isTold: isTold(conversation) },
    }),
    direction: party.direction,
    callerNumber: party.number,
    startedEpochMs: startedAtEpochMs,
    endedEpochMs: writtenAtEpochMs,
    cause: 'lost',
    ...(consent && !isConsent(consent) && { unrecorded: true }),
    ...{ language, slots: {}, done: [...doneForCaller(record.messages)], messages },
    wanted: wantedBy(profile),
  };
}

function wantedBy({ result, llm }: BotProfile): EndedCall['wanted'] {
  const { schema = {}, webhook, prompt, deadlineMs = 0 } = result ?? {};
  return {
    schema,
    ...(webhook !== undefined && { webhook }),
    ...(prompt !== undefined && { prompt }),
    deadlineMs,
    ...(llm.provider && { provider: llm.provider }),
    ...(llm.model !== undefined && { model: llm.model }),
    // Nothing is to be invented.
    ...(llm.temperature !== 'none' && { temperature: 0 }),
  };
}

/** Of a tool, what the company may be told: the model's own ids and marks mean nothing to it. */
function plainMessage({ role, content, done = [] }: HistoryMessage): EndedCall['messages'][number] {
  const tools = done.map(({ name, input, result }) => ({ name, input, result }));
  return { role, content, ...(tools.length > 0 && { done: tools }) };
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

/** Undefined if there is no such bot any more. */
function profileOf(roster: Pick<BotRoster, 'get'>, bot: string): BotProfile | undefined {
  try {
    return roster.get(bot).profile;
  } catch {
    return undefined;
  }
}
