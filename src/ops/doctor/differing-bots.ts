/** A voice or a model that only one bot has is tried out as that bot: its callers would be the first to find it wrong. */
import type { BotProfile } from '../../config/bot-profile.ts';
import { DEFAULT_BOT } from '../../config/bots.ts';
import type { Bots } from '../../config/bots.ts';

/** One bot for each value of `of` that the default bot does not have. */
export function differingBots(bots: Bots, of: (bot: BotProfile) => unknown): readonly BotProfile[] {
  const differing = new Map([[JSON.stringify(of(bots.get())), bots.get()]]);
  for (const bot of bots.names.map((name) => bots.get(name))) {
    const key = JSON.stringify(of(bot));
    if (!differing.has(key)) differing.set(key, bot);
  }
  return [...differing.values()].slice(1);
}

/** Behind the name of a check. */
export function asBot({ name }: BotProfile): string {
  return name === DEFAULT_BOT ? '' : ` as ${name}`;
}
