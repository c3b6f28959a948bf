/** Orders to the whole service, over HTTP, while somebody talks to it. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { describeCalls } from '../support/describe-calls.ts';
import { operatorOf } from '../support/operator.ts';
import type { World } from '../support/world.ts';

const ANSWER = 'С девяти до шести.';
const bots = { default: { silence: { afterMs: 30_000 } } };
const env = { DIALPLAN_FALLBACK: 'fallback,s,1', DRAIN_SECONDS: '60' };

describeCalls('the service', { bots, env, modes: ['stream'], reply: () => ANSWER }, (suite) => {
  const operator = () => operatorOf(suite.world.service.httpUrl);

  async function edit(world: World, changes: Readonly<Record<string, unknown>>): Promise<void> {
    const path = join(world.settings.bots.dir, 'default.yaml');
    const profile = parse(await readFile(path, 'utf8')) as Record<string, unknown>;
    await writeFile(path, stringify({ ...profile, ...changes }));
  }

  it('tells how it is doing', async () => {
    expect(await operator().state()).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
      ready: true,
      reasons: [],
      media: suite.mode,
      telephones: [
        {
          name: 'asterisk',
          connected: true,
          trouble: null,
          transfers: ['dialplan', 'endpoint', 'refer'],
        },
        { name: 'browser', connected: true, trouble: null, transfers: ['dialplan'] },
      ],
      activeCalls: 0,
      refusal: null,
      admission: { maxCalls: 100 },
      synthesizers: [
        { name: 'yandex-grpc', breaker: 'closed', healthy: true },
        { name: 'yandex-http', breaker: 'closed', healthy: true },
      ],
      recognizers: [{ healthy: true }, { healthy: true }],
      bots: ['default'],
      alerts: [],
    });
  });

  it('reads changed profiles when it is told to, and tells what is wrong with them', async () => {
    const { world } = suite;
    await edit(world, { greeting: 'Доброй ночи!' });
    expect(await operator().order('bots/reload')).toMatchObject({ status: 200 });
    const call = await world.dial('100');
    await world.untilHeard(call, 'Доброй ночи!');
    await edit(world, { greeting: 5, maxCallMs: 1 });
    const refused = await operator().order('bots/reload');
    expect(refused).toMatchObject({ status: 422, body: { code: 'BOT_PROFILE_INVALID' } });
    expect(refused.body).toMatchObject({ message: expect.stringContaining('maxCallMs') as string });
    await edit(world, { greeting: 'Доброй ночи!', maxCallMs: 600_000 });
  });

  it('drains when it is told to: who talks may finish, and nobody else is taken', async () => {
    const { world } = suite;
    const call = await world.dial('100');
    await world.untilHeard(call, 'Доброй ночи!');
    expect(await operator().order('drain')).toMatchObject({ status: 202 });
    expect(await operator().state()).toMatchObject({ ready: false, refusal: 'draining', activeCalls: 1 });
    const late = await world.dial('100');
    expect(await late.ended).toMatchObject({ by: 'them' });
    expect(world.heard(late)).toEqual([]);
    await call.say(world.speech.callerTone('когда вы работаете'));
    await world.untilHeard(call, ANSWER);
  });
});
