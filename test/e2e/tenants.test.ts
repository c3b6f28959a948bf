/** Two companies share one service and one Asterisk: each caller hears the bot of the number that he has dialled. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeAsterisk } from '../support/describe-asterisk.ts';
import { wentToFallback } from '../support/fallback.ts';
import { until } from '../support/until.ts';
import { startWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

const ACME = 'Добрый день, это Акме.';
const GLOBEX = 'Здравствуйте, вы позвонили в Глобекс.';

/** The dialplan names no bot for these: whose they are, the file says. */
const TENANTS = `
tenants:
  acme: { numbers: ['701'], bots: [acme], limits: { calls: 1 } }
  globex: { numbers: ['702'], bots: [globex] }
`;

await describeAsterisk('the callers of two tenants', () => {
  let world: World;
  let dir: string;

  // Anew for each try: whoever is still being served would be one too many.
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'parley-tenants-'));
    const file = join(dir, 'tenants.yaml');
    await writeFile(file, TENANTS);
    world = await startWorld({
      kind: 'asterisk',
      reply: () => 'Да.',
      bots: { acme: { greeting: ACME }, globex: { greeting: GLOBEX } },
      env: { TENANTS_FILE: file, DIALPLAN_FALLBACK: 'fallback,s,1', RECORD_CALLS: 'all' },
    });
  });
  afterEach(async () => {
    await world.stop();
    await rm(dir, { recursive: true, force: true });
  });

  it('each hear their own bot; one beyond a limit hears the fallback, and the other tenant is answered meanwhile', async () => {
    const texts = (call: Parameters<typeof world.heard>[0]) => world.heard(call).map(({ text }) => text);
    const first = await world.dial('701');
    await world.untilHeard(first, ACME);

    const second = await world.dial('701');
    const theirs = await world.dial('702');
    await world.untilHeard(theirs, GLOBEX);
    expect(await second.ended).toMatchObject({ by: 'them' });
    expect([wentToFallback(second), texts(second)]).toEqual([true, []]);
    expect(world.log.filter(({ event }) => event === 'call.refused')).toMatchObject([
      { reason: 'tenant-limit', tenant: 'acme' },
    ]);

    await first.hangup();
    await theirs.hangup();
    expect([texts(first), texts(theirs)]).toEqual([[ACME], [GLOBEX]]);
    const kept = async (tenant: string) =>
      (await readdir(join(world.environment['DATA_DIR'] ?? '', 'tenants', tenant, 'calls'))).filter(
        (name) => !name.startsWith('.'),
      );
    await until('both calls are kept, each with its tenant', async () => {
      const counts = await Promise.all(['acme', 'globex'].map(async (of) => (await kept(of)).length));
      return counts.join() === '1,1';
    });
  });
});
