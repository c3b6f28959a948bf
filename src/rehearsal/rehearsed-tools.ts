/** The tools of a bot where nothing outside is touched: those over HTTP and MCP answer what the caller's file says. */
import { sleep } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';
import type { ToolsProfile } from '../config/profile-tools.ts';
import { BotTools } from '../tools/bot-tools.ts';
import type { CallPorts } from '../tools/built-in.ts';
import { Secrets } from '../tools/secrets.ts';
import type { Tool, ToolOutcome } from '../tools/tool.ts';
import type { CallerProfile, Cassette } from './caller-file.ts';
import type { Outside } from './outside.ts';

export interface RehearsedTools {
  readonly maxRounds: number;
  list(ports?: CallPorts): readonly Tool[];
  /** Those over HTTP and MCP that were run, in order, each time. */
  readonly used: readonly string[];
  /** Those that the caller's file says nothing of. */
  readonly unknown: readonly string[];
  close(): Promise<void>;
}

/** What goes out is noted; it takes the call as long as it really takes. */
export function liveTools(tools: BotTools, outside: Outside): RehearsedTools {
  const used: string[] = [];
  const noted = (tool: Tool): Tool => ({
    ...tool,
    run: (input, request, signal) => {
      used.push(tool.name);
      return outside.timed(tool.run(input, request, signal), signal);
    },
  });
  return {
    maxRounds: tools.maxRounds,
    list: (ports) => tools.list(ports).map((tool) => (BUILT_IN.has(tool.name) ? tool : noted(tool))),
    used,
    unknown: [],
    close: () => Promise.resolve(),
  };
}

export function cassetteTools(
  profile: ToolsProfile,
  cassettes: CallerProfile['tools'],
  clock: Clock,
): RehearsedTools {
  const used: string[] = [];
  const unknown: string[] = [];
  const list = profile.list.filter((entry) => !('mcp' in entry));
  const own = new BotTools({
    tools: { ...profile, list },
    secrets: new Secrets(new Map()),
    clock,
    log: silentLog,
  });
  const overHttp = new Set(profile.list.flatMap((entry) => ('http' in entry ? [entry.name] : [])));
  const answer = async (name: string, signal: AbortSignal): Promise<ToolOutcome> => {
    const given = cassettes[name];
    const times = used.filter((one) => one === name).length;
    used.push(name);
    if (given === undefined) {
      unknown.push(name);
      return { status: 'failed', content: 'It is not there.' };
    }
    const { status, content, takes } = Array.isArray(given)
      ? (given[Math.min(times, given.length - 1)] as Cassette)
      : given;
    await sleep(clock, takes, signal);
    return { status, content };
  };
  const played = (tool: Omit<Tool, 'run'>): Tool => ({
    ...tool,
    run: (_input, _request, signal) => answer(tool.name, signal),
  });
  const ofServers = serverTools(profile, Object.keys(cassettes)).map(played);
  return {
    maxRounds: own.maxRounds,
    list: (ports) => {
      const known = own.list(ports).map((tool) => (overHttp.has(tool.name) ? played(tool) : tool));
      return [...known, ...ofServers.filter(({ name }) => known.every((tool) => tool.name !== name))];
    },
    used,
    unknown,
    close: () => own.close(),
  };
}

/** What an MCP server offers nobody knows without it: what it may offer by the profile, and has an answer. */
function serverTools({ list }: ToolsProfile, names: readonly string[]): readonly Omit<Tool, 'run'>[] {
  const servers = list.flatMap((entry) => ('mcp' in entry ? [entry] : []));
  const others = new Set(list.flatMap((entry) => ('http' in entry ? [entry.name] : [])));
  return names.flatMap((name) => {
    const server = servers.find(({ mcp }) => mcp.only?.includes(name) ?? true);
    if (!server || others.has(name)) return [];
    const { mcp, onInterrupt, saying } = server;
    const description = name.replaceAll(/[_-]+/g, ' ');
    const readOnly = mcp.readOnly.includes(name);
    return [{ name, description, parameters: { type: 'object' }, readOnly, saying, onInterrupt }];
  });
}

/** The call's own, by which nothing goes out. */
const BUILT_IN: ReadonlySet<string> = new Set([
  'transfer',
  'hangUp',
  'collectDigits',
  'rememberFact',
  'goToStep',
]);
