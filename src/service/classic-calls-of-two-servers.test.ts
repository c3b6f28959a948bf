/** Two whole servers behind one number of Twilio's, which asks them by turns, and each question of both. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { prepareEnvironment } from '../../test/support/environment.ts';
import { silentLog } from '../base/log.ts';
import { describeWithRedis } from '../base/testing/describe-with-redis.ts';
import { readSettings } from '../config/settings.ts';
import { startChatSimulator } from '../lab/simulator/chat.ts';
import { startSpeechKitSimulator } from '../lab/simulator/speechkit/speechkit.ts';
import type { TwilioCall } from '../lab/simulator/twilio/call.ts';
import { startTwilioSimulator } from '../lab/simulator/twilio/twilio-simulator.ts';
import { startService } from '../main.ts';
import type { Timeline } from '../timeline/timeline.ts';

const PUBLIC_URL = 'https://voice.example.com';
const CALLS = 5;

/** What a test has started, the last first. */
const started: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of started.splice(0).reverse()) await stop();
});

describeWithRedis('callers of an account without streams, at two servers', (start) => {
  it('talk to one bot each, whichever server is asked', { timeout: 60_000 }, async () => {
    const redis = await start();
    const dir = await mkdtemp(join(tmpdir(), 'parley-classic-'));
    started.push(() => rm(dir, { recursive: true, force: true }));
    const speech = await startSpeechKitSimulator();
    started.push(() => speech.stop());
    const asked: string[] = [];
    const chat = await startChatSimulator({
      reply: (messages) => {
        const said = String(messages.at(-1)?.content);
        asked.push(said);
        return `Вы сказали: ${said}.|`;
      },
    });
    started.push(() => chat.stop());
    const twilio = await startTwilioSimulator({
      publicUrl: PUBLIC_URL,
      numbers: { 100: '/voice' },
      statusPath: '/twilio/status',
    });
    started.push(() => twilio.stop());
    const timelines: Timeline[] = [];
    const serve = async (name: string) => {
      const env = {
        ...{ TWILIO_ACCOUNT_SID: twilio.accountSid, TWILIO_AUTH_TOKEN: twilio.authToken },
        ...{ TWILIO_API_URL: twilio.apiUrl, PUBLIC_URL, REDIS_URL: redis.url },
        MEDIA_DIR: join(dir, name, 'media'),
      };
      const own = join(dir, name);
      const written = await prepareEnvironment(own, { telephony: { env }, speech, chat }, { default: {} });
      const onCall = (timeline: Timeline) => timelines.push(timeline);
      const service = await startService(readSettings(written), silentLog, { onCall });
      started.push(() => service.stop());
      await service.prepared;
      return service;
    };
    const servers = await Promise.all([serve('one'), serve('other')]);
    twilio.serve(...servers.map(({ httpUrl }) => httpUrl));
    twilio.faults.duplicateWebhooks = true;
    for (let number = 1; number <= CALLS; number++) {
      await twilio.phone().dial('100', { callerNumber: '+79001112233' });
      const call = twilio.calls.at(-1) as TwilioCall;
      const { turns } = call;
      await turns.listening();
      expect(turns.said.map(({ text }) => text)).toEqual(['Добрый день!']);
      turns.speak(`раз ${number}`);
      await turns.listening();
      turns.speak(`два ${number}`);
      await turns.listening();
      expect(turns.said.slice(1).map(({ text }) => text)).toEqual([
        `Вы сказали: раз ${number}.`,
        `Вы сказали: два ${number}.`,
      ]);
      call.end();
      // The end may be told to the one that has not the call.
      await expect.poll(() => servers.map(({ activeCalls }) => activeCalls)).toEqual([0, 0]);
    }
    expect(timelines).toHaveLength(CALLS);
    expect(asked).toHaveLength(2 * CALLS);
    expect(twilio.protocolFaults).toEqual([]);
  });
});
