/** A tool of an MCP server, as the model and the call know it. */
import type { Client, Tool as ServersTool } from '@modelcontextprotocol/client';
import { childWithin } from '../../base/abort.ts';
import { unlessAborted } from '../../base/async.ts';
import type { Clock } from '../../base/clock.ts';
import type { JsonObject } from '../../base/json.ts';
import type { TraceparentOf } from '../../base/spans.ts';
import type { McpProfile } from '../../config/profile-tools.ts';
import { bounded } from '../http/answer-text.ts';
import { MAY_BE_DONE } from '../http/http-tool.ts';
import type { Secrets } from '../secrets.ts';
import type { Tool, ToolOutcome, ToolRequest } from '../tool.ts';

/** Each stands in every request to the model. */
const LONGEST_DESCRIPTION = 1024;

/** The client has a deadline of its own on the machine's clock; ours comes first. */
const CLIENTS_DEADLINE_MS = 60_000;

/** Known to servers that want to know a repetition: in `_meta`, under a name of ours as the protocol asks. */
const KEY_IN_META = 'parley/idempotencyKey';

/** JSON-RPC's codes of a request that was not understood; whatever else goes wrong may have gone wrong in the middle. */
const NOT_BEGUN: readonly number[] = [-32_700, -32_600, -32_601, -32_602];

/** Of a server's words about a failure. */
const LONGEST_REASON = 300;

/** Where servers look for it: https://opentelemetry.io/docs/specs/semconv/gen-ai/mcp/#context-propagation */
const TRACE_IN_META = 'traceparent';

export interface McpToolPorts {
  /** Undefined while the server is away. */
  readonly client: () => Client | undefined;
  /** The connection is of no use any more. */
  readonly lost: () => void;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly traceparentOf?: TraceparentOf | undefined;
}

export function mcpTool(
  its: ServersTool,
  { mcp, saying, onInterrupt }: McpProfile,
  ports: McpToolPorts,
): Tool {
  const readOnly = mcp.readOnly.includes(its.name);
  return {
    name: its.name,
    description: bounded(its.description ?? its.title ?? its.name, LONGEST_DESCRIPTION),
    parameters: its.inputSchema as JsonObject,
    readOnly,
    saying,
    onInterrupt,
    run: (input, request, signal) => called(its.name, input, request, { ...ports, ...mcp, readOnly }, signal),
  };
}

type CalledWith = McpToolPorts & { readonly deadlineMs: number; readonly readOnly: boolean };

async function called(
  name: string,
  input: JsonObject,
  { idempotencyKey, call }: ToolRequest,
  { client: clientNow, lost, clock, deadlineMs, readOnly, secrets, traceparentOf }: CalledWith,
  signal: AbortSignal,
): Promise<ToolOutcome> {
  const client = clientNow();
  if (!client) return { status: 'failed', content: 'It was not done: the server is away at the moment.' };
  const work = childWithin(deadlineMs, clock, () => new Error('late'), signal);
  try {
    const traceparent = traceparentOf?.(call.id, name);
    const params = {
      name,
      arguments: { ...input },
      _meta: {
        [KEY_IN_META]: idempotencyKey,
        ...(traceparent !== undefined && { [TRACE_IN_META]: traceparent }),
      },
    };
    const asked = client.callTool(params, { signal: work.signal, timeout: CLIENTS_DEADLINE_MS });
    const { content, structuredContent, isError } = await unlessAborted(asked, work.signal);
    const text = secrets.hidden(
      textOf(content) || (structuredContent ? JSON.stringify(structuredContent) : ''),
    );
    // So a server tells of what it would not do, in words that are meant for the model.
    if (isError) return { status: 'failed', content: `It failed. ${bounded(text)}` };
    return { status: 'done', content: bounded(text) || 'Done.' };
  } catch (error) {
    signal.throwIfAborted();
    const code = answeredCode(error);
    if (code === undefined && !work.signal.aborted) lost();
    const why = work.signal.aborted ? `no answer came within ${deadlineMs} ms` : reasonOf(error, secrets);
    if (readOnly || (code !== undefined && NOT_BEGUN.includes(code)))
      return { status: 'failed', content: `It failed: ${why}.` };
    return { status: 'failed', uncertain: true, content: `It failed: ${why}. ${MAY_BE_DONE}` };
  } finally {
    work.release();
  }
}

function textOf(content: readonly { readonly type: string }[]): string {
  return content
    .map((part) => ('text' in part && typeof part.text === 'string' ? part.text : ''))
    .filter((text) => text !== '')
    .join('\n');
}

/** A JSON-RPC error is an answer, and its codes are numbers; those of connections are words. Undefined where there was none. */
export function answeredCode(error: unknown): number | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined;
}

function reasonOf(error: unknown, secrets: Secrets): string {
  if (answeredCode(error) === undefined || !(error instanceof Error)) return 'the server cannot be reached';
  return bounded(secrets.hidden(error.message), LONGEST_REASON);
}
