/**
 * What can be checked without asking anybody: settings and bot profiles.
 */
import { loadBots } from '../../config/bots.ts';
import { readSettings } from '../../config/settings.ts';
import type { Environment } from '../../config/settings.ts';
import type { Check } from './check.ts';

export function settingsCheck(env: Environment): Check {
  return {
    name: 'settings',
    async run() {
      const settings = readSettings(env);
      if (settings.dialplanFallback) return { ok: true, finding: 'complete' };
      return {
        ok: 'warn',
        finding: 'complete, but DIALPLAN_FALLBACK is not given',
        advice:
          'Without it, a call that Parley cannot serve ends with a goodbye instead of reaching somebody.',
      };
    },
  };
}

export function botsCheck(dir: string): Check {
  return {
    name: 'BOTS_DIR',
    async run() {
      const { names } = await loadBots(dir);
      return { ok: true, finding: `${names.length} in ${dir}: ${names.join(', ')}` };
    },
  };
}
