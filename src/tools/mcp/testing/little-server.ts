/** Little MCP servers for tests, in JavaScript: the same one as a program and over HTTP. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import type { JsonObject } from '../../../base/json.ts';
import type { BotTools } from '../../bot-tools.ts';
import { FACTS } from '../../testing/facts.ts';

/** JSON-RPC. `tools`: what is listed, as an expression; `called`: answers `params` with `result(…)`, or not at all. */
export function littleServer({ tools, called }: { readonly tools: string; readonly called: string }): string {
  return `
const tools = ${tools};
function answer({ id, method, params }, say) {
  if (id === undefined) return;
  const result = (result) => say({ jsonrpc: '2.0', id, result });
  if (method === 'initialize')
    return result({ protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'little', version: '1' } });
  if (method === 'ping') return result({});
  if (method === 'tools/list') return result({ tools });
  if (method !== 'tools/call') return say({ jsonrpc: '2.0', id, error: { code: -32601, message: 'unknown' } });
  ${called}
}`;
}

type Answer = (message: JsonObject, say: (message: JsonObject) => void) => void;

/** In this process. */
export function answerOf(server: string): Answer {
  return runInThisContext(`(() => { ${server}; return answer; })()`) as Answer;
}

/** Over its standard input and output. Returns the file for Node to run. */
export function programIn(dir: string, server: string): string {
  const file = join(dir, 'server.cjs');
  const loop = `require('node:readline').createInterface({ input: process.stdin }).on('line', (line) =>
    answer(JSON.parse(line), (said) => process.stdout.write(JSON.stringify(said) + '\\n')));`;
  writeFileSync(file, `${server}\n${loop}`);
  return file;
}

/** What the bot is offered, by name, and used. */
export function usesOf(bot: BotTools) {
  return {
    names: () => bot.list().map(({ name }) => name),
    use: (name: string, input: JsonObject) => {
      const tool = bot.list().find((each) => each.name === name);
      if (!tool) throw new Error(`${name} is not offered`);
      return tool.run(input, { idempotencyKey: 'key-1', call: FACTS }, new AbortController().signal);
    },
  };
}
