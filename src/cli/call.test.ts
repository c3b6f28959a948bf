import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ParleyError } from '../base/errors.ts';
import { readSettings } from '../config/settings.ts';
import { operated } from '../http/testing/operated.ts';
import type { Operated } from '../http/testing/operated.ts';
import type { OrderedCall } from '../outbound/ordered-call.ts';
import { callCommand } from './call.ts';

const ORDER: OrderedCall = {
  ...{ id: 'out-1', orderedEpochMs: 0, to: '+79161234512', bot: 'shop' },
  ...{ fingerprint: '', state: 'ringing' },
};

describe('parley call', () => {
  let http: Operated;
  let port: number;
  let printed: string[];
  let placed: unknown[];
  /** One for each time that somebody asks. */
  let states: OrderedCall[];

  beforeEach(async () => {
    [printed, placed, states] = [[], [], []];
    vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
    http = await operated({
      orders: {
        place: async (order) => {
          if (order.bot !== 'shop') throw new ParleyError('BOT_PROFILE_UNKNOWN', 'There is no bot "none".');
          placed.push(order);
          return ORDER;
        },
        find: () => (states.length > 1 ? states.shift() : states[0]),
        giveUp: () => false,
      },
    });
    port = Number(new URL(await http.app.listen({ host: '127.0.0.1', port: 0 })).port);
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await http.app.close();
  });

  async function parley(words: readonly string[]): Promise<number | undefined> {
    const ari = { ARI_USERNAME: 'u', ARI_PASSWORD: 'p', HTTP_PORT: String(port) };
    const env = { ...ari, YANDEX_API_KEY: 'k', YANDEX_FOLDER_ID: 'f', OPENAI_API_KEY: 'k' };
    let status: number | undefined;
    const command = callCommand(
      () => readSettings(env),
      (ended) => void (status = ended),
    ).exitOverride();
    await command.parseAsync([...words], { from: 'user' });
    return status;
  }

  it('has somebody called, with what the bot is to know', async () => {
    const words = [
      '+79161234512',
      '--bot',
      'shop',
      '--var',
      'name=Анна',
      '--var',
      'order=7=8',
      '--key',
      'k-1',
    ];
    expect(await parley(words)).toBe(0);
    expect(printed).toEqual(['out-1']);
    expect(placed).toEqual([
      {
        ...{ to: '+79161234512', bot: 'shop', idempotencyKey: 'k-1' },
        variables: { name: 'Анна', order: '7=8' },
      },
    ]);
  });

  it('tells how it goes, and fails where nobody answers', async () => {
    const outcome = { outcome: 'busy', cause: 'Q.850 17 (SIP 486)' } as const;
    states = [ORDER, { ...ORDER, state: 'ended', outcome }];
    expect(await parley(['+79161234512', '-b', 'shop', '--wait'])).toBe(1);
    expect(printed).toEqual(['out-1', 'ringing', 'busy: Q.850 17 (SIP 486)']);
  });

  it('succeeds when it was talked', async () => {
    const outcome = { outcome: 'answered', by: 'person', cause: 'bot', talkedMs: 12_340 } as const;
    states = [
      { ...ORDER, state: 'talking' },
      { ...ORDER, state: 'ended', outcome },
    ];
    expect(await parley(['+79161234512', '-b', 'shop', '--wait'])).toBe(0);
    expect(printed.slice(1)).toEqual(['talking', 'answered: person, 12.3 s, bot']);
  });

  it('tells what the service has against it', async () => {
    await expect(parley(['+79161234512', '-b', 'none'])).rejects.toThrow(/no bot "none"/);
    await expect(parley(['+79161234512', '-b', 'shop', '--var', 'x'])).rejects.toThrow(/NAME=VALUE/);
  });
});
