import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadBots } from './bots.ts';

/** A directory of bots with documents in `knowledge/shop`, beside one of which it is none of. */
function botsWith(...context: readonly string[]): string {
  const home = mkdtempSync(join(tmpdir(), 'parley-context-'));
  const dir = join(home, 'bots');
  mkdirSync(join(dir, 'knowledge/shop'), { recursive: true });
  mkdirSync(join(home, 'private'));
  symlinkSync(join(home, 'private'), join(dir, 'knowledge/led-out'));
  writeFileSync(join(dir, 'knowledge/file.md'), 'x');
  writeFileSync(join(dir, 'default.yaml'), ['prompt: x', ...context].join('\n'));
  return dir;
}

describe('the context of a profile', () => {
  it('has defaults for all that need not be said, and is absent where it is not named', async () => {
    const dir = botsWith(
      'context:',
      '  caller: { http: { url: "https://crm.example/by-phone/{{caller.number}}", headers: { authorization: "Bearer ${CRM_KEY}" } } }',
      '  knowledge: { dir: knowledge/shop }',
    );
    const bots = await loadBots(dir, ['CRM_KEY']);
    expect(bots.get().context).toMatchObject({
      caller: { http: { method: 'GET' }, deadlineMs: 800 },
      knowledge: { dir: 'knowledge/shop', top: 4, deadlineMs: 150 },
    });
    expect((await loadBots(botsWith())).get()).not.toHaveProperty('context');
  });

  it.each([
    ['../private', 'default.yaml:3: context.knowledge.dir: "../private" is outside of BOTS_DIR'],
    ['/etc', 'default.yaml:3: context.knowledge.dir: "/etc" is outside of BOTS_DIR'],
    ['.', 'default.yaml:3: context.knowledge.dir: "." is outside of BOTS_DIR'],
    ['knowledge/led-out', 'default.yaml:3: context.knowledge.dir: "knowledge/led-out" leads out of BOTS_DIR'],
    ['knowledge/shoop', 'default.yaml:3: context.knowledge.dir: "knowledge/shoop" is not there'],
    ['knowledge/file.md', 'default.yaml:3: context.knowledge.dir: "knowledge/file.md" is no folder'],
  ])('with the documents in %s is refused, with the line', async (folder, told) => {
    const dir = botsWith('context:', `  knowledge: { dir: ${folder} }`);
    await expect(loadBots(dir)).rejects.toThrow(told);
  });

  it('is refused when it asks for what a ringing call does not know, for an unknown secret, or holds one itself', async () => {
    const dir = botsWith(
      'context:',
      '  caller:',
      '    http: { url: "https://crm.example/{{caller.numbr}}", headers: { x-key: "${OTHER}" } }',
    );
    const written = loadBots(dir, ['CRM_KEY']);
    await expect(written).rejects.toThrow('did you mean {{caller.number}}?');
    await expect(written).rejects.toThrow(
      'default.yaml:4: context.caller.http.headers.x-key: ${OTHER} is no secret that bots may use; BOT_SECRETS names CRM_KEY',
    );
    const open = botsWith(
      'context:',
      '  knowledge: { dir: knowledge/shop, embeddings: { baseUrl: "http://127.0.0.1", model: m, apiKey: abc } }',
    );
    await expect(loadBots(open)).rejects.toThrow('expected ${NAME}');
  });
});
