/** Whether Twilio takes Parley's account and token. That it can reach Parley is seen from outside alone. */
import type { Clock } from '../../base/clock.ts';
import type { Check } from './check.ts';

export function twilioCheck(ask: () => Promise<void>, clock: Clock): Check {
  return {
    name: 'Twilio',
    async run() {
      const askedAtMs = clock.nowMs();
      await ask();
      return { ok: true, finding: 'account and token accepted', latencyMs: clock.nowMs() - askedAtMs };
    },
  };
}
