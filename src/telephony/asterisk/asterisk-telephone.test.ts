import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LogFields } from '../../base/log.ts';
import { notingLog } from '../../base/testing/noting-log.ts';
import { startAsteriskSimulator } from '../../lab/simulator/asterisk/asterisk-simulator.ts';
import type { AsteriskSimulator } from '../../lab/simulator/asterisk/asterisk-simulator.ts';
import { testTelephone } from './testing/test-telephone.ts';

describe('a telephone at an Asterisk', () => {
  let simulator: AsteriskSimulator;

  beforeEach(async () => {
    simulator = await startAsteriskSimulator();
  });
  afterEach(() => simulator.stop());

  it('waits on when Asterisk, as soon as it was there, does not answer', async () => {
    const told: unknown[] = [];
    const striking = ({ event }: LogFields) => {
      told.push(event);
      if (event === 'ari_up') simulator.faults.rest = { kind: 'reset', only: /asterisk\/modules/ };
      if (event === 'ari_not_up') simulator.faults.rest = undefined;
    };
    const { url, username, password, mediaDir } = simulator;
    const ari = { url, username, password, app: 'voicebot' };
    const log = notingLog(striking);
    const telephone = testTelephone({ ari, mode: 'auto', mediaDir, log, random: () => 0 });
    await telephone.open(new AbortController().signal);
    expect(told).toEqual(['ari_up', 'ari_not_up', 'media.mode']);
    expect(telephone.connected).toBe(true);
    await telephone.close();
  });
});
