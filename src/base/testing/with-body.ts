import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

/**
 * Gives `take` the whole body of a request to a test's server. A request that its sender breaks off, as a process does that is killed while
 * it posts, is let go of: nothing of it is given.
 */
export function withBody(request: IncomingMessage, take: (body: string) => unknown): void {
  void text(request).then(take, () => request.destroy());
}
