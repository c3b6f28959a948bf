/** What bots can do beside talking, made of their profiles once for all calls: tools, their journal, documents, the lookup of callers. */
import { join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { TraceparentOf } from '../base/spans.ts';
import type { BotAbilities } from '../call/abilities.ts';
import type { BotProfile } from '../config/bot-profile.ts';
import { dateAt } from '../config/working-hours.ts';
import type { Settings } from '../config/settings.ts';
import { CallContext } from '../context/call-context.ts';
import type { CallContextOptions } from '../context/call-context.ts';
import { callerOverHttp } from '../context/caller-over-http.ts';
import { folderOptions } from '../context/knowledge-of-profile.ts';
import { Knowledge } from '../context/knowledge/knowledge.ts';
import { BotTools } from '../tools/bot-tools.ts';
import { newDispatcher } from '../tools/http/exchange.ts';
import type { HttpPorts } from '../tools/http/exchange.ts';
import { DiskJournal } from '../tools/journal/disk-journal.ts';
import type { EarlierUse, ToolJournal } from '../tools/journal/tool-journal.ts';
import { Secrets } from '../tools/secrets.ts';
import type { CallFacts } from '../tools/tool.ts';

export interface AbilitiesOfBots {
  /** Those of a bot, for a call that begins. */
  readonly of: (profile: BotProfile) => BotAbilities;
  /** What an earlier process has had done in a conversation that it has left. */
  readonly earlier: (conversation: string) => readonly EarlierUse[] | undefined;
  /** To be told of all profiles whenever they have been read. */
  readonly keepOnly: (profiles: readonly BotProfile[]) => void;
  close(): Promise<void>;
}

interface JournalParts {
  /** Conversations that the process before this one did not end, by the calls in which they began. */
  readonly left: readonly string[];
  /** What a fleet makes of the journal of this machine. */
  readonly journalOver?: ((disk: ToolJournal) => ToolJournal) | undefined;
  readonly traceparentOf?: TraceparentOf;
}

export async function openAbilities(
  settings: Settings,
  log: Log,
  { left, journalOver = (disk) => disk, traceparentOf }: JournalParts,
): Promise<AbilitiesOfBots> {
  const { dir } = settings.data;
  const disk = new DiskJournal({
    ...{ dir: join(dir, 'tools'), clock: systemClock, epochMs: () => Date.now(), log },
  });
  await disk.open();
  const earlier = await disk.ofCalls(left);
  const bots = abilitiesWith(settings, log, journalOver(disk), traceparentOf);
  return {
    ...bots,
    earlier: (conversation) => earlier.get(conversation),
    close: async () => {
      await bots.close();
      await disk.close();
    },
  };
}

/** The same where nobody goes on with what was left, and somebody else keeps the journal. */
export function abilitiesWith(
  settings: Settings,
  log: Log,
  journal: ToolJournal,
  traceparentOf?: TraceparentOf,
): Omit<AbilitiesOfBots, 'earlier'> {
  const clock = systemClock;
  const secrets = new Secrets(settings.bots.secrets);
  const knowledge = new Knowledge({ indexDir: join(settings.data.dir, 'knowledge'), clock, log });
  const dispatcher = newDispatcher();
  const shelf = new ToolShelf(secrets, log, traceparentOf);
  const folderOf = (context: BotProfile['context']) =>
    context?.knowledge && folderOptions(context.knowledge, settings.bots.dir, (name) => secrets.value(name));
  return {
    of: (profile) => ({
      tools: shelf.of(profile),
      journal,
      contextOf: (facts, onReady) => {
        const options = {
          ...sourcesOf(profile, facts, { secrets, dispatcher, traceparentOf }),
          clock,
          onReady,
        };
        const folder = folderOf(profile.context);
        const { top, deadlineMs } = profile.context?.knowledge ?? {};
        if (folder && top !== undefined && deadlineMs !== undefined)
          options.knowledge = { source: knowledge.folder(folder), top, deadlineMs };
        return options.caller || options.knowledge ? new CallContext(options) : undefined;
      },
      today: () => dateAt(Date.now(), profile.timeZone),
    }),
    keepOnly: (profiles) => {
      shelf.keepOnly(profiles);
      const folders = profiles.flatMap(({ context }) => folderOf(context) ?? []);
      void knowledge.keepOnly(folders);
    },
    close: async () => {
      await knowledge.close();
      await shelf.close();
      await dispatcher.destroy();
    },
  };
}

type Sources = Pick<CallContextOptions, 'caller'> & { knowledge?: CallContextOptions['knowledge'] };

function sourcesOf(
  { context }: BotProfile,
  facts: () => CallFacts,
  { secrets, ...ports }: { readonly secrets: Secrets } & Omit<HttpPorts, 'clock'>,
): Sources {
  if (!context?.caller) return {};
  const { http, deadlineMs } = context.caller;
  const lookUp = callerOverHttp(http, facts(), secrets, { clock: systemClock, ...ports });
  return { caller: { lookUp, deadlineMs } };
}

/** The tools of each profile, for as long as calls may use them: a call goes on with those with which it began. */
class ToolShelf {
  readonly #secrets: Secrets;
  readonly #log: Log;
  readonly #traceparentOf: TraceparentOf | undefined;
  readonly #tools = new Map<BotProfile, BotTools>();
  readonly #retired = new Map<BotTools, () => void>();

  constructor(secrets: Secrets, log: Log, traceparentOf: TraceparentOf | undefined) {
    this.#secrets = secrets;
    this.#log = log;
    this.#traceparentOf = traceparentOf;
  }

  of(profile: BotProfile): BotTools | undefined {
    if (profile.tools.list.length === 0) return undefined;
    const known = this.#tools.get(profile);
    if (known) return known;
    const parts = {
      secrets: this.#secrets,
      clock: systemClock,
      log: this.#log,
      traceparentOf: this.#traceparentOf,
    };
    const tools = new BotTools({ tools: profile.tools, ...parts });
    this.#tools.set(profile, tools);
    return tools;
  }

  /** Makes those of these profiles ready; others end when the last call that may use them is over. */
  keepOnly(profiles: readonly BotProfile[]): void {
    for (const profile of profiles) this.of(profile);
    for (const [profile, tools] of this.#tools) {
      if (profiles.includes(profile)) continue;
      this.#tools.delete(profile);
      const end = () => {
        this.#retired.delete(tools);
        void tools.close();
      };
      this.#retired.set(tools, systemClock.after(profile.maxCallMs, end));
    }
  }

  async close(): Promise<void> {
    for (const cancel of this.#retired.values()) cancel();
    await Promise.all([...this.#tools.values(), ...this.#retired.keys()].map((tools) => tools.close()));
  }
}
