/** Asterisk tells an application of what it asked for, from then on until its last socket is gone. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { AriProbe } from '../../src/lab/simulator/asterisk/testing/ari-probe.ts';
import { WANTED_TYPES } from '../../src/telephony/asterisk/ari/ari-events.ts';
import { ARI_DEADLINES, AriRequests } from '../../src/telephony/asterisk/ari/ari-requests.ts';
import { AriRest } from '../../src/telephony/asterisk/ari/ari-rest.ts';
import { describeTelephonies } from '../support/describe-telephonies.ts';
import { startTelephony } from '../support/telephony.ts';
import type { Telephony } from '../support/telephony.ts';
import { until } from '../support/until.ts';

describeTelephonies('the events of an application', (kind) => {
  let telephony: Telephony;
  let rest: AriRest;
  let requests: AriRequests;

  beforeEach(async () => {
    telephony = await startTelephony(kind, []);
    rest = new AriRest({ ...telephony.ari, clock: systemClock });
    requests = new AriRequests(rest, telephony.ari.app, ARI_DEADLINES);
  });
  afterEach(async () => {
    await rest.close();
    await telephony.stop();
  });

  const connect = () => AriProbe.connect(telephony.ari, telephony.ari.app);

  async function call(probe: AriProbe): Promise<void> {
    const answered = probe.answerNext();
    const phoneCall = await telephony.phone.dial('100');
    await answered;
    await phoneCall.hangup();
    await probe.event('StasisEnd');
  }

  it('are those that it asked for', async () => {
    const probe = await connect();
    await requests.wantEvents(WANTED_TYPES);
    await call(probe);
    for (const type of probe.types()) expect(WANTED_TYPES).toContain(type);
    expect(probe.types()).toContain('StasisStart');
    probe.close();
  });

  it('are all of them again for who connects when nobody was connected', async () => {
    const before = await connect();
    await requests.wantEvents(['StasisEnd']);
    before.close();
    await until('nobody is connected', async () => {
      const path = `/applications/${telephony.ari.app}`;
      return (await before.request('GET', path)).status === 404;
    });
    const next = await connect();
    await call(next);
    expect(next.types()).toContain('StasisStart');
    next.close();
  });
});
