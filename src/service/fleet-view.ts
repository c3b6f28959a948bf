/** The fleet for an operator's eyes: from its memory, or this daemon alone where there is none or it is away. */
import { hostname } from 'node:os';
import { ParleyError } from '../base/errors.ts';
import { parleyVersion } from '../base/version.ts';
import type { Daemon, FleetMemory, OwnedCall } from '../fleet/fleet-memory.ts';
import type { FleetCall, FleetDaemon } from '../http/fleet-contract.ts';
import type { FleetPorts } from '../http/fleet-routes.ts';
import type { CallLog } from '../ops/call-log.ts';

export interface FleetViewOptions {
  /** Undefined where this daemon is alone. */
  readonly fleet:
    | {
        readonly memory: Pick<FleetMemory, 'daemons' | 'calls' | 'askToDrain'>;
        readonly degraded: readonly string[];
      }
    | undefined;
  /** INSTANCE_ID; undefined where this daemon is alone. */
  readonly instance: string | undefined;
  readonly ariApp: string;
  readonly maxCalls: number;
  readonly calls: Pick<CallLog, 'live'>;
  readonly isDraining: () => boolean;
  /** Drains this daemon, where it is alone. */
  readonly drain: () => void;
  /** The wall clock, ms since 1970. */
  readonly epochMs: () => number;
}

export class FleetView implements FleetPorts {
  readonly isFleet: boolean;
  readonly #options: FleetViewOptions;
  readonly #startedAt: string;

  constructor(options: FleetViewOptions) {
    this.#options = options;
    this.isFleet = options.fleet !== undefined;
    this.#startedAt = timeOf(options.epochMs());
  }

  get degraded(): readonly string[] {
    return this.#options.fleet?.degraded ?? [];
  }

  async look(): ReturnType<FleetPorts['look']> {
    const { fleet } = this.#options;
    const alone = { daemons: [this.#self()], calls: this.#own() };
    if (!fleet) return alone;
    try {
      const [daemons, calls] = await Promise.all([fleet.memory.daemons(), fleet.memory.calls()]);
      const seen = daemons.map((daemon) => this.#seen(daemon));
      // A Redis that was emptied knows nobody before the next heartbeat.
      const missing = seen.some(({ isSelf }) => isSelf) ? [] : alone.daemons;
      return { daemons: [...seen, ...missing], calls: calls.map(callOf) };
    } catch {
      return alone;
    }
  }

  async drain(daemon: string): Promise<void> {
    const { drain, fleet } = this.#options;
    if (!fleet) {
      if (daemon !== this.#name) throw unknown(daemon);
      return drain();
    }
    try {
      const known = await fleet.memory.daemons();
      if (!known.some((one) => one.daemon === daemon)) throw unknown(daemon);
      await fleet.memory.askToDrain(daemon);
    } catch (cause) {
      if (cause instanceof ParleyError) throw cause;
      throw new ParleyError('FLEET_AWAY', 'The memory of the fleet does not answer.', { cause });
    }
  }

  get #name(): string {
    return this.#options.instance ?? hostname();
  }

  #self(): FleetDaemon {
    const { ariApp, calls, epochMs, isDraining, maxCalls } = this.#options;
    return {
      name: this.#name,
      version: parleyVersion(),
      ...{ ariApp, maxCalls },
      calls: calls.live.length,
      draining: isDraining(),
      alive: true,
      startedAt: this.#startedAt,
      heardAt: timeOf(epochMs()),
      isSelf: true,
    };
  }

  #own(): readonly FleetCall[] {
    return this.#options.calls.live.map(({ id, bot, began, turns }) => ({
      ...{ id, bot, daemon: this.#name },
      startedAt: timeOf(began.epochMs),
      turn: turns,
    }));
  }

  #seen(seen: Daemon): FleetDaemon {
    const { daemon: name, version, ariApp, calls, maxCalls, draining, isAlive: alive } = seen;
    return {
      ...{ name, version, ariApp, calls, maxCalls, draining, alive },
      startedAt: timeOf(seen.startedAtEpochMs),
      heardAt: timeOf(seen.heardAtEpochMs),
      isSelf: name === this.#name,
    };
  }
}

function callOf({ daemon, record }: OwnedCall): FleetCall {
  const { call: id, bot, startedAtEpochMs, turn } = record;
  return { id, daemon, bot, startedAt: timeOf(startedAtEpochMs), turn };
}

function timeOf(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

function unknown(daemon: string): ParleyError {
  return new ParleyError('DAEMON_UNKNOWN', `There is no daemon ${daemon}.`);
}
