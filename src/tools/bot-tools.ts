/** What one bot can have done, made of its profile once: the calls of the bot share it. */
import type { Dispatcher } from 'undici';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { TraceparentOf } from '../base/spans.ts';
import type { ToolsProfile } from '../config/profile-tools.ts';
import { argumentCheck } from './argument-check.ts';
import { builtIn } from './built-in.ts';
import type { CallPorts } from './built-in.ts';
import { newDispatcher } from './http/exchange.ts';
import { httpTool } from './http/http-tool.ts';
import { McpServer } from './mcp/mcp-server.ts';
import type { Secrets } from './secrets.ts';
import type { Tool } from './tool.ts';

export interface BotToolsOptions {
  readonly tools: ToolsProfile;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly log: Log;
  readonly traceparentOf?: TraceparentOf | undefined;
}

type Source = (ports: CallPorts) => readonly Tool[];

export class BotTools {
  readonly maxRounds: number;
  readonly #sources: readonly Source[];
  readonly #servers: McpServer[] = [];
  readonly #dispatcher: Dispatcher = newDispatcher();

  /** Begins to connect to its MCP servers. */
  constructor({ tools, secrets, clock, log, traceparentOf }: BotToolsOptions) {
    this.maxRounds = tools.maxRounds;
    const ports = { clock, dispatcher: this.#dispatcher, traceparentOf };
    this.#sources = tools.list.map((entry): Source => {
      if ('http' in entry) {
        const tool = httpTool(entry, secrets, ports);
        // The first caller does not wait until its schema has been compiled: that takes tens of milliseconds.
        argumentCheck(tool.parameters);
        return () => [tool];
      }
      if ('mcp' in entry) {
        const server = new McpServer({ profile: entry, secrets, clock, log, traceparentOf });
        this.#servers.push(server);
        return () => server.tools;
      }
      return (callPorts) => {
        const tool = builtIn(entry, callPorts);
        return tool ? [tool] : [];
      };
    });
  }

  /** Those that are there now, in the order of the profile; of two with one name the first. */
  list(ports: CallPorts = {}): readonly Tool[] {
    const byName = new Map<string, Tool>();
    for (const tool of this.#sources.flatMap((source) => source(ports)))
      if (!byName.has(tool.name)) byName.set(tool.name, tool);
    return [...byName.values()];
  }

  /** When no call uses them any more. Never rejects. */
  async close(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.close()));
    await this.#dispatcher.destroy();
  }
}
