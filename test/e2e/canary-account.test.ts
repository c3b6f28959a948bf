/** The account that the canary calls with: good for the bot and for nothing else. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startAsterisk, type AsteriskServer } from '../../src/lab/local-asterisk/asterisk-server.ts';
import type { Phone } from '../../src/lab/phone/phone.ts';
import { createSipPhone } from '../../src/lab/phone/sip/sip-phone.ts';
import { describeAsterisk } from '../support/describe-asterisk.ts';

const PASSWORD = 'a canary; and its song';

await describeAsterisk("the canary's account", (installation) => {
  let asterisk: AsteriskServer;

  beforeAll(async () => {
    asterisk = await startAsterisk({ installation, settings: { CANARY_PASSWORD: PASSWORD } });
  });
  afterAll(() => asterisk?.stop());

  async function as(password: string, use: (phone: Phone) => Promise<void>): Promise<void> {
    const phone = await createSipPhone({
      serverHost: asterisk.sipHost,
      serverPort: asterisk.sipPort,
      credentials: { username: 'canary', password },
    });
    try {
      await use(phone);
    } finally {
      await phone.close();
    }
  }

  it('reaches number 100 and no other', () =>
    as(PASSWORD, async (phone) => {
      const call = await phone.dial('100');
      // No Parley is there: the fallback speaks and hangs up.
      expect(await call.ended).toMatchObject({ by: 'them' });
      await expect(phone.dial('600')).rejects.toThrow('404');
    }));

  it('is closed to whoever does not know the password', () =>
    as('wrong', async (phone) => {
      await expect(phone.dial('100')).rejects.toThrow('401');
    }));
});
