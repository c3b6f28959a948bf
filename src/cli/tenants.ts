/** `parley tenants`: who shares the service, as TENANTS_FILE says, and tokens for their operators. */
import { randomBytes } from 'node:crypto';
import Table from 'cli-table3';
import { Command } from 'commander';
import { ParleyError } from '../base/errors.ts';
import { readSetting, messageOf } from '../config/settings.ts';
import type { Environment } from '../config/settings.ts';
import { readTenants } from '../tenants/tenant-file.ts';
import { tokenDigest } from '../tenants/tenants.ts';

const TOKEN_BYTES = 32;

export function tenantsCommand(env: Environment): Command {
  const command = new Command('tenants').description('who shares the service, in TENANTS_FILE');
  command.action(async () => {
    const tenants = await readTenants(fileIn(env));
    const table = new Table({ head: ['tenant', 'numbers', 'bots', 'calls at once', 'tokens'] });
    for (const { name, numbers, bots, limits, tokens } of tenants)
      table.push([name, numbers.join(', '), bots.join(', '), limits.calls ?? '', tokens.length]);
    console.log(table.toString());
  });
  command
    .command('token')
    .description("make a token for a tenant's operators and show it, this once: the file holds its digest")
    .action(() => {
      const token = randomBytes(TOKEN_BYTES).toString('base64url');
      console.log(token);
      console.log(`tokens: [${tokenDigest(token)}]`);
    });
  return command;
}

function fileIn(env: Environment): string {
  const faults: string[] = [];
  const file = readSetting('TENANTS_FILE', env, faults);
  if (typeof file !== 'string') faults.push('TENANTS_FILE: is missing; expected a file of tenants');
  if (faults.length > 0) throw new ParleyError('SETTINGS_INVALID', messageOf(faults));
  return String(file);
}
