/**
 * What can be checked without asking anybody: settings and bot profiles.
 */
import { loadBots } from '../../config/bots.ts';
import { readSettings } from '../../config/settings.ts';
import type { Environment, Settings } from '../../config/settings.ts';
import type { Check } from './check.ts';

export function settingsCheck(env: Environment): Check {
  return {
    name: 'settings',
    async run() {
      const settings = readSettings(env);
      if (settings.fallbacks.length > 0) return { ok: true, finding: 'complete' };
      return {
        ok: 'warn',
        finding: 'complete, but DIALPLAN_FALLBACK is not given',
        advice:
          'Without it, a call that Parley cannot serve ends with a goodbye instead of reaching somebody.',
      };
    },
  };
}

/** What Docker and many shells set, in either case; grpc_proxy is gRPC's own. */
const PROXY_VARIABLE = /^(https?|all|grpc)_proxy$/i;

/** One line where the environment names a proxy that will not be asked, and else none. */
export function proxyChecks(env: Environment): readonly Check[] {
  const named = Object.keys(env).filter((name) => PROXY_VARIABLE.test(name) && env[name]);
  if (named.length === 0) return [];
  const run = async () => ({
    ok: 'warn' as const,
    finding: `${named.sort().join(', ')} set, and not obeyed: every connection of Parley's is direct`,
    advice: 'Nothing to do where the checks below are green. Else let this machine out to the providers.',
  });
  return [{ name: 'proxies', run }];
}

export function botsCheck({ dir, secrets }: Settings['bots']): Check {
  return {
    name: 'BOTS_DIR',
    async run() {
      const { names } = await loadBots(dir, [...secrets.keys()]);
      return { ok: true, finding: `${names.length} in ${dir}: ${names.join(', ')}` };
    },
  };
}
