import { describe, expect, it } from 'vitest';
import { profileSchemaFor } from '../../config/bot-profile.ts';
import type { BotProfile } from '../../config/bot-profile.ts';
import type { Bots } from '../../config/bots.ts';
import { silentLog } from '../../base/log.ts';
import { BotRoster } from './bot-roster.ts';
import { PhraseBook } from '../speaking/phrase-book.ts';

function botsOf(greetings: Readonly<Record<string, string>>): Bots {
  const profiles = new Map(
    Object.entries(greetings).map(([name, greeting]): [string, BotProfile] => {
      const raw = { prompt: 'x', greeting };
      return [name, { name, ...profileSchemaFor(raw).parse(raw) }];
    }),
  );
  return { names: [...profiles.keys()], get: (name = 'default') => profiles.get(name) as BotProfile };
}

function rosterWith(greetings: Readonly<Record<string, string>>) {
  const rendered: string[] = [];
  const bookOf = (profile: BotProfile) =>
    new PhraseBook({
      profile,
      speak: async ({ text }, signal) => {
        signal.throwIfAborted();
        rendered.push(text);
        return { sampleRateHz: 8000, data: new Uint8Array(2) };
      },
      shipped: () => [],
      sampleRateHz: 8000,
      log: silentLog,
    });
  return { roster: new BotRoster(botsOf(greetings), bookOf), rendered };
}

describe('bots that are replaced', () => {
  it('have their phrases rendered anew where they changed, and keep them elsewhere', async () => {
    const { roster, rendered } = rosterWith({ default: 'Привет!', shop: 'Магазин.', old: 'Раньше.' });
    await roster.prepared;
    const before = { default: roster.get(), shop: roster.get('shop') };
    rendered.length = 0;
    const changes = roster.replace(botsOf({ default: 'Привет!', shop: 'Аптека.', fresh: 'Новый.' }));
    expect(changes).toEqual({ added: ['fresh'], changed: ['shop'], removed: ['old'] });
    await roster.prepared;
    expect(rendered).toEqual(expect.arrayContaining(['Аптека.', 'Новый.']));
    expect(rendered).not.toContain('Привет!');
    expect(roster.get().book).toBe(before.default.book);
    expect(roster.get('shop').book.ready('greeting', ['Аптека.'])).toHaveLength(1);
    // A call that goes on holds these.
    expect(before.shop.profile.greeting).toBe('Магазин.');
    expect(before.shop.book.ready('greeting', ['Магазин.'])).toHaveLength(1);
  });

  it('have their phrases rendered beside those of another tenant, however many bots that one has', async () => {
    const floods = Object.fromEntries(
      Array.from({ length: 40 }, (_, at) => [`flood-${at}`, `Добрый день, ${at}.`]),
    );
    const waiting: { text: string; goOn: () => void }[] = [];
    const bookOf = (profile: BotProfile) =>
      new PhraseBook({
        profile,
        speak: async ({ text }) => {
          await new Promise<void>((resolve) => waiting.push({ text, goOn: resolve }));
          return { sampleRateHz: 8000, data: new Uint8Array(2) };
        },
        shipped: () => [],
        sampleRateHz: 8000,
        log: silentLog,
      });
    const bots = botsOf({ ...floods, shop: 'Магазин.' });
    const roster = new BotRoster(bots, bookOf, (bot) => bot.split('-')[0] ?? '');
    const settled = () => new Promise((resolve) => setImmediate(resolve));
    await settled();
    // What a provider is asked for at once is four of the one, and the other's.
    expect(waiting.map(({ text }) => text)).toEqual([
      ...Array.from({ length: 4 }, (_, at) => `Добрый день, ${at}.`),
      'Магазин.',
    ]);
    let most = 0;
    for (; waiting.length > 0; await settled()) {
      most = Math.max(most, waiting.length);
      for (const { goOn } of waiting.splice(0)) goOn();
    }
    await roster.prepared;
    expect(most).toBe(5);
    expect(roster.get('flood-39').book.ready('greeting', ['Добрый день, 39.'])).toHaveLength(1);
  });

  it('stop being rendered when the service stops', async () => {
    const { roster, rendered } = rosterWith({ default: 'Привет!' });
    await roster.close();
    expect(rendered.length).toBeLessThan(3);
  });
});
