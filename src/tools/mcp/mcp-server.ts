/**
 * An MCP server that a bot uses: connected in the background as soon as the bot is loaded, asked for its tools, and connected again, ever
 * more seldom, while it is away. Nobody waits for it: its tools are offered when they are there.
 */
import type { Client, Tool as ServersTool, Transport } from '@modelcontextprotocol/client';
import { messageOf } from '../../base/message-of.ts';
import { childOf } from '../../base/abort.ts';
import { deferred } from '../../base/async.ts';
import type { Deferred } from '../../base/async.ts';
import { sleep } from '../../base/clock.ts';
import { ParleyError } from '../../base/errors.ts';
import type { Clock } from '../../base/clock.ts';
import type { JsonObject } from '../../base/json.ts';
import type { Log } from '../../base/log.ts';
import { withGapsFilled } from '../../base/template.ts';
import { parleyVersion } from '../../base/version.ts';
import type { TraceparentOf } from '../../base/spans.ts';
import type { McpProfile } from '../../config/profile-tools.ts';
import { argumentCheck } from '../argument-check.ts';
import { headerText } from '../http/http-request.ts';
import { asItIs, urlPiece } from '../http/gap-values.ts';
import type { Secrets } from '../secrets.ts';
import type { Tool } from '../tool.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { answeredCode, mcpTool } from './mcp-tool.ts';
import { readingToolsLeniently } from './lenient-tools.ts';

/** From the connection to the list of tools. A program may have to be started. */
const READY_WITHIN_MS = 15_000;

/** Between two tries to connect, ms: doubled from the first to the last. */
const FIRST_PAUSE_MS = 1000;
const LAST_PAUSE_MS = 60_000;

/** One that has been there for so long has not died of its start, ms: whatever dies sooner is tried ever more seldom. */
const STEADY_MS = 60_000;

/** How often a server that is not used is asked whether it is still there, ms: HTTP does not tell. */
const ASKED_EVERY_MS = 20_000;
const ANSWERS_WITHIN_MS = 5000;

/** Each stands in every request, and models take 128 in all: https://platform.openai.com/docs/api-reference/chat/create */
const MOST_TOOLS = 64;

/** What a model can call a tool. */
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;

export interface McpServerOptions {
  readonly profile: McpProfile;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly log: Log;
  readonly traceparentOf?: TraceparentOf | undefined;
}

export class McpServer {
  readonly #options: McpServerOptions;
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;
  #connected: { readonly client: Client; readonly lost: Deferred<void> } | undefined;
  #tools: readonly Tool[] = [];

  /** Begins at once. */
  constructor(options: McpServerOptions) {
    this.#options = options;
    this.#running = this.#keepConnected();
  }

  /** None while it is away. */
  get tools(): readonly Tool[] {
    return this.#connected ? this.#tools : [];
  }

  /** Ends the connection, and the program if it is one. Never rejects. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('the bot is not used any more'));
    await this.#running;
  }

  async #keepConnected(): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = this.#closing;
    let pauseMs = FIRST_PAUSE_MS;
    let sinceMs = Infinity;
    while (!signal.aborted) {
      try {
        await this.#connect();
        sinceMs = clock.nowMs();
        log.info(
          { event: 'mcp.connected', server: this.#name, tools: this.#tools.map(({ name }) => name) },
          'an MCP server is there',
        );
        await this.#whileThere();
        log.warn(
          { event: 'mcp.lost', server: this.#name },
          'an MCP server has gone; its tools are not offered',
        );
      } catch (error) {
        if (!signal.aborted)
          log.warn(
            { event: 'mcp.away', server: this.#name, reason: this.#told(error), pauseMs },
            'an MCP server cannot be used; it is tried again',
          );
      }
      await this.#disconnect();
      if (clock.nowMs() - sinceMs >= STEADY_MS) pauseMs = FIRST_PAUSE_MS;
      sinceMs = Infinity;
      await sleep(clock, pauseMs, signal).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, LAST_PAUSE_MS);
    }
  }

  async #connect(): Promise<void> {
    // Loaded only where a bot has such a server: 18 MB on disk, and a tenth of a second.
    const { Client } = await import('@modelcontextprotocol/client');
    const lost = deferred();
    const client = new Client(
      { name: 'parley', version: parleyVersion() },
      {
        listChanged: {
          tools: {
            onChanged: (_error, tools) => {
              if (tools) this.#offer(tools);
            },
          },
        },
      },
    );
    client.onclose = () => lost.resolve();
    client.onerror = (error) =>
      this.#options.log.debug(
        { event: 'mcp.error', server: this.#name, reason: this.#told(error) },
        'an MCP connection tells of a fault',
      );
    this.#connected = { client, lost };
    const options = { timeout: READY_WITHIN_MS, signal: this.#closing.signal };
    const transport = readingToolsLeniently(await this.#transport(), (unusable) =>
      this.#tellUnusable(unusable),
    );
    await client.connect(transport, options);
    const { tools } = await client.listTools(undefined, options);
    this.#offer(tools);
  }

  async #transport(): Promise<Transport> {
    const { mcp } = this.#options.profile;
    if (mcp.url !== undefined) {
      const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client');
      const url = new URL(this.#filled(mcp.url, urlPiece));
      const headers = Object.fromEntries(
        Object.entries(mcp.headers).map(([name, value]) => [name, headerText(this.#filled(value, asItIs))]),
      );
      return new StreamableHTTPClientTransport(url, {
        requestInit: { headers },
        redirectPolicy: 'same-origin',
        fetch: boundedFetch,
      });
    }
    const { StdioClientTransport, getDefaultEnvironment } =
      await import('@modelcontextprotocol/client/stdio');
    const own = Object.entries(mcp.env).map(([name, value]) => [name, this.#filled(value, asItIs)] as const);
    return new StdioClientTransport({
      command: mcp.command ?? '',
      args: mcp.args.map((each) => this.#filled(each, asItIs)),
      env: { ...getDefaultEnvironment(), ...Object.fromEntries(own) },
      stderr: 'ignore',
    });
  }

  /** Until the connection ends, somebody has found it broken, or it does not answer. */
  async #whileThere(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#closing;
    const { client, lost } = this.#connected ?? {};
    if (!client || !lost) return;
    for (;;) {
      const pause = childOf(signal);
      const isLost = await Promise.race([
        lost.promise.then(() => true),
        sleep(clock, ASKED_EVERY_MS, pause.signal).then(() => false),
      ]);
      pause.abort(new Error('it is over'));
      if (isLost) return;
      await client.ping({ timeout: ANSWERS_WITHIN_MS, signal }).catch((error: unknown) => {
        // A server that does not know the question is there.
        if (answeredCode(error) === undefined) throw error;
      });
    }
  }

  async #disconnect(): Promise<void> {
    const { client } = this.#connected ?? {};
    this.#connected = undefined;
    this.#tools = [];
    await client?.close().catch(() => undefined);
  }

  #offer(all: readonly ServersTool[]): void {
    const { profile, clock, secrets, traceparentOf } = this.#options;
    const { only } = profile.mcp;
    const wanted = only ? all.filter(({ name }) => only.includes(name)) : all;
    const missing = only?.filter((name) => !all.some((tool) => tool.name === name)) ?? [];
    const unusable = wanted.filter(
      ({ name, inputSchema }) => !NAME.test(name) || !isUsable(inputSchema as JsonObject),
    );
    if (missing.length + unusable.length > 0)
      this.#tellUnusable(
        unusable.map(({ name }) => name),
        missing,
      );
    const ports = {
      client: () => this.#connected?.client,
      lost: () => this.#connected?.lost.resolve(),
      clock,
      secrets,
      traceparentOf,
    };
    const usable = wanted.filter((tool) => !unusable.includes(tool));
    this.#tellTooMany(usable.slice(MOST_TOOLS).map(({ name }) => name));
    this.#tools = usable.slice(0, MOST_TOOLS).map((tool) => mcpTool(tool, profile, ports));
  }

  #tellUnusable(unusable: readonly string[], missing: readonly string[] = []): void {
    this.#options.log.warn(
      { event: 'mcp.tools', server: this.#name, missing, unusable },
      'not every tool of an MCP server can be used',
    );
  }

  #tellTooMany(leftOut: readonly string[]): void {
    if (leftOut.length === 0) return;
    const { code, message } = new ParleyError(
      'MCP_TOO_MANY_TOOLS',
      `${this.#name} has ${leftOut.length} tools more than the ${MOST_TOOLS} that are offered.`,
    );
    this.#options.log.warn({ event: 'mcp.tooManyTools', code, server: this.#name, leftOut }, message);
  }

  #filled(text: string, escape: (value: string) => string): string {
    return withGapsFilled(text, ({ name }) => escape(this.#options.secrets.value(name)));
  }

  /** As the profile writes it: with no secret in it. */
  get #name(): string {
    const { url, command } = this.#options.profile.mcp;
    return url ?? command ?? '';
  }

  #told(error: unknown): string {
    return this.#options.secrets.hidden(messageOf(error)).slice(0, 300);
  }
}

function isUsable(schema: JsonObject): boolean {
  try {
    argumentCheck(schema);
    return true;
  } catch {
    return false;
  }
}
