/** What the API tells of the fleet: its daemons and all their calls. */
import { z } from 'zod';

export const fleetDaemon = z.object({
  /** INSTANCE_ID, or the machine's name where there is no fleet. */
  name: z.string(),
  version: z.string(),
  /** By which Asterisk reaches it; empty where it has no Asterisk. */
  ariApp: z.string(),
  calls: z.number(),
  maxCalls: z.number(),
  draining: z.boolean(),
  /** Its lease has not run out. */
  alive: z.boolean(),
  startedAt: z.string(),
  heardAt: z.string(),
  /** It is the one that answers here. */
  isSelf: z.boolean(),
});

export const fleetCall = z.object({
  id: z.string(),
  daemon: z.string(),
  bot: z.string(),
  startedAt: z.string(),
  /** Of the last turn that is known. */
  turn: z.number(),
});

export const fleetState = z.object({
  isFleet: z.boolean(),
  /** What this daemon does without, in clauses; what is told of others is missing then. */
  degraded: z.array(z.string()),
  daemons: z.array(fleetDaemon),
  calls: z.array(fleetCall),
  /** Of those that are alive. */
  sums: z.object({ daemons: z.number(), draining: z.number(), calls: z.number(), maxCalls: z.number() }),
});

export const daemonName = z.object({ name: z.string().min(1).max(100) });

export type FleetDaemon = z.infer<typeof fleetDaemon>;
export type FleetCall = z.infer<typeof fleetCall>;
export type FleetState = z.infer<typeof fleetState>;
