/**
 * A server's list of tools as its client can read it. For the sake of one tool that is described against the protocol the client refuses
 * the whole list, and it throws where a tool answers otherwise than its `outputSchema` promises, although it has done what it was asked.
 */
import type { Transport } from '@modelcontextprotocol/client';
import { z } from 'zod';

type Message = Parameters<NonNullable<Transport['onmessage']>>[0];

const LIST = z.looseObject({ result: z.looseObject({ tools: z.array(z.unknown()) }) });

/** What a bot reads of a tool. Small servers leave out what an input without properties is. */
const TOOL = z.object({
  name: z.string(),
  title: z.string().optional().catch(undefined),
  description: z.string().optional().catch(undefined),
  inputSchema: z
    .looseObject({ type: z.literal('object').default('object') })
    .nullish()
    .transform((schema) => schema ?? { type: 'object' as const }),
});

/** `onUnusable` is told the names of those that are left out. */
export function readingToolsLeniently(
  transport: Transport,
  onUnusable: (names: readonly string[]) => void,
): Transport {
  const start = transport.start.bind(transport);
  // The client says who listens before it starts what it listens to.
  transport.start = () => {
    const listener = transport.onmessage;
    if (listener) transport.onmessage = (message, extra) => listener(readable(message, onUnusable), extra);
    return start();
  };
  return transport;
}

function readable(message: Message, onUnusable: (names: readonly string[]) => void): Message {
  const list = LIST.safeParse(message);
  if (!list.success) return message;
  const read = list.data.result.tools.map((tool) => ({ tool, parsed: TOOL.safeParse(tool) }));
  const unusable = read.filter(({ parsed }) => !parsed.success).map(({ tool }) => nameOf(tool));
  if (unusable.length > 0) onUnusable(unusable);
  const tools = read.flatMap(({ parsed }) => parsed.data ?? []);
  return { ...message, result: { ...list.data.result, tools } };
}

function nameOf(tool: unknown): string {
  const { name } = z
    .object({ name: z.string().catch('?') })
    .catch({ name: '?' })
    .parse(tool);
  return name.slice(0, 64);
}
