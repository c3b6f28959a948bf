/**
 * The bots of a directory. All files are read and checked before any is used, and all their faults are told at once.
 */
import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ParleyError } from '../base/errors.ts';
import { systemCode } from '../base/system-code.ts';
import type { BotProfile } from './bot-profile.ts';
import { knowledgeDirFault } from './knowledge-dir.ts';
import { likelyMeant } from './nearest-name.ts';
import { readProfile } from './profile-file.ts';

/** The bot that answers when the dialplan names none. */
export const DEFAULT_BOT = 'default';

export interface Bots {
  readonly names: readonly string[];
  /**
   * The bot of that name, or the default bot if no name is given.
   * Throws BOT_PROFILE_UNKNOWN if there is no such bot: another bot's answers would be wrong ones.
   */
  get(name?: string): BotProfile;
}

/** Of a name that a dialplan has made up, characters; and of the names that there are. */
const MOST_SHOWN = 64;
const MOST_NAMES = 20;

/** Names go into file names, logs and metrics. */
const SAFE_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}$/;

/**
 * Reads every `*.yaml` of `dir`; `secrets` names those that their tools may use. Throws BOT_PROFILE_INVALID whose message has a line for each
 * fault of each file.
 */
export async function loadBots(dir: string, secrets: readonly string[] = []): Promise<Bots> {
  const files = await profileFiles(dir);
  const faults: string[] = [];
  const profiles = new Map<string, BotProfile>();
  for (const file of files) {
    const name = basename(file, '.yaml');
    if (!file.endsWith('.yaml')) faults.push(`${file}: is not read; expected a name that ends in .yaml`);
    else if (!SAFE_NAME.test(name)) faults.push(`${file}: expected a name of letters, digits, - and _`);
    else {
      const read = await readFile(join(dir, file), 'utf8').then(
        (yaml) => readProfile(name, yaml, secrets),
        (error: unknown) => ({ faults: [`: cannot be read (${systemCode(error) ?? 'unknown reason'})`] }),
      );
      if ('faults' in read) faults.push(...read.faults.map((fault) => `${file}${fault}`));
      else {
        profiles.set(name, read.profile);
        const knowledge = read.profile.context?.knowledge;
        const fault = knowledge && (await knowledgeDirFault(dir, knowledge.dir));
        if (fault !== undefined)
          faults.push(`${file}${read.faultAt(['context', 'knowledge', 'dir'], fault)}`);
      }
    }
  }
  if (!files.includes(`${DEFAULT_BOT}.yaml`)) faults.push(`${DEFAULT_BOT}.yaml: is missing in ${dir}`);
  if (faults.length > 0) throw new ParleyError('BOT_PROFILE_INVALID', messageOf(faults));
  return new LoadedBots(profiles);
}

class LoadedBots implements Bots {
  readonly #profiles: ReadonlyMap<string, BotProfile>;

  constructor(profiles: ReadonlyMap<string, BotProfile>) {
    this.#profiles = profiles;
  }

  get names(): readonly string[] {
    return [...this.#profiles.keys()];
  }

  get(name?: string): BotProfile {
    const profile = this.#profiles.get(name || DEFAULT_BOT);
    if (profile) return profile;
    throw new ParleyError('BOT_PROFILE_UNKNOWN', this.#unknown(name || DEFAULT_BOT));
  }

  #unknown(name: string): string {
    const shown = name.length > MOST_SHOWN ? `${name.slice(0, MOST_SHOWN)}…` : name;
    const meant = likelyMeant(shown, this.names).map((each) => `"${each}"`);
    const question = meant.length > 0 ? `did you mean ${meant.join(' or ')}? There are: ` : 'there are: ';
    const more = this.names.length > MOST_NAMES ? ' and more' : '';
    return `There is no bot "${shown}"; ${question}${this.names.slice(0, MOST_NAMES).join(', ')}${more}.`;
  }
}

async function profileFiles(dir: string): Promise<readonly string[]> {
  try {
    const names = await readdir(dir);
    return names.filter((name) => /\.ya?ml$/i.test(name)).sort();
  } catch (error) {
    throw new ParleyError('BOT_PROFILE_INVALID', `BOTS_DIR ${dir} cannot be read.`, { cause: error });
  }
}

function messageOf(faults: readonly string[]): string {
  const title =
    faults.length === 1 ? 'One fault in the bot profiles:' : `${faults.length} faults in the bot profiles:`;
  return [title, ...faults.map((fault) => `  ${fault}`), ''].join('\n');
}
