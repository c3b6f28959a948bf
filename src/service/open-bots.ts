/** The third step: the bots, their phrases, and reading both again. */
import { join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { projectRoot } from '../base/project-root.ts';
import { BotRoster } from '../call/intake/bot-roster.ts';
import { PhraseBook } from '../call/speaking/phrase-book.ts';
import { loadShippedPhrases } from '../call/speaking/shipped-phrases.ts';
import { loadBots } from '../config/bots.ts';
import type { Bots } from '../config/bots.ts';
import type { Settings } from '../config/settings.ts';
import { DiskCache } from '../speech/synthesis/disk-cache.ts';
import type { Synthesizer } from '../speech/synthesis/synthesizer.ts';
import { FILE_RATE_HZ } from '../telephony/asterisk/file/file-player.ts';
import { MEDIA_FORMATS } from '../telephony/asterisk/stream/media-format.ts';
import type { Tenants } from '../tenants/tenants.ts';
import type { AbilitiesOfBots } from './bot-abilities.ts';
import { BotReload } from './bot-reload.ts';
import type { Closing } from './closing.ts';

export interface BotsParts {
  readonly settings: Settings;
  readonly log: Log;
  readonly synthesizer: Synthesizer;
  /** Where phrases are rendered before a caller waits for them; `synthesizer` where a daemon is alone. */
  readonly aheadOfCalls: Synthesizer;
  readonly abilities: Pick<AbilitiesOfBots, 'keepOnly'>;
  /** Whose bots they are. */
  readonly tenants: Pick<Tenants, 'check' | 'ofBot'>;
  readonly closing: Closing;
}

/** Throws BOT_PROFILE_INVALID with every fault, or TENANTS_INVALID where a tenant's bot is not there. Phrases are rendered while calls may already come: until then the shipped recordings serve. */
export async function openBots(parts: BotsParts) {
  const { settings, log, synthesizer, aheadOfCalls, abilities, tenants, closing } = parts;
  const secrets = [...settings.bots.secrets.keys()];
  const bots = await loadBots(settings.bots.dir, secrets);
  const shipped = await loadShippedPhrases(join(projectRoot(), 'sounds'));
  const clipsOf = (of: Synthesizer): DiskCache['clip'] => {
    const clips = new DiskCache(join(settings.data.dir, 'phrases'), of, log);
    return (request, signal) => clips.clip(request, signal);
  };
  const [speak, speakAhead] = [clipsOf(synthesizer), clipsOf(aheadOfCalls)];
  const phrases = { speak, speakAhead, shipped, sampleRateHz: lineRateHz(settings), log };
  const ownerOf = (bot: string) => tenants.ofBot(bot)?.name ?? '';
  const roster = new BotRoster(bots, (profile) => new PhraseBook({ profile, ...phrases }), { ownerOf });
  closing.add(() => roster.close());
  const onRead = (read: Bots) => {
    tenants.check(read.names);
    abilities.keepOnly(read.names.map((name) => read.get(name)));
  };
  onRead(bots);
  const reload = new BotReload({ dir: settings.bots.dir, secrets, roster, onRead, clock: systemClock, log });
  closing.add(() => reload.close());
  return { roster, reload };
}

/** The best that a line can carry, known before Asterisk is: phrases are rendered for it, and lines that carry less convert them. */
function lineRateHz({ media }: Settings): number {
  return media.mode === 'file' ? FILE_RATE_HZ : MEDIA_FORMATS[media.format].sampleRateHz;
}
