import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadBots } from './bots.ts';

describe('bot profiles', () => {
  it('need only a prompt; words come in the language of the profile', async () => {
    const bots = await loadBots(
      dirWith({
        'default.yaml': 'prompt: Помогай.',
        'tel-aviv.yaml': 'prompt: help\nlanguage: he-IL\n',
        'lisbon.yaml': 'prompt: help\nlanguage: pt-PT\nsilence:\n  afterMs: 9000\nvoice:\n',
      }),
    );
    expect(bots.names).toEqual(['default', 'lisbon', 'tel-aviv']);
    const russian = bots.get();
    expect(russian).toMatchObject({
      name: 'default',
      language: 'ru-RU',
      voice: { name: 'alena', speed: 1 },
      endpointing: { silenceMs: 600 },
      bargeIn: { enabled: true, minSpeechMs: 250, mode: 'pauseFirst' },
      fillers: { enabled: true },
      silence: { afterMs: 6000, maxPrompts: 2 },
      maxCallMs: 1_800_000,
    });
    expect(russian.greeting).toMatch(/^Здравствуйте/);
    expect(bots.get('tel-aviv').greeting).toMatch(/שלום/);
    expect(bots.get('lisbon').silence).toMatchObject({
      afterMs: 9000,
      phrases: ['Can you hear me?', expect.anything()],
    });
  });

  it('are refused with every fault of every file and its line', async () => {
    const dir = dirWith({
      'default.yaml': 'prompt: x\nbargeIn:\n  minSpeechms: 3\nvoice:\n  speed: 9\n',
      'broken.yaml': 'prompt: x\ngreeting: "open\n',
      'empty.yaml': '',
      'lost.yml': 'prompt: x',
      'a b.yaml': 'prompt: x',
      'notes.txt': 'not a profile',
    });
    mkdirSync(join(dir, 'z-directory.yaml'));
    symlinkSync('/nowhere/shop.yaml', join(dir, 'z-nowhere.yaml'));
    const error = await loadBots(dir).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code: 'BOT_PROFILE_INVALID' });
    const lines = (error as Error).message.split('\n').slice(0, -1);
    expect(lines).toEqual([
      '8 faults in the bot profiles:',
      '  a b.yaml: expected a name of letters, digits, - and _',
      expect.stringMatching(/^ {2}broken\.yaml:\d: Missing closing "quote$/),
      '  default.yaml:5: voice.speed: Too big: expected number to be <=3',
      '  default.yaml:3: bargeIn.minSpeechms: is no key of a profile; did you mean minSpeechMs?',
      '  empty.yaml:1: prompt: is missing; expected who the bot is and what it should do',
      '  lost.yml: is not read; expected a name that ends in .yaml',
      '  z-directory.yaml: cannot be read (EISDIR)',
      '  z-nowhere.yaml: cannot be read (ENOENT)',
    ]);
  });

  it('must have a default, in a directory that is there', async () => {
    await expect(loadBots(dirWith({ 'shop.yaml': 'prompt: x' }))).rejects.toThrow(
      /default\.yaml: is missing/,
    );
    await expect(loadBots('/nowhere/bots')).rejects.toThrow(/\/nowhere\/bots cannot be read/);
  });

  it('never answer for a bot that is not there', async () => {
    const bots = await loadBots(dirWith({ 'default.yaml': 'prompt: x', 'shop.yaml': 'prompt: x' }));
    expect(bots.get('').name).toBe('default');
    expect(() => bots.get('shoes')).toThrow(/no bot "shoes"; there are: default, shop/);
    expect(() => bots.get('shp')).toThrow('no bot "shp"; did you mean "shop"? There are: default, shop.');
    expect(() => bots.get('x'.repeat(10_000))).toThrow(/^.{0,300}$/);
  });

  it('that are examples are valid', async () => {
    const bots = await loadBots(fileURLToPath(new URL('../../examples/bots', import.meta.url)));
    expect(bots.names).toEqual(['appointments', 'clinic', 'default', 'front-desk', 'reminder', 'shop']);
  });

  it('that are shipped are valid, and the default one shows every key', async () => {
    const bots = await loadBots(fileURLToPath(new URL('../../config/bots', import.meta.url)));
    expect(bots.names).toEqual(['default', 'english', 'hebrew']);
    const bare = (await loadBots(dirWith({ 'default.yaml': 'prompt: x' }))).get();
    const { prompt, greeting, voice, ...rest } = bots.get();
    expect({ ...rest }).toEqual({ ...bare, prompt: undefined, greeting: undefined, voice: undefined });
    expect(voice).toEqual({ ...bare.voice, role: 'neutral' });
    expect(prompt.length).toBeGreaterThan(100);
    expect(greeting).toContain('Ромашка');
  });
});

function dirWith(files: Record<string, string>): string {
  const dir = mkdtempSync(join(tmpdir(), 'parley-bots-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content);
  return dir;
}
