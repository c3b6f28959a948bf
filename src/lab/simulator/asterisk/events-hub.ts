/** The event sockets, one an application: a second one with the same name takes the first one's place. */
import type { WebSocket } from 'ws';
import { timestamp, type EventType } from './ari-events.ts';

export const ASTERISK_ID = '02:00:00:00:00:01';

export class EventsHub {
  readonly #byApp = new Map<string, WebSocket>();
  /** Replaced ones stay open until their client closes them. */
  readonly #open = new Set<WebSocket>();
  /** What applications want to hear of; everything, if they have not said. */
  readonly #wanted = new Map<string, ReadonlySet<string>>();
  readonly #silenced = new WeakSet<WebSocket>();

  join(app: string, socket: WebSocket): void {
    const before = this.#byApp.get(app);
    if (before) this.#send(before, app, 'ApplicationReplaced', {});
    this.#byApp.set(app, socket);
    this.#open.add(socket);
    socket.on('ping', (data) => {
      if (!this.#silenced.has(socket)) socket.pong(data);
    });
    // An error is always followed by a close.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#open.delete(socket);
      if (this.#byApp.get(app) !== socket) return;
      this.#byApp.delete(app);
      this.#wanted.delete(app);
    });
  }

  /** Somebody listens for this application: Stasis lets calls in. */
  /** Somebody is connected as each of them. */
  get apps(): readonly string[] {
    return [...this.#byApp.keys()];
  }

  has(app: string): boolean {
    return this.#byApp.has(app);
  }

  /** From now on the application is told of these only; of everything again, if there are none. */
  want(app: string, types: readonly string[]): void {
    if (types.length > 0) this.#wanted.set(app, new Set(types));
    else this.#wanted.delete(app);
  }

  publish(app: string, type: EventType, fields: Readonly<Record<string, unknown>>): void {
    const socket = this.#byApp.get(app);
    if (socket && (this.#wanted.get(app)?.has(type) ?? true)) this.#send(socket, app, type, fields);
  }

  sendRaw(message: string | Uint8Array): void {
    for (const socket of this.#byApp.values()) this.#write(socket, message);
  }

  /** Sends `count` times the same event to every application, wanted or not. */
  flood(type: EventType, fields: Readonly<Record<string, unknown>>, count: number): void {
    for (const [app, socket] of this.#byApp) {
      for (let sent = 0; sent < count; sent++) this.#send(socket, app, type, fields);
    }
  }

  drop(): void {
    for (const socket of this.#open) socket.terminate();
  }

  silence(): void {
    for (const socket of this.#open) this.#silenced.add(socket);
  }

  #send(socket: WebSocket, app: string, type: EventType, fields: Readonly<Record<string, unknown>>): void {
    const head = { type, timestamp: timestamp(new Date()), application: app, asterisk_id: ASTERISK_ID };
    this.#write(socket, JSON.stringify({ ...head, ...fields }));
  }

  #write(socket: WebSocket, message: string | Uint8Array): void {
    if (!this.#silenced.has(socket) && socket.readyState === socket.OPEN) socket.send(message);
  }
}
