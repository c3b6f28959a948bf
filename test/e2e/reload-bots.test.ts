/** The operator changes a bot's profile while people talk to it. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { describeCalls } from '../support/describe-calls.ts';
import { until } from '../support/until.ts';
import type { World } from '../support/world.ts';

const OLD_PROMPT = 'Вы тут?';
const bots = { default: { silence: { afterMs: 2500, phrases: [OLD_PROMPT] } } };

describeCalls('a changed profile', { bots, reply: () => 'Хорошо.' }, (suite) => {
  /** As editors do: the new file takes the old one's name. */
  async function save(world: World, yaml: string): Promise<void> {
    const path = join(world.settings.bots.dir, 'default.yaml');
    await writeFile(`${path}~`, yaml);
    await rename(`${path}~`, path);
  }

  async function edit(world: World, changes: Readonly<Record<string, unknown>>): Promise<void> {
    const path = join(world.settings.bots.dir, 'default.yaml');
    const profile = parse(await readFile(path, 'utf8')) as Record<string, unknown>;
    await save(world, stringify({ ...profile, ...changes }));
  }

  const logged = (world: World, wanted: string) => world.log.filter(({ event }) => event === wanted);
  const texts = (world: World, call: Parameters<World['heard']>[0]) => world.told(call);

  it('is heard by the next caller, while a live call keeps the old one', async () => {
    const { world } = suite;
    const live = await world.dial('100');
    await world.untilHeard(live, 'Добрый день!');
    await edit(world, { greeting: 'Доброй ночи!', silence: { afterMs: 2500, phrases: ['Алло?'] } });
    await until('it is read', () => logged(world, 'bots.reloaded').length === 1);
    expect(logged(world, 'bots.reloaded')).toMatchObject([{ added: [], changed: ['default'], removed: [] }]);
    const next = await world.dial('100');
    await world.untilHeard(next, 'Доброй ночи!');
    await world.untilHeard(live, OLD_PROMPT);
    await world.untilHeard(next, 'Алло?');
    expect(texts(world, live).slice(0, 2)).toEqual(['Добрый день!', OLD_PROMPT]);
    expect(texts(world, next).slice(0, 2)).toEqual(['Доброй ночи!', 'Алло?']);
  });

  it('with faults changes nothing, and every fault is told', async () => {
    const { world } = suite;
    await edit(world, { greeting: 'Верный привет!' });
    await world.service.reloadBots();
    await save(world, 'prompt: x\ngreting: Ошибка\nmaxCallMs: 1\n');
    await until('it is refused', () => logged(world, 'bots.refused').length > 0);
    const [refused] = logged(world, 'bots.refused');
    expect(refused?.['faults']).toMatch(/default\.yaml:2: greting: .*did you mean greeting/);
    expect(refused?.['faults']).toMatch(/default\.yaml:3: maxCallMs/);
    await expect(world.service.reloadBots()).rejects.toMatchObject({ code: 'BOT_PROFILE_INVALID' });
    const call = await world.dial('100');
    await world.untilHeard(call, 'Верный привет!');
  });
});
