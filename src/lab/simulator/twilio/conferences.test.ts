import { expect, it } from 'vitest';
import { Conferences } from './conferences.ts';

const saying = (level: number) => ({ lastSaid: Int16Array.of(level) });
const ENDING = { endConferenceOnExit: 'true' };

it('lets those who are in a room hear each other, and ends it for all when one leaves who may end it', async () => {
  const rooms = new Conferences();
  const [caller, colleague, stranger] = [saying(1), saying(2), saying(3)];
  const over: string[] = [];
  const stays = [
    rooms.enter('a', caller, {}).then(() => over.push('caller')),
    rooms.enter('a', colleague, ENDING).then(() => over.push('colleague')),
  ];
  void rooms.enter('b', stranger, ENDING).then(() => over.push('stranger'));
  expect(rooms.heardBy(caller)).toBe(colleague.lastSaid);
  expect(rooms.heardBy(colleague)).toBe(caller.lastSaid);
  expect(rooms.heardBy(saying(4))).toBeUndefined();
  rooms.leave(colleague);
  await Promise.all(stays);
  expect(over).toEqual(['colleague', 'caller']);
  expect(rooms.heardBy(caller)).toBeUndefined();
  // Who comes to a room that has ended is alone in a new one, and stays there.
  const late = rooms.enter('a', caller, {});
  expect(rooms.heardBy(caller)?.some((sample) => sample !== 0)).toBe(false);
  rooms.leave(caller);
  await late;
});
