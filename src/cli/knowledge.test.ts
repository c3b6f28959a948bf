import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { projectRoot } from '../base/project-root.ts';
import { knowledgeCommand } from './knowledge.ts';

let dir: string;
let printed: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'parley-knowledge-'));
  cpSync(join(projectRoot(), 'examples/bots/knowledge'), join(dir, 'bots/knowledge'), { recursive: true });
  writeFileSync(join(dir, 'bots/default.yaml'), 'prompt: x');
  writeFileSync(join(dir, 'bots/shop.yaml'), 'prompt: x\ncontext: { knowledge: { dir: knowledge/shop } }');
  writeFileSync(join(dir, 'bots/knowledge/shop/prices.xlsx'), 'x');
  printed = '';
  vi.spyOn(console, 'log').mockImplementation((text: string) => void (printed += `${text}\n`));
});
afterEach(() => {
  vi.restoreAllMocks();
});

async function statusOf(...args: readonly string[]): Promise<number | undefined> {
  let status: number | undefined;
  const env = { BOTS_DIR: join(dir, 'bots'), DATA_DIR: join(dir, 'data') };
  await knowledgeCommand(env, (given) => (status = given)).parseAsync(args, { from: 'user' });
  return status;
}

describe('parley knowledge', () => {
  it('shows what is found for a question, where it stands and by which words', async () => {
    expect(await statusOf('ask', 'shop', 'а сколько у вас стоит доставка в Подольск?')).toBe(0);
    expect(printed).toMatch(/^1\. Доставка и самовывоз › Московская область \(dostavka\.md\)\n {3}score \d/);
    expect(printed).toMatch(/words: .*подольск.*доставк/);
    expect(printed).toContain('1 files are not searched');
  });

  it('ends with status 1 if nothing is found', async () => {
    expect(await statusOf('ask', 'shop', 'ну да, спасибо')).toBe(1);
    expect(printed).toContain('Nothing is found.');
    printed = '';
    expect(await statusOf('ask', 'shop', 'кварки', '--json')).toBe(1);
    expect(JSON.parse(printed)).toMatchObject({ found: [] });
  });

  it('lists the files and names the bad ones', async () => {
    expect(await statusOf('list', 'shop')).toBe(0);
    expect(printed).toMatch(/dostavka\.md {2}6\n/);
    expect(printed).toMatch(/prices\.xlsx {2}is not searched: .*\[KNOWLEDGE_FILE_UNKNOWN\]/);
  });

  it('says what is missing in a profile without documents', async () => {
    await expect(statusOf('ask', 'default', 'x')).rejects.toThrow('[KNOWLEDGE_NOT_NAMED]');
    await expect(statusOf('list', 'nobody')).rejects.toThrow('[BOT_PROFILE_UNKNOWN]');
  });
});
