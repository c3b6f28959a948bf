/** A browser phone without a browser: types what a caller would say, and plays what it is sent at the pace of a loudspeaker. */
import { WebSocket } from 'ws';
import { bytesToMs } from '../../src/audio/pcm.ts';
import { PHONE_PROTOCOL } from '../../src/http/door.ts';
import { PAGE_RATE_HZ } from '../../src/telephony/browser/page-wire.ts';
import type { ServiceMessage } from '../../src/telephony/browser/page-wire.ts';

export class TypedPage {
  /** Resolves when the call is over, whoever has ended it. */
  readonly ended: Promise<void>;
  readonly #socket: WebSocket;
  readonly #timers = new Map<NodeJS.Timeout, { readonly id: string; readonly atMs: number }>();
  /** When all that was sent will have been played. */
  #playedAtMs = 0;
  /** Marks that wait for the end of a pause, with what was left to play before each. */
  #held: { readonly id: string; readonly leftMs: number }[] | undefined;

  /** Rejects if the service takes no page. */
  static async call(httpUrl: string): Promise<TypedPage> {
    const socket = new WebSocket(`${httpUrl.replace('http', 'ws')}/api/phone?bot=default`, [PHONE_PROTOCOL], {
      headers: { origin: httpUrl },
    });
    const page = new TypedPage(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return page;
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.ended = new Promise((resolve) => void socket.once('close', () => resolve()));
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.#play(bytesToMs(data.byteLength, PAGE_RATE_HZ));
      else this.#obey(JSON.parse(data.toString()) as ServiceMessage);
    });
  }

  type(text: string): void {
    this.#socket.send(JSON.stringify({ event: 'typed', text }));
  }

  async hangup(): Promise<void> {
    this.#socket.close();
    await this.ended;
    for (const timer of this.#timers.keys()) clearTimeout(timer);
  }

  #play(lengthMs: number): void {
    this.#playedAtMs = Math.max(this.#playedAtMs, performance.now()) + lengthMs;
  }

  #obey(message: ServiceMessage): void {
    switch (message.event) {
      case 'mark':
        return this.#mark(message.id, this.#playedAtMs - performance.now());
      case 'pause':
        return this.#pause();
      case 'resume':
        return this.#resume();
      case 'flush':
        return this.#flush();
      default:
        return undefined;
    }
  }

  #mark(id: string, leftMs: number): void {
    if (this.#held) return void this.#held.push({ id, leftMs });
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (this.#socket.readyState === WebSocket.OPEN)
        this.#socket.send(JSON.stringify({ event: 'mark', id }));
    }, leftMs);
    this.#timers.set(timer, { id, atMs: performance.now() + leftMs });
  }

  #pause(): void {
    this.#held ??= this.#takeMarks();
  }

  #resume(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const { id, leftMs } of held) this.#mark(id, leftMs);
    this.#playedAtMs = performance.now() + Math.max(0, ...held.map(({ leftMs }) => leftMs));
  }

  #flush(): void {
    this.#takeMarks();
    if (this.#held) this.#held = [];
    this.#playedAtMs = 0;
  }

  #takeMarks(): { readonly id: string; readonly leftMs: number }[] {
    const nowMs = performance.now();
    const marks = [...this.#timers.values()].map(({ id, atMs }) => ({
      id,
      leftMs: Math.max(0, atMs - nowMs),
    }));
    for (const timer of this.#timers.keys()) clearTimeout(timer);
    this.#timers.clear();
    return marks;
  }
}
