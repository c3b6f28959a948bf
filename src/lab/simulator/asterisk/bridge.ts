import { timestamp } from './ari-events.ts';
import type { Channel, Mix } from './channel.ts';
import { NOTHING, SILENCE, type Frame } from './frames.ts';

/** A mixing bridge: everybody hears everybody else. */
export class Bridge implements Mix {
  readonly id: string;
  readonly #createdAt = new Date();
  readonly #members = new Set<Channel>();

  constructor(id: string) {
    this.id = id;
  }

  get members(): readonly Channel[] {
    return [...this.#members];
  }

  has(channel: Channel): boolean {
    return this.#members.has(channel);
  }

  add(channel: Channel): void {
    if (this.#members.has(channel)) return;
    this.#members.add(channel);
    channel.bridge = this;
    channel.tell('ChannelEnteredBridge', { bridge: this.toJson() });
  }

  remove(channel: Channel): void {
    if (!this.#members.delete(channel)) return;
    channel.bridge = undefined;
    channel.tell('ChannelLeftBridge', { bridge: this.toJson() });
  }

  mixFor(listener: Channel): Frame {
    const voices = this.members.filter((member) => member !== listener).map((member) => member.said);
    if (voices.length > 0 && voices.every((voice) => voice === NOTHING)) return NOTHING;
    const loud = voices.filter((voice) => voice !== SILENCE && voice !== NOTHING);
    const [first, ...rest] = loud;
    return first === undefined ? SILENCE : rest.reduce(sum, first);
  }

  digit(digit: string, from: Channel): void {
    for (const member of this.members) if (member !== from) member.hearDigit(digit);
  }

  toJson() {
    return {
      id: this.id,
      technology: 'simple_bridge',
      bridge_type: 'mixing',
      bridge_class: 'stasis',
      creator: 'Stasis',
      name: '',
      channels: this.members.map((member) => member.id),
      creationtime: timestamp(this.#createdAt),
      video_mode: 'talker',
    };
  }
}

function sum(a: Frame, b: Frame): Frame {
  return a.map((sample, index) => Math.max(-32768, Math.min(32767, sample + (b[index] ?? 0))));
}
