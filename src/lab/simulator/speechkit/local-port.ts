/** A service on a port of 127.0.0.1. The port is chosen at the first start and kept from then on. */
export interface LocalPort {
  readonly url: string;
  start(): Promise<void>;
  /** Drops every connection; nobody listens any more. Idempotent. */
  kill(): Promise<void>;
}
