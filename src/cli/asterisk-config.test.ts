/** `parley asterisk-config`: what operators give it becomes a dialplan, or a clear error. */
import { mkdir, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { instanceId } from '../config/setting-kinds.ts';
import { asteriskConfigCommand } from './asterisk-config.ts';

const ENV = { ARI_USERNAME: 'parley', ARI_PASSWORD: 'one;two' };

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-asterisk-'));
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
});

async function write(env: Readonly<Record<string, string>>, ...options: readonly string[]) {
  const command = asteriskConfigCommand(env)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  await command.parseAsync(['--dir', dir, ...options], { from: 'user' });
  return readFile(join(dir, 'extensions.d/parley-fleet.conf'), 'utf8');
}

it('names each daemon by its application', async () => {
  const dialplan = await write(ENV, '--instances', 'one, two');
  expect(dialplan.match(/Stasis\([^,]*/g)).toEqual(['Stasis(voicebot-one', 'Stasis(voicebot-two']);
});

it('takes host for the name of the machine, as INSTANCE_ID does', async () => {
  const named = instanceId.schema.parse('host');
  expect(await write(ENV, '--instances', 'host')).toContain(`Stasis(voicebot-${named},`);
});

it('leaves a password to nobody else, also in a file that was there, and escapes it', async () => {
  const file = join(dir, 'websocket_client.d/parley-fleet.conf');
  await mkdir(join(dir, 'websocket_client.d'));
  await writeFile(file, '', { mode: 0o644 });
  await write(ENV, '--instances', 'one', '--listen', 'ws://{instance}:8089/ari');
  expect(await readFile(file, 'utf8')).toContain(String.raw`password = one\;two`);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

it.each([
  ['ARI_APP', 'bot,evil)'],
  ['ARI_USERNAME', 'parley\n[another]'],
])('refuses a %s that would become other lines of the configuration', async (name, value) => {
  const refused = write({ ...ENV, [name]: value }, '--instances', 'one');
  await expect(refused).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
});

it.each([
  ['--instances', 'one,one'],
  ['--instances', 'one,'],
  ['--instances', 'One'],
  ['--fallback', 'fallback'],
  ['--listen', 'http://{instance}'],
  ['--listen', 'ws://parley:8089'],
])('refuses %s %s', async (option, value) => {
  const refused = write(ENV, '--instances', 'one', option, value);
  await expect(refused).rejects.toMatchObject({ code: 'commander.invalidArgument' });
});
