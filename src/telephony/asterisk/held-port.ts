/**
 * The port of a daemon in a fleet: nothing is asked of Asterisk while it is not known whether the calls are still this process's, and nothing any
 * more about a channel that another one has.
 */
import { ParleyError } from '../../base/errors.ts';
import type { AriChannel, AriPort } from './ari/ari-port.ts';

export interface Ownership {
  /** This process may act for its calls. */
  readonly holds: boolean;
  /** Nobody else can have taken a call of this process by now. */
  readonly isSure: boolean;
  /** Resolves when it is known what this process may act for. */
  settled(): Promise<void>;
  /** The caller on this leg comes from another daemon: resolves when all is there to go on, or with false if another one has him. Never rejects. */
  arrives(leg: string): Promise<boolean>;
}

type Act<Name extends keyof AriPort> = AriPort[Name] extends (...given: infer Given) => unknown
  ? (...given: Given) => readonly string[]
  : never;

const channel = (channelId: string) => [channelId];
/** A playback is on a channel that was asked when it began. */
const none = () => [];

/** What sounds, or ends something, and on which channels. */
const ACTS: { readonly [Name in keyof AriPort]?: Act<Name> } = {
  answer: channel,
  hangup: channel,
  continueInDialplan: channel,
  redirect: channel,
  setVariable: channel,
  snoop: channel,
  record: channel,
  play: channel,
  pausePlayback: none,
  unpausePlayback: none,
  stopPlayback: none,
  addToBridge: (_bridgeId, channelIds) => channelIds,
  originate: ({ originator }) => [originator],
  dial: channel,
};

/** Undefined for what may always be asked. */
function channelsOf(
  name: string | symbol,
): ((...given: readonly unknown[]) => readonly string[]) | undefined {
  return Object.hasOwn(ACTS, name) ? (ACTS as Readonly<Record<string | symbol, never>>)[name] : undefined;
}

export interface HeldPortOptions {
  /** Of this daemon. */
  readonly app: string;
  readonly ownership: Ownership;
  /** Another daemon has that channel. */
  readonly isElsewhere: (channelId: string) => boolean;
}

export function heldPort(port: AriPort, { app, ownership, isElsewhere }: HeldPortOptions): AriPort {
  return new Proxy(port, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const request = value.bind(target) as (...given: readonly unknown[]) => unknown;
      if (name === 'channels') return () => channelsWhereTheyAre(target, app);
      const touched = channelsOf(name);
      if (!touched) return request;
      return async (...given: readonly unknown[]) => {
        if (!ownership.holds) await ownership.settled();
        const gone = touched(...given).find(isElsewhere);
        if (gone !== undefined) throw new ParleyError('ARI_GONE', `Another daemon has ${gone}.`);
        return request(...given);
      };
    },
  });
}

/** Asterisk goes on to name the application into which the dialplan has put a channel. */
async function channelsWhereTheyAre(ari: AriPort, app: string): Promise<readonly AriChannel[]> {
  const [all, ours] = await Promise.all([ari.channels(), ari.channelsOf(app)]);
  return all.map((channel) => {
    if (!channel.stasis) return channel;
    const isHere = ours.includes(channel.id);
    if (isHere === (channel.stasis.app === app)) return channel;
    return { ...channel, stasis: { ...channel.stasis, app: isHere ? app : '' } };
  });
}
