/** What commands that call a bot from outside have in common: who calls, from where, and how it sounds. */
import { Option } from 'commander';
import type { Command } from 'commander';
import type { Phone } from '../lab/phone/phone.ts';
import type { Target } from '../lab/probe/target.ts';

/** Half a minute: five or six rings, after which people give up. */
export const ANSWER_WITHIN_S = 30;

export interface PhoneOptions {
  readonly user?: string;
  readonly password?: string;
  readonly from?: string;
  readonly codec: 'pcmu' | 'pcma';
}

export function withPhoneOptions(command: Command): Command {
  return command
    .option('--user <name>', 'who calls, and proves it where the PBX asks')
    .addOption(new Option('--password <password>', "that user's password").env('DIAL_PASSWORD'))
    .option('--from <address>', 'the local IP address; the one on the way to the host if not given')
    .addOption(new Option('--codec <codec>', 'how it sounds').choices(['pcmu', 'pcma']).default('pcmu'));
}

/** The caller's to close. Never rejects: a phone without a line says so when it dials. */
export async function openOutsidePhone(
  target: Target,
  { user, password, from, codec }: PhoneOptions,
): Promise<Phone> {
  const { openPhone } = await import('../lab/probe/dial.ts');
  return openPhone({
    target,
    codec: codec === 'pcma' ? 'PCMA' : 'PCMU',
    ...(from !== undefined && { localHost: from }),
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
  });
}
