import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { asteriskChecks } from '../../src/ops/doctor/asterisk-checks.ts';
import { runCheck } from '../../src/ops/doctor/check.ts';
import { askAsteriskInfo } from '../../src/telephony/asterisk/ari/ari.ts';
import { startAsterisk } from '../../src/lab/local-asterisk/asterisk-server.ts';
import type { AsteriskServer } from '../../src/lab/local-asterisk/asterisk-server.ts';
import { findOrInstallAsterisk } from '../../src/lab/local-asterisk/install-asterisk.ts';
import { doWithoutAsterisk } from '../support/without-asterisk.ts';

let asterisk: AsteriskServer | undefined;
let reason = '';

beforeAll(async () => {
  const installation = await findOrInstallAsterisk();
  if (installation.available) asterisk = await startAsterisk({ installation });
  else reason = installation.reason;
});

afterAll(() => asterisk?.stop());

describe('the doctor, with a real Asterisk', () => {
  it('finds the shipped configuration complete', async (context) => {
    const server = asterisk ?? doWithoutAsterisk(context, reason);
    const [reachable, mode, modules] = await examined(server, server.password);
    expect(reachable).toMatchObject({
      ok: true,
      finding: `version ${server.version}, user and password accepted`,
    });
    expect(reachable?.latencyMs).toBeGreaterThan(0);
    expect(mode).toMatchObject({ ok: true });
    expect(modules).toMatchObject({ ok: true });
  });

  it('tells a wrong password from an Asterisk that is not there', async (context) => {
    const server = asterisk ?? doWithoutAsterisk(context, reason);
    const [refused] = await examined(server, 'guessed');
    expect(refused).toMatchObject({ ok: false, advice: expect.stringContaining('ARI_PASSWORD') as unknown });
    expect(refused?.finding).not.toContain('guessed');
    const [absent] = await examined({ ariUrl: 'http://127.0.0.1:1', username: 'parley' }, 'x');
    expect(absent).toMatchObject({ ok: false, advice: expect.stringContaining('ARI_URL') as unknown });
  });
});

async function examined({ ariUrl, username }: Pick<AsteriskServer, 'ariUrl' | 'username'>, password: string) {
  const info = () => askAsteriskInfo({ url: ariUrl, username, password, clock: systemClock });
  const checks = asteriskChecks({ info }, 'file', systemClock);
  return Promise.all(checks.map((check) => runCheck(check, systemClock)));
}
