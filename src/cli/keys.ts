/** `parley keys`: who may use the speech API. */
import Table from 'cli-table3';
import { Command, InvalidArgumentError, Option } from 'commander';
import { ParleyError } from '../base/errors.ts';
import { readSpeechApiSettings } from '../config/speech-api-settings.ts';
import type { Environment } from '../config/settings.ts';
import { SCOPES, newKey, readKeys, writeKeys } from '../speech-api/keys/key-file.ts';
import type { Scope } from '../speech-api/keys/key-file.ts';
import { Tenants } from '../tenants/tenants.ts';

interface AddOptions {
  readonly scopes?: readonly Scope[];
  readonly ttsPerMinute?: number;
  readonly sttPerMinute?: number;
  readonly tenant?: string;
}

export function keysCommand(env: Environment): Command {
  const command = new Command('keys').description('keys of the speech API, in SPEECH_API_KEYS_FILE');
  const file = () => readSpeechApiSettings(env).keysFile;
  const checkTenant = async (name: string) => {
    const tenants = await Tenants.open(readSpeechApiSettings(env).tenantsFile);
    if (!tenants.named(name))
      throw new ParleyError('RESOURCE_NOT_FOUND', `TENANTS_FILE has no tenant ${name}.`);
  };
  command
    .command('add')
    .description('make a key and show it, this once: only its digest is kept')
    .argument('<name>', 'who it is for')
    .addOption(new Option('--scopes <scope...>', 'what it may; both if not given').choices(SCOPES))
    .option('--tts-per-minute <count>', 'how often it may have something spoken', wholeFromOne)
    .option('--stt-per-minute <count>', 'how often it may have something recognised', wholeFromOne)
    .option('--tenant <name>', 'whose it is, of those in TENANTS_FILE')
    .action(async (name: string, { scopes = SCOPES, tenant, ...limits }: AddOptions) => {
      const { ttsPerMinute: tts, sttPerMinute: stt } = limits;
      if (tenant !== undefined) await checkTenant(tenant);
      const { key, stored } = newKey(
        { name, scopes: [...scopes], perMinute: { tts, stt }, ...(tenant !== undefined && { tenant }) },
        new Date(),
      );
      await writeKeys(file(), [...(await readKeys(file())), stored]);
      console.log(key);
    });
  command
    .command('list')
    .description('show them, without the keys themselves')
    .action(async () => {
      const keys = await readKeys(file());
      const table = new Table({
        head: ['id', 'name', 'tenant', 'may', 'tts a minute', 'stt a minute', 'made'],
      });
      for (const { id, name, tenant = '', scopes, perMinute, createdAt } of keys)
        table.push([
          id,
          name,
          tenant,
          scopes.join(', '),
          perMinute.tts ?? '',
          perMinute.stt ?? '',
          createdAt,
        ]);
      console.log(keys.length === 0 ? 'None.' : table.toString());
    });
  command
    .command('remove')
    .description('take a key away; it opens nothing a second later')
    .argument('<id>', 'as `list` shows it')
    .action(async (id: string) => {
      const keys = await readKeys(file());
      const rest = keys.filter((key) => key.id !== id);
      if (rest.length === keys.length) throw new ParleyError('RESOURCE_NOT_FOUND', `There is no key ${id}.`);
      await writeKeys(file(), rest);
    });
  return command;
}

function wholeFromOne(given: string): number {
  if (!/^[1-9]\d{0,8}$/.test(given)) throw new InvalidArgumentError('It takes a whole number from 1 on.');
  return Number(given);
}
