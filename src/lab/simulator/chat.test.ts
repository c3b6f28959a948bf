import { afterEach, describe, expect, it } from 'vitest';
import { type ChatSimulator, type ChatSimulatorOptions, startChatSimulator } from './chat.ts';

let server: ChatSimulator;
afterEach(() => server.stop());

describe('the simulated chat model', () => {
  it('answers the last user message by the first rule that matches', async () => {
    await start({
      reply: [
        ['погод', 'Солнечно.|'],
        [/^алло/i, ['Да', ', слушаю.']],
      ],
    });
    expect(textOf(await ask('Алло?'))).toEqual(['Да', ', слушаю.']);
    expect(textOf(await ask('Алло, какая погода?')).join('')).toBe('Солнечно.|');
    expect(textOf(await ask('Что?')).join('')).toBe('Хорошо.');
  });

  it('can answer from the whole conversation', async () => {
    await start({ reply: (messages) => `Сообщений: ${messages.length}` });
    expect(textOf(await ask('Раз')).join('')).toBe('Сообщений: 1');
  });

  it('lists its model, as a health check asks for', async () => {
    await start({ reply: [], model: 'toy' });
    const models = (await (await fetch(`${server.baseUrl}/models`)).json()) as { data: { id: string }[] };
    expect(models.data.map(({ id }) => id)).toEqual(['toy']);
  });

  it('keeps its pace', async () => {
    await start({ reply: () => ['a', 'b', 'c'], firstTokenMs: 60, perTokenMs: 30 });
    const startedMs = performance.now();
    await ask('?');
    expect(performance.now() - startedMs).toBeGreaterThan(115);
  });

  it('fails as often as it was told, then is well again', async () => {
    await start({ reply: [] });
    server.fail({ kind: 'status', status: 429 }, 2);
    expect([await status(), await status(), await status()]).toEqual([429, 429, 200]);
    server.fail({ kind: 'status', status: 500 });
    expect([await status(), await status()]).toEqual([500, 500]);
    server.heal();
    expect(await status()).toBe(200);
    expect(server.requests).toHaveLength(6);
  });

  it('stops also while an answer hangs', async () => {
    await start({ reply: [] });
    server.fail({ kind: 'hang' });
    const hanging = ask('Алло').catch((error: unknown) => error);
    while (server.answering === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await server.stop();
    expect(await hanging).toBeInstanceOf(Error);
  });
});

async function start(options: ChatSimulatorOptions): Promise<void> {
  server = await startChatSimulator(options);
}

async function post(content: string): Promise<Response> {
  const body = JSON.stringify({ model: 'toy', messages: [{ role: 'user', content }], stream: true });
  return fetch(`${server.baseUrl}/chat/completions`, { method: 'POST', body });
}

async function status(): Promise<number> {
  const response = await post('Алло');
  await response.text();
  return response.status;
}

async function ask(content: string): Promise<string> {
  return (await post(content)).text();
}

/** The tokens on the wire, empty ones left out. */
function textOf(events: string): string[] {
  return events
    .split('\n\n')
    .filter((event) => event.startsWith('data: {'))
    .map(
      (event) => JSON.parse(event.slice('data: '.length)) as { choices: { delta: { content?: string } }[] },
    )
    .flatMap(({ choices }) => choices[0]?.delta.content || []);
}
