import { describe, expect, it } from 'vitest';
import { profileSchemaFor } from '../../config/bot-profile.ts';
import type { BotProfile } from '../../config/bot-profile.ts';
import type { Bots } from '../../config/bots.ts';
import { ParleyError } from '../../base/errors.ts';
import { silentLog } from '../../base/log.ts';
import { ManualClock } from '../../base/manual-clock.ts';
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

/** Bots whose provider fails as it is told to, on a clock that stands still. */
function failingRoster(greetings: Readonly<Record<string, string>>) {
  const clock = new ManualClock();
  const provider: { failure: ParleyError | undefined; asked: number } = {
    failure: new ParleyError('TTS_TIMEOUT', 'It stalls.'),
    asked: 0,
  };
  const bookOf = (profile: BotProfile) =>
    new PhraseBook({
      profile,
      speak: async () => {
        provider.asked++;
        if (provider.failure) throw provider.failure;
        return { sampleRateHz: 8000, data: new Uint8Array(2) };
      },
      shipped: () => [],
      sampleRateHz: 8000,
      log: silentLog,
    });
  return { clock, provider, roster: new BotRoster(botsOf(greetings), bookOf, { clock }) };
}

describe('bots whose phrases could not be rendered', () => {
  const spoken = (roster: BotRoster) => roster.get().book.ready('greeting', ['Привет!']);

  it('have them rendered as soon as the provider is well again, and nothing more then', async () => {
    const { clock, provider, roster } = failingRoster({ default: 'Привет!' });
    await roster.prepared;
    expect(spoken(roster)).toEqual([]);
    await clock.advance(10_000);
    provider.failure = undefined;
    expect(spoken(roster)).toEqual([]);
    await clock.advance(10_000);
    expect(spoken(roster)).toHaveLength(1);
    expect(clock.pending).toBe(0);
    await roster.close();
  });

  it('have them tried again ever more seldom, and not where it is in vain', async () => {
    const { clock, provider, roster } = failingRoster({ default: 'Привет!' });
    await roster.prepared;
    const phrases = provider.asked;
    await clock.advance(3_600_000);
    expect(provider.asked / phrases).toBe(1 + 4 + 3);
    provider.failure = new ParleyError('TTS_REJECTED', 'There is no such voice.');
    await clock.advance(900_000);
    expect(clock.pending).toBe(0);
    await roster.close();
  });

  it('are left when other bots answer in their place, and when the service stops', async () => {
    const { clock, provider, roster } = failingRoster({ default: 'Привет!' });
    await roster.prepared;
    roster.replace(botsOf({ default: 'Здравствуйте!' }));
    await roster.prepared;
    const { asked } = provider;
    await clock.advance(5_000);
    // One bot's, and not its predecessor's as well.
    expect(provider.asked).toBe(asked + asked / 2);
    await roster.close();
    expect(clock.pending).toBe(0);
  });
});

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
    const roster = new BotRoster(bots, bookOf, { ownerOf: (bot) => bot.split('-')[0] ?? '' });
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
