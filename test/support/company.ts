/** A company's own servers, on the loopback: where orders go, and what comes of calls. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';

export interface ReceivedPost {
  readonly headers: IncomingHttpHeaders;
  /** As it came: signatures are of the bytes. */
  readonly body: string;
}

/** What the server says to a request, by how many with the same Idempotency-Key came before it. */
export type Answering = (
  tries: number,
  post: ReceivedPost,
) => Promise<{ readonly status: number; readonly body?: string }>;

export interface CompanyServer {
  readonly url: string;
  readonly posts: readonly ReceivedPost[];
  /** Down, it closes every connection at once; it begins up. */
  isUp: boolean;
  /** As if nothing had been posted yet: for a test that is tried again. */
  forget(): void;
  stop(): Promise<void>;
}

export async function startCompanyServer(answering: Answering): Promise<CompanyServer> {
  const posts: ReceivedPost[] = [];
  const tries = new Map<string, number>();
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const post = { headers: request.headers, body: await text(request) };
    posts.push(post);
    const key = String(request.headers['idempotency-key']);
    const before = tries.get(key) ?? 0;
    tries.set(key, before + 1);
    const { status, body = '' } = await answering(before, post);
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  };
  const server = createServer((request, response) => {
    take(request, response).catch(() => response.destroy());
  });
  server.on('connection', (socket: Socket) => {
    if (!company.isUp) socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const company: CompanyServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posts,
    isUp: true,
    forget() {
      posts.length = 0;
      tries.clear();
    },
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return company;
}
