/** When a number is tried over a second trunk: never while the first may still ring. */
import { expect, it } from 'vitest';
import { ParleyError } from '../../../base/errors.ts';
import type { ErrorCode } from '../../../base/error-catalogue.ts';
import { silentLog } from '../../../base/log.ts';
import { ManualClock } from '../../../base/manual-clock.ts';
import type { AriEvent, AriPort } from '../ari/ari-port.ts';
import { OutboundCalls } from './outbound-calls.ts';

const TRUNKS = ['PJSIP/{number}@main', 'PJSIP/{number}@spare'].map((template) => ({
  template,
  callerId: undefined,
}));

it.each<[ErrorCode, readonly string[]]>([
  ['ARI_TIMEOUT', ['PJSIP/201@main']],
  ['ARI_UNREACHABLE', ['PJSIP/201@main']],
  ['ARI_FAILED', ['PJSIP/201@main', 'PJSIP/201@spare']],
])('a dial that ends with %s was asked of %j', async (code, asked) => {
  const endpoints: string[] = [];
  const hungUp: string[] = [];
  const routes = new Map<string, (event: AriEvent) => void>();
  const ari = {
    connected: true,
    onConnection: () => undefined,
    route: (id: string, take: (event: AriEvent) => void) => {
      routes.set(id, take);
      return () => routes.delete(id);
    },
    create: async ({ channelId, endpoint }: { channelId: string; endpoint: string }) => {
      endpoints.push(endpoint);
      routes.get(channelId)?.({ type: 'StasisStart' } as AriEvent);
    },
    dial: async () => {
      throw new ParleyError(code, 'No answer.');
    },
    hangup: async (id: string) => void hungUp.push(id),
  } as unknown as AriPort;
  const calls = new OutboundCalls({
    ...{ ari, clock: new ManualClock(), log: silentLog, trunks: TRUNKS },
    arrivalOf: () => {
      throw new Error('nobody answers');
    },
  });
  const to = { id: 'out-1', number: '201', callerId: undefined, bot: 'default', ringMs: 5000 };
  const dialled = await calls.dial(to, new AbortController().signal);
  expect(dialled).toEqual({ outcome: 'failed', cause: code });
  expect(endpoints).toEqual(asked);
  expect(hungUp).toHaveLength(asked.length);
});
