/**
 * One rehearsed call: the real Call with the bot's own profile, flow, tools and documents, and a caller who is played, on a clock that jumps.
 * The same caller, seed and model give the same call.
 */
import { messageOf } from '../base/message-of.ts';
import type { Clock } from '../base/clock.ts';
import type { JsonObject } from '../base/json.ts';
import { silentLog } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { seeded } from '../base/seeded.ts';
import type { BotAbilities } from '../call/abilities.ts';
import { Call } from '../call/call.ts';
import { profileOfCall } from '../call/intake/profile-of-call.ts';
import { personasOf } from '../call/persona.ts';
import { PhraseBook } from '../call/speaking/phrase-book.ts';
import type { BotProfile } from '../config/bot-profile.ts';
import { CallContext } from '../context/call-context.ts';
import type { KnowledgeSource } from '../context/knowledge/knowledge-source.ts';
import type { Chat } from '../llm/chat.ts';
import { makeResult } from '../results/make-result.ts';
import type { EndedCall } from '../results/ended-call.ts';
import type { TransferTarget } from '../telephony/transfer-target.ts';
import type { CallEndCause, TimelineEntry } from '../timeline/timeline.ts';
import type { BotTools } from '../tools/bot-tools.ts';
import type { CallerProfile } from './caller-file.ts';
import { ModelCaller } from './model-caller.ts';
import { Outside } from './outside.ts';
import { cassetteTools, liveTools } from './rehearsed-tools.ts';
import type { RehearsedTools } from './rehearsed-tools.ts';
import { ScriptedCaller } from './scripted-caller.ts';
import { VirtualCaller } from './virtual-caller.ts';
import { VirtualColleague } from './virtual-colleague.ts';
import { VirtualLine } from './virtual-line.ts';
import { VirtualSynthesizer, spokenPcm } from './virtual-speech.ts';

/** The world of one call: its clock, and what it may wait for outside. */
export interface CallWorld {
  readonly clock: Clock;
  readonly outside: Outside;
}

export interface Stage {
  readonly profile: BotProfile;
  /** Who thinks for the bot in one call, and plays callers. */
  readonly chatIn: (world: CallWorld) => Chat;
  /** Without it nothing is found in documents. */
  readonly knowledge?: KnowledgeSource | undefined;
  /** Really asked, instead of the caller's file. */
  readonly tools?: BotTools | undefined;
}

/** What a rehearsed call came to. */
export interface RehearsedCall {
  readonly caller: CallerProfile;
  readonly seed: number;
  readonly timeline: readonly TimelineEntry[];
  readonly endedBy: CallEndCause;
  /** BCP-47, at the end. */
  readonly language: string;
  readonly slots: Readonly<Record<string, string>>;
  readonly outcome: string | undefined;
  /** Those of the flow, in the order in which they were entered. */
  readonly steps: readonly string[];
  /** Over HTTP and MCP, each time. */
  readonly tools: readonly string[];
  /** Used, and the caller's file has no answer for them. */
  readonly unknownTools: readonly string[];
  readonly sentTo: TransferTarget | undefined;
  readonly result: JsonObject | undefined;
  /** What broke in the rehearsal itself. */
  readonly broken: string | undefined;
}

const SYNTHESIS_WINDOW = 3;

/** Rejects only if the call cannot come to an end: a fault of Parley's. */
export async function rehearse(stage: Stage, caller: CallerProfile, seed: number): Promise<RehearsedCall> {
  const clock = new ManualClock();
  const outside = new Outside(clock);
  const world = { clock, outside };
  const chat = stage.chatIn(world);
  const chance = seeded(seed);
  const line = new VirtualLine(clock, { id: `${caller.name}-${seed}`, number: caller.number });
  const tools = stage.tools
    ? liveTools(stage.tools, outside)
    : cassetteTools(stage.profile.tools, caller.tools, clock);
  const colleague =
    caller.colleague &&
    new VirtualColleague({ clock, will: caller.colleague, onConnected: line.connectedTo });
  if (colleague) line.consult = colleague.consult;
  const epochMs = epochOf(caller.today);
  const { profile } = profileOfCall(stage.profile, { id: line.id, party: line.party, epochMs });
  const call = new Call(line, profile, personasOf(profile, await phrasesOf(profile, line)), {
    clock,
    chat,
    log: silentLog,
    random: () => chance.next(),
    recognizer: line.hearing,
    ...(colleague && { colleaguesRecognizer: colleague.hearing }),
    synthesizer: new VirtualSynthesizer(clock),
    synthesisWindow: SYNTHESIS_WINDOW,
    fallback: undefined,
    abilities: abilitiesOf(stage, caller, tools, world),
  });
  let broken: string | undefined;
  const mind = caller.model
    ? new ModelCaller(caller, chat, line.ended)
    : new ScriptedCaller(caller, seeded(seed));
  const player = new VirtualCaller({
    clock,
    line,
    mind,
    chance: seeded(seed + 1),
    mumbles: caller.mumbles,
    onFault: (error) => {
      broken = messageOf(error);
      line.leave();
    },
  });
  call.timeline.observe(player.observe);
  const endedBy = await clock.runUntil(call.run(), outside.next);
  const result = await resultOf({ call, caller, chat, endedBy, epochMs }, world);
  await tools.close();
  const { slots, outcome, language } = call.factsAtEnd;
  return {
    ...{ caller, seed, endedBy, language, slots, outcome, result, broken },
    timeline: call.timeline.entries,
    steps: call.flow?.history ?? [],
    tools: tools.used,
    unknownTools: tools.unknown,
    sentTo: line.sentTo,
  };
}

async function phrasesOf(profile: BotProfile, line: VirtualLine): Promise<PhraseBook> {
  const book = new PhraseBook({
    profile,
    speak: (request) => Promise.resolve(spokenPcm(request)),
    shipped: () => [],
    sampleRateHz: line.player.sampleRateHz,
    log: silentLog,
  });
  await book.prepare(new AbortController().signal);
  return book;
}

function abilitiesOf(
  { profile, knowledge }: Stage,
  caller: CallerProfile,
  tools: RehearsedTools,
  { clock, outside }: CallWorld,
): BotAbilities {
  const known = profile.context;
  const lookedUp = caller.context.caller;
  return {
    tools: profile.tools.list.length > 0 ? tools : undefined,
    // What is rehearsed ends with its process.
    journal: { begun: () => Promise.resolve(), ended: () => Promise.resolve() },
    contextOf: (_facts, onReady) =>
      known &&
      new CallContext({
        clock,
        onReady,
        ...(known.caller && {
          caller: { deadlineMs: known.caller.deadlineMs, lookUp: () => Promise.resolve(lookedUp) },
        }),
        ...(known.knowledge &&
          knowledge && { knowledge: { ...known.knowledge, source: stillSource(knowledge, outside) } }),
      }),
    today: () => caller.today ?? new Date().toISOString().slice(0, 'YYYY-MM-DD'.length),
  };
}

function stillSource(source: KnowledgeSource, outside: Outside): KnowledgeSource {
  return {
    hasMeaning: source.hasMeaning,
    byWords: (...asked) => outside.still(source.byWords(...asked)),
    byMeaning: (...asked) => outside.still(source.byMeaning(...asked)),
  };
}

/** In the middle of that day, so that it is the same one everywhere. */
function epochOf(today: string | undefined): number {
  return today === undefined ? Date.now() : Date.parse(`${today}T12:00:00Z`);
}

interface Ended {
  readonly call: Call;
  readonly caller: CallerProfile;
  readonly chat: Chat;
  readonly endedBy: CallEndCause;
  readonly epochMs: number;
}

/** What the company would get; only where somebody wants to know. */
async function resultOf(
  { call, caller, chat, endedBy: cause, epochMs }: Ended,
  { clock, outside }: CallWorld,
): Promise<JsonObject | undefined> {
  const { result, llm, name } = call.profile;
  if (!result || !caller.expect.result) return undefined;
  const { slots, done, outcome, language } = call.factsAtEnd;
  const { model, temperature } = llm;
  const ended: EndedCall = {
    ...{ id: call.line.id, bot: name, direction: 'inbound', callerNumber: caller.number },
    ...{ startedEpochMs: epochMs, endedEpochMs: epochMs + clock.nowMs(), cause, language, slots, done },
    ...(outcome !== undefined && { outcome }),
    messages: call.messages.map(({ role, content }) => ({ role, content })),
    wanted: {
      schema: result.schema,
      deadlineMs: result.deadlineMs,
      ...(result.prompt !== undefined && { prompt: result.prompt }),
      ...(model !== undefined && { model }),
      ...(temperature !== 'none' && { temperature }),
    },
  };
  const made = makeResult(ended, { chat, clock }, new AbortController().signal);
  const { data } = await (clock as ManualClock).runUntil(made, outside.next);
  return data === null ? undefined : (data as JsonObject);
}
