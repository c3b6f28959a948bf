/** The little of ari-client 2.2.0 (which has no types of its own) that ari.ts uses. */
declare module 'ari-client' {
  import type { WebSocket } from 'ws';

  export interface LibraryClient {
    /** Every event, as Asterisk sent it; a second argument, the library's own objects, is left alone. */
    on(event: '*', listener: (event: unknown) => void): void;
    /** Opens the event socket before it returns. What it returns may never settle, so nobody waits for it. */
    start(application: string): unknown;
    /** Private to the library: the socket that `start` opened last. */
    _ws?: WebSocket | undefined;
  }

  export function connect(url: string, username: string, password: string): PromiseLike<LibraryClient>;
}
