/** Whose a call is: told by the number that was dialled, or by the bot that is to answer. Every bot has one tenant, or none. */
import { createHash } from 'node:crypto';
import { ParleyError } from '../base/errors.ts';
import { likelyMeant } from '../config/nearest-name.ts';
import { readTenants } from './tenant-file.ts';
import { plainNumber } from './tenant.ts';
import type { Tenant } from './tenant.ts';

/** What tells whose a call is. */
interface Dialled {
  readonly direction: 'inbound' | 'outbound';
  readonly dialled: string;
  /** The bot that the dialplan named. */
  readonly bot: string | undefined;
}

export class Tenants {
  readonly all: readonly Tenant[];
  readonly #byName: ReadonlyMap<string, Tenant>;
  readonly #byNumber: ReadonlyMap<string, Tenant>;
  readonly #byBot: ReadonlyMap<string, Tenant>;
  readonly #byToken: ReadonlyMap<string, Tenant>;

  constructor(all: readonly Tenant[]) {
    this.all = all;
    const by = (keysOf: (tenant: Tenant) => readonly string[]) =>
      new Map(all.flatMap((tenant) => keysOf(tenant).map((key) => [key, tenant] as const)));
    this.#byName = by(({ name }) => [name]);
    this.#byNumber = by(({ numbers }) => numbers);
    this.#byBot = by(({ bots }) => bots);
    this.#byToken = by(({ tokens }) => tokens);
  }

  /** None where no file is given. Throws TENANTS_INVALID. */
  static async open(file: string | undefined): Promise<Tenants> {
    return new Tenants(file === undefined ? [] : await readTenants(file));
  }

  named(name: string): Tenant | undefined {
    return this.#byName.get(name);
  }

  ofBot(bot: string): Tenant | undefined {
    return this.#byBot.get(bot);
  }

  /** The token is random and long: its digest tells nothing of it, and comparing digests tells nothing either. */
  ofToken(token: string): Tenant | undefined {
    return this.#byToken.get(tokenDigest(token));
  }

  /** The number decides where it is a tenant's; whose number Parley calls itself decides nothing. */
  ofParty({ direction, dialled, bot }: Dialled): Tenant | undefined {
    const byNumber = direction === 'inbound' ? this.#byNumber.get(plainNumber(dialled)) : undefined;
    return byNumber ?? (bot === undefined ? undefined : this.ofBot(bot));
  }

  /**
   * The bot that answers; undefined for the service's default one. Throws BOT_PROFILE_UNKNOWN where the dialplan names one that is not the
   * number's tenant's: somebody else's answers would be wrong ones.
   */
  botFor(party: Dialled): string | undefined {
    const { bot } = party;
    const tenant = this.ofParty(party);
    if (!tenant) return bot;
    if (bot === undefined || bot === '') return tenant.bots[0];
    requireBotOf(tenant, bot);
    return bot;
  }

  /** Whether all their bots are there. Throws TENANTS_INVALID with a line for each that is not. */
  check(bots: readonly string[]): void {
    const faults = this.all.flatMap((tenant) =>
      tenant.bots
        .filter((bot) => !bots.includes(bot))
        .map((bot) => `${tenant.name}: there is no bot "${bot}"${meant(bot, bots)}`),
    );
    if (faults.length === 0) return;
    throw new ParleyError('TENANTS_INVALID', ['Faults in the tenants:', ...faults].join('\n  '));
  }
}

/** Throws BOT_PROFILE_UNKNOWN, which tells of no bot of anybody else's. */
export function requireBotOf({ name, bots }: Tenant, bot: string): void {
  if (bots.includes(bot)) return;
  const known = bots.join(', ');
  throw new ParleyError('BOT_PROFILE_UNKNOWN', `${name} has no bot "${bot.slice(0, 64)}"; it has: ${known}.`);
}

export function tokenDigest(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function meant(bot: string, bots: readonly string[]): string {
  const [likely] = likelyMeant(bot, bots);
  return likely === undefined ? `; there are: ${bots.join(', ')}` : `; did you mean ${likely}?`;
}
