/** `parley fleet`: all daemons, what they have to do, and the order to drain one. Asks the service that runs here, which knows the others. */
import { setTimeout as pass } from 'node:timers/promises';
import Table from 'cli-table3';
import { Command } from 'commander';
import { z } from 'zod';
import { ParleyError } from '../base/errors.ts';
import { isDaemonName } from '../config/setting-kinds.ts';
import type { Settings } from '../config/settings.ts';
import { askService } from './service-api.ts';

/** What is needed of an answer of /api/fleet; `--json` shows all of it. */
const fleetSeen = z.looseObject({
  degraded: z.array(z.string()),
  daemons: z.array(
    z.looseObject({
      name: z.string(),
      version: z.string(),
      calls: z.number(),
      maxCalls: z.number(),
      draining: z.boolean(),
      alive: z.boolean(),
      heardAt: z.string(),
      isSelf: z.boolean(),
    }),
  ),
  sums: z.looseObject({ daemons: z.number(), calls: z.number(), maxCalls: z.number() }),
});

/** How often `--watch` asks, ms. */
const WATCH_EVERY_MS = 2_000;

/** Clears the screen and goes to its first line (ECMA-48). */
const CLEAR = '\u001B[2J\u001B[H';

interface Options {
  readonly json?: true;
  readonly watch?: true;
}

export function fleetCommand(settings: () => Settings): Command {
  const command = new Command('fleet').description('all daemons: version, load, state, last heartbeat');
  command
    .option('--json', 'print one JSON object, with every call')
    .option('--watch', 'again every two seconds, until Ctrl-C')
    .action(async ({ json, watch }: Options) => {
      for (;;) {
        const seen = fleetSeen.parse(JSON.parse(await ask(settings(), 'fleet')));
        const shown = json ? JSON.stringify(seen) : fleetLines(seen, Date.now()).join('\n');
        console.log(watch && !json ? `${CLEAR}${shown}` : shown);
        if (!watch) return;
        await pass(WATCH_EVERY_MS);
      }
    });
  command
    .command('drain')
    .description('have a daemon take no more calls and give away those that it has')
    .argument('<name>', 'as it is shown')
    .action(async (name: string) => {
      if (!isDaemonName(name)) throw new ParleyError('DAEMON_UNKNOWN', `No daemon can be called ${name}.`);
      await ask(settings(), `fleet/${name}/drain`, {});
      console.log(`${name} drains.`);
    });
  return command;
}

/** The table, and the sums under it. `nowMs`: since 1970. */
export function fleetLines(
  { daemons, degraded, sums }: z.infer<typeof fleetSeen>,
  nowMs: number,
): readonly string[] {
  const table = new Table({ head: ['daemon', 'version', 'calls', 'of', 'state', 'heard'] });
  for (const { name, version, calls, maxCalls, alive, draining, heardAt, isSelf } of daemons) {
    const state = alive ? (draining ? 'draining' : 'serving') : 'gone';
    const heard = `${Math.max(0, Math.round((nowMs - Date.parse(heardAt)) / 1000))} s ago`;
    table.push([isSelf ? `${name} (here)` : name, version, calls, maxCalls, state, heard]);
  }
  const { calls, maxCalls, daemons: count } = sums;
  return [
    table.toString(),
    `${count} ${count === 1 ? 'daemon' : 'daemons'}, ${calls} of ${maxCalls} calls`,
    ...degraded,
  ];
}

/** Throws SERVICE_UNREACHABLE, DAEMON_UNKNOWN, FLEET_AWAY, HTTP_UNAUTHORIZED or HTTP_INVALID. */
function ask(settings: Settings, path: string, body?: unknown): Promise<string> {
  return askService(settings, {
    ...{ path, body },
    unreachable: 'SERVICE_UNREACHABLE',
    unknown: 'DAEMON_UNKNOWN',
    told: ['DAEMON_UNKNOWN', 'FLEET_AWAY'],
  });
}
