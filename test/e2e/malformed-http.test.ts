/** Whoever reaches the HTTP port may send what they like: each connection gets an answer or an end, and calls do not notice. */
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { describeCalls } from '../support/describe-calls.ts';
import { Malformer, MALFORMED_SEED } from '../support/malformed.ts';
import { undergo } from '../support/ordeal.ts';
import { resourcesBeyond, resourcesNow } from '../support/resources.ts';
import { until } from '../support/until.ts';
import type { World } from '../support/world.ts';

const GREETING = 'Добрый день!';
const ANSWER = 'С девяти до шести.';

const REQUESTS = 20_000;
const AT_ONCE = 32;

/** From one address: fewer than it takes to be turned away. */
const REQUESTS_OF_ONE = 400;

/** How long half a request is left to wait for its other half, ms: then the client gives up, as most do. */
const PATIENCE_MS = 20;
/** And not before the server, which lives in the same process, has had so many turns of it: a busy one has heard nothing in 20 ms. */
const PATIENCE_TURNS = 20;

/** Two heartbeats of a stream of events find out that nobody reads it, ms, where the end of the connection could not be read either. */
const GONE_WITHIN_MS = 40_000;

interface Route {
  readonly method: string;
  readonly path: string;
}

/** Served by every Parley, whatever else it describes. */
const ALWAYS: readonly Route[] = ['/healthz', '/readyz', '/metrics', '/', '/nothing'].map((path) => ({
  method: 'GET',
  path,
}));

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'PRI', 'get', 'Ж'];
const HEADERS = [
  'content-length: 5',
  'content-length: -1',
  'content-length: 99999999999999999999',
  'transfer-encoding: chunked',
  'transfer-encoding: gzip, chunked',
  'content-type: application/json',
  'content-type: application/json; charset=\u00ff',
  'authorization: Bearer ',
  `authorization: ${'Basic '.repeat(200)}`,
  'expect: 100-continue',
  'upgrade: websocket',
  'connection: upgrade',
  'sec-websocket-version: 13',
  'sec-websocket-key: !!!',
  'range: bytes=-1-',
  'last-event-id: \u0000',
  'x-forwarded-for: 127.0.0.1, ::1, ;',
  `cookie: ${'a=b; '.repeat(5000)}`,
  ` folded: line`,
  'no colon at all',
];

/** What a request to drain is meant to do would end the test, not Parley. */
function isMeantToEnd({ path }: Route): boolean {
  return /drain|stop|shutdown/.test(path);
}

/** Everything that the service says of itself, if it says so, and what every service has. */
async function routesOf(httpUrl: string): Promise<readonly Route[]> {
  const answer = await fetch(`${httpUrl}/docs/json`, { headers: { connection: 'close' } });
  const described = answer.ok ? ((await answer.json()) as { paths?: Record<string, object> }) : {};
  if (!answer.ok) await answer.arrayBuffer();
  const routes = Object.entries(described.paths ?? {}).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => ({ method: method.toUpperCase(), path })),
  );
  return [...ALWAYS, ...routes.filter((route) => !isMeantToEnd(route))];
}

function badRequest(malformer: Malformer, routes: readonly Route[]): Buffer {
  const route = malformer.pick(routes);
  const method = malformer.below(3) === 0 ? malformer.pick(METHODS) : route.method;
  const strange = () => encodeURIComponent(JSON.stringify(malformer.strange())).slice(0, 8000);
  const path =
    route.path.replaceAll(/\{[^}]*\}/g, strange) + (malformer.below(4) === 0 ? `?a=${strange()}` : '');
  const body =
    malformer.below(2) === 0 ? Buffer.from(malformer.jsonText({ text: 'a', to: { extension: 's' } })) : '';
  const headers = Array.from({ length: malformer.below(5) }, () => malformer.pick(HEADERS));
  const lines = [
    `${method} ${path} HTTP/${malformer.pick(['1.1', '1.0', '2.0', '9', ''])}`,
    'host: localhost',
    ...(body.length > 0 ? ['content-type: application/json', `content-length: ${body.length}`] : []),
    ...headers,
  ];
  const request = Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), Buffer.from(body)]);
  switch (malformer.below(4)) {
    case 0:
      return malformer.bytes(request);
    case 1:
      return request.subarray(0, malformer.below(request.length));
    case 2:
      return malformer.below(3) === 0 ? malformer.noise(500) : Buffer.concat([request, request]);
    default:
      return request;
  }
}

/** One of many: who sends too much from one address is not listened to. Linux has all of 127.0.0.0/8 on its loopback. */
function senderOf(index: number): string {
  return process.platform === 'linux' ? `127.1.1.${1 + Math.floor(index / REQUESTS_OF_ONE)}` : '127.0.0.1';
}

/** Resolves when the server has ended the connection, or the client has lost its patience; with the beginning of what came. */
async function sent(port: number, request: Buffer, localAddress: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  let answer = '';
  socket.on('data', (data) => (answer += data.toString('latin1').slice(0, 20)));
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  // An error is always followed by a close.
  socket.on('error', () => undefined);
  socket.setTimeout(PATIENCE_MS, () => void turns(PATIENCE_TURNS).then(() => socket.destroy()));
  socket.write(request);
  await closed;
  return answer;
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Some of the requests have begun a conversation in writing, which waits until somebody writes on. */
async function hangUpAll(httpUrl: string): Promise<void> {
  const calls = `${httpUrl}/api/calls`;
  const { live } = (await (await fetch(calls)).json()) as { live: readonly { id: string }[] };
  await Promise.all(
    live.map(async ({ id }) => {
      await (await fetch(`${calls}/${id}/hangup`, { method: 'POST' })).arrayBuffer();
    }),
  );
}

describeCalls(
  'a Parley whose HTTP port is abused',
  { reply: () => ANSWER, kinds: ['simulator'], modes: ['file'] },
  (suite) => {
    async function served(world: World): Promise<void> {
      const call = await world.dial('100');
      await world.untilHeard(call, GREETING);
      await call.say(world.speech.callerTone('когда вы работаете'));
      await world.untilHeard(call, ANSWER);
      await call.hangup();
      expect(world.told(call)).toEqual([GREETING, ANSWER]);
    }

    async function health({ service }: World): Promise<number> {
      const answer = await fetch(`${service.httpUrl}/healthz`, { headers: { connection: 'close' } });
      await answer.arrayBuffer();
      return answer.status;
    }

    it('serves its calls, and leaves no connection open', async () => {
      const { world } = suite;
      await served(world);
      const routes = await routesOf(world.service.httpUrl);
      const port = Number(new URL(world.service.httpUrl).port);
      const malformer = new Malformer();
      const statuses = new Set<string>();
      const before = resourcesNow();
      await undergo({
        what: `HTTP requests to ${routes.length} routes`,
        seed: MALFORMED_SEED,
        count: REQUESTS,
        atOnce: AT_ONCE,
        send: async (index) => {
          const answer = await sent(port, badRequest(malformer, routes), senderOf(index));
          const [, status = 'none'] = /^HTTP\/1\.1 (\d+)/.exec(answer) ?? [];
          statuses.add(status);
          expect(status, `the answer ${answer}`).not.toBe('500');
          if (index % 1000 === 0) expect(await health(world)).toBe(200);
        },
      });
      await hangUpAll(world.service.httpUrl);
      expect([...statuses]).toEqual(expect.arrayContaining(['200', '400', '404']));
      await until('nothing is left', () => resourcesBeyond(before).length === 0, GONE_WITHIN_MS).catch(
        () => undefined,
      );
      expect(resourcesBeyond(before)).toEqual([]);
      await served(world);
    });
  },
);
