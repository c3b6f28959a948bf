/**
 * The shapes in which Asterisk sends things (its `rest-api/*.json` descriptions; seen on 22.10), read into plain data of our own.
 * Only what Parley uses is asked for; the rest is dropped here.
 */
import { z } from 'zod';
import type { AriChannel } from './ari-port.ts';

export const wireChannel = z
  .object({
    id: z.string(),
    name: z.string(),
    state: z.string(),
    caller: z.object({ name: z.string(), number: z.string() }),
    dialplan: z.object({
      context: z.string(),
      exten: z.string(),
      app_name: z.string().default(''),
      app_data: z.string().default(''),
    }),
  })
  .transform(({ id, name, state, caller, dialplan }): AriChannel => ({
    id,
    name,
    state,
    caller,
    context: dialplan.context,
    extension: dialplan.exten,
    stasis: dialplan.app_name === 'Stasis' ? stasisOf(dialplan.app_data) : undefined,
  }));

/** `voicebot,default`, as the dialplan says it. */
function stasisOf(data: string) {
  const [app = '', ...args] = data.split(',');
  return { app, args };
}

/** Debian writes `22.10.1+dfsg+~cs6.17`: what follows the numbers is the packager's. */
export const wireInfo = z
  .object({
    system: z.object({ version: z.string(), entity_id: z.string().default('') }),
    status: z.object({ startup_time: z.string().default('') }).default({ startup_time: '' }),
  })
  .transform(({ system: { version, entity_id }, status }) => ({
    version: /^\d+(\.\d+)*/.exec(version)?.[0] ?? version,
    // The first is of the machine, and two may run there.
    identity: entity_id && `${entity_id} ${status.startup_time}`,
  }));

export const wireApplications = z
  .array(z.object({ name: z.string(), channel_ids: z.array(z.string()).default([]) }))
  .transform((all) => all.map(({ name, channel_ids: channels }) => ({ name, channels })));

export const wireModules = z
  .array(z.object({ name: z.string(), status: z.string() }))
  .transform((modules) =>
    modules.filter(({ status }) => status === 'Running').map(({ name }) => name.replace(/\.so$/, '')),
  );

export const wireNamed = z
  .array(z.object({ name: z.string() }))
  .transform((all) => all.map(({ name }) => name));

export const wireIdentified = z
  .array(z.object({ id: z.string() }))
  .transform((all) => all.map(({ id }) => id));

export const wireBridge = z.object({ channels: z.array(z.string()) }).transform(({ channels }) => channels);

export const wireExternalMedia = z
  .object({ channelvars: z.object({ MEDIA_WEBSOCKET_CONNECTION_ID: z.string() }) })
  .transform(({ channelvars }) => ({ connectionId: channelvars.MEDIA_WEBSOCKET_CONNECTION_ID }));

export const wireVariable = z.object({ value: z.string() }).transform(({ value }) => value);
