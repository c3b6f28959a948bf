/** `<Dial><Conference>`: rooms by name, in which all who have entered hear each other (twilio.com/docs/voice/twiml/conference). */
import { deferred, type Deferred } from '../../../base/async.ts';
import { SILENCE, type Frame } from '../asterisk/frames.ts';

/** Whoever is in a room. */
interface Guest {
  readonly lastSaid: Frame;
}

interface Stay {
  readonly endsItOnExit: boolean;
  readonly over: Deferred<void>;
}

export class Conferences {
  readonly #rooms = new Map<string, Map<Guest, Stay>>();

  /** Resolves when the stay is over: the guest has left, or the conference has ended. */
  async enter(name: string, guest: Guest, attributes: Readonly<Record<string, string>>): Promise<void> {
    const room = this.#rooms.get(name) ?? new Map<Guest, Stay>();
    this.#rooms.set(name, room);
    const stay = { endsItOnExit: attributes['endConferenceOnExit'] === 'true', over: deferred<void>() };
    room.set(guest, stay);
    await stay.over.promise;
  }

  /** Of whichever room the guest is in; nothing, if of none. */
  leave(guest: Guest): void {
    for (const [name, room] of this.#rooms) {
      const stay = room.get(guest);
      if (!stay) continue;
      room.delete(guest);
      const others = stay.endsItOnExit ? [...room.values()] : [];
      if (stay.endsItOnExit || room.size === 0) this.#rooms.delete(name);
      for (const { over } of [stay, ...others]) over.resolve();
    }
  }

  /** What the guest hears of the others; of several the one who is loudest. Undefined for who is in no room. */
  heardBy(guest: Guest): Frame | undefined {
    const room = [...this.#rooms.values()].find((one) => one.has(guest));
    if (!room) return undefined;
    const others = [...room.keys()].filter((one) => one !== guest).map(({ lastSaid }) => lastSaid);
    return others.toSorted((one, other) => loudness(other) - loudness(one))[0] ?? SILENCE;
  }
}

function loudness(frame: Frame): number {
  return frame.reduce((sum, sample) => sum + Math.abs(sample), 0);
}
