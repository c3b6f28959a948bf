import { expect, it } from 'vitest';
import { consoleLog } from './console-log.ts';

it('what goes wrong is told once to somebody who tries a bot, with its reason, and nothing else is', () => {
  const printed: string[] = [];
  const log = consoleLog((line) => printed.push(line)).child({ call: 'one' });
  log.info({ event: 'service.ready' }, 'Parley answers calls');
  for (let times = 0; times < 3; times++)
    log.warn({ error: new Error('no audio for 700 ms') }, 'another synthesizer speaks');
  log.error({ code: 'BOT_PROFILE_INVALID', faults: 'shop.yaml:2: greting\n' }, 'Bot profiles have faults');
  log.warn({ event: 'call.refused', reason: 'event-loop-lag' }, 'a call is not taken');
  expect(printed.map((line) => line.replaceAll(/\p{Cc}\[\d+m/gu, ''))).toEqual([
    '! another synthesizer speaks: no audio for 700 ms',
    '! Bot profiles have faults: shop.yaml:2: greting',
    '! a call is not taken: event-loop-lag',
  ]);
});
