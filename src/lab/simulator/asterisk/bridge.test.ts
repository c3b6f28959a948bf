import { afterEach, beforeEach, expect, it } from 'vitest';
import { Simulated } from './testing/simulated.ts';
import { levels, tone } from './testing/sounds.ts';

const on = new Simulated();
beforeEach(() => on.start());
afterEach(() => on.stop());
const message = (status: number, text: string) => ({ status, body: { message: text } });

it('lets its callers hear each other, and nobody themselves', async () => {
  const anna = await on.call();
  const boris = await on.call();
  expect(await on.ari.request('POST', '/bridges/b1', { type: 'mixing' })).toMatchObject({
    status: 200,
    body: { id: 'b1', bridge_type: 'mixing', channels: [] },
  });
  await on.ari.request('POST', '/bridges/b1/addChannel', { channel: `${anna.id},${boris.id}` });
  await on.ari.event('ChannelEnteredBridge', ({ channel }) => channel?.id === boris.id);
  await anna.caller.say(tone(100, 900));
  await boris.caller.say(tone(60, 400));
  await anna.caller.hangup();
  await on.ari.event('ChannelLeftBridge');
  expect(levels(boris.caller.heard().pcm).filter(([level]) => level > 0)).toEqual([[900, 100]]);
  expect(on.simulator.leftovers().bridges).toEqual(['b1']);
  expect(await on.ari.request('DELETE', '/bridges/b1')).toMatchObject({ status: 204 });
  expect(on.simulator.leftovers().bridges).toEqual([]);
});

it('refuses as Asterisk refuses', async () => {
  const { id } = await on.call();
  const ask = (method: string, path: string, query: Record<string, string> = {}) =>
    on.ari.request(method, `/bridges/${path}`, query);
  await ask('POST', 'b1');
  expect(await ask('POST', 'b1')).toEqual(message(409, "Bridge with id 'b1' already exists"));
  expect(await ask('GET', 'none')).toEqual(message(404, 'Bridge not found'));
  expect(await ask('POST', 'b1/addChannel')).toEqual(message(400, 'Missing parameter channel'));
  expect(await ask('POST', 'b1/addChannel', { channel: 'none' })).toEqual(message(400, 'Channel not found'));
  expect(await ask('POST', 'b1/removeChannel', { channel: id })).toEqual(
    message(422, 'Channel not in this bridge'),
  );
});
