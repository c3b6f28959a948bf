import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withBody } from '../base/testing/with-body.ts';
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { silentLog } from '../base/log.ts';
import { noSpans } from '../base/spans.ts';
import type { Spans } from '../base/spans.ts';
import type { AlertEvent } from './alert.ts';
import { Webhook } from './webhook.ts';

const SECRET_PATH = '/hooks/let-me-in';

let server: Server;
let received: Record<string, unknown>[];
let traceparents: Set<string>;
let answer: (response: ServerResponse) => void;
let webhook: Webhook;
let lines: { fields: Record<string, unknown>; message: string }[];

beforeEach(async () => {
  received = [];
  traceparents = new Set();
  lines = [];
  answer = (response) => response.writeHead(204).end();
  server = createServer((request, response) => serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  webhook = webhookTo(server);
});

afterEach(async () => {
  await webhook.close();
  server.closeAllConnections();
  if (server.listening) await new Promise((resolve) => server.close(resolve));
});

function serve(request: IncomingMessage, response: ServerResponse): void {
  withBody(request, (body) => {
    const told = JSON.parse(body) as Record<string, unknown>;
    received.push(told);
    traceparents.add(`${String(told['event'])}: ${String(request.headers['traceparent'])}`);
    answer(response);
  });
}

function webhookTo(to: Server, spans: Spans = noSpans): Webhook {
  const note = (fields: object, message: string) => void lines.push({ fields: { ...fields }, message });
  const log: Log = { ...silentLog, debug: note, warn: note };
  return new Webhook({
    url: `http://127.0.0.1:${(to.address() as AddressInfo).port}${SECRET_PATH}`,
    clock: systemClock,
    epochMs: () => 0,
    log,
    spans,
    settings: { attemptMs: 100, pausesMs: [20, 20], queued: 3 },
  });
}

function eventOf(kind: AlertEvent['kind'], samples = 20): AlertEvent {
  return {
    kind,
    alert: {
      name: 'late_answers',
      severity: 'critical',
      summary: '50 % of 20 answers were late',
      share: 0.5,
      samples,
      sinceEpochMs: 0,
    },
  };
}

async function settled(condition: () => boolean): Promise<void> {
  for (let n = 0; n < 4000 && !condition(); n++) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(condition()).toBe(true);
}

const lost = () => lines.filter(({ message }) => message.includes('did not reach'));

describe('the webhook', () => {
  it('is told what happened, in its order', async () => {
    webhook.send(eventOf('raised'));
    webhook.send(eventOf('cleared'));
    await settled(() => received.length === 2);
    expect(received[0]).toEqual({
      event: 'raised',
      alert: 'late_answers',
      severity: 'critical',
      summary: '50 % of 20 answers were late',
      share: 0.5,
      samples: 20,
      since: '1970-01-01T00:00:00.000Z',
      at: '1970-01-01T00:00:00.000Z',
    });
    expect(received[1]?.['event']).toBe('cleared');
    expect(lines).toEqual([]);
  });

  it('is told to which trace the event belongs, each time it is tried, and nothing of traces where there are none', async () => {
    webhook.send(eventOf('raised'));
    await settled(() => received.length === 1);
    let here: string | undefined;
    const traced = webhookTo(server, {
      ...noSpans,
      within: async (name, { alert }, work) => {
        here = `${name} ${String(alert)}`;
        return work().finally(() => (here = undefined));
      },
      traceparent: () => here,
    });
    const statuses = [500];
    answer = (response) => response.writeHead(statuses.shift() ?? 200).end();
    traced.send(eventOf('cleared'));
    await settled(() => received.filter(({ event }) => event === 'cleared').length > 1);
    await traced.close();
    expect(traceparents).toEqual(new Set(['raised: undefined', 'cleared: alert.webhook late_answers']));
  });

  it('is tried again while it answers with a fault of its own', async () => {
    const statuses = [500, 429];
    answer = (response) => response.writeHead(statuses.shift() ?? 200).end('any text');
    webhook.send(eventOf('raised'));
    await settled(() => received.length === 3);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(received).toHaveLength(3);
    expect(lost()).toEqual([]);
  });

  it('is not tried again when it does not want the request', async () => {
    answer = (response) => response.writeHead(404).end();
    webhook.send(eventOf('raised'));
    await settled(() => lost().length === 1);
    expect(received).toHaveLength(1);
    expect(lost()[0]?.fields).toEqual({
      event: 'alert.webhook',
      kind: 'raised',
      alert: 'late_answers',
      reason: 'HTTP 404',
    });
  });

  it('that is slow is given up after its time, and the next event still comes', async () => {
    answer = () => undefined;
    webhook.send(eventOf('raised'));
    await settled(() => lost().length === 1);
    expect(received).toHaveLength(3);
    expect(lost()[0]?.fields['reason']).toBe('timeout');
    answer = (response) => response.writeHead(200).end();
    webhook.send(eventOf('cleared'));
    await settled(() => received.length === 4);
  });

  it('that never ends its answer has heard all the same, and is told the next', async () => {
    answer = (response) => response.writeHead(200).write('…');
    webhook.send(eventOf('raised'));
    webhook.send(eventOf('cleared'));
    await settled(() => received.length === 2);
    expect(received.map(({ event }) => event)).toEqual(['raised', 'cleared']);
    expect(lost()).toEqual([]);
  });

  it('that is down costs a line of the log, without its address', async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    webhook.send(eventOf('raised'));
    await settled(() => lost().length === 1);
    expect(lost()[0]?.fields['reason']).toBe('ECONNREFUSED');
    expect(JSON.stringify(lines)).not.toContain('let-me-in');
  });

  it('drops the oldest of too many that wait', async () => {
    answer = () => undefined;
    for (let n = 0; n < 6; n++) webhook.send(eventOf('raised', n));
    expect(lost().map(({ fields }) => fields['reason'])).toContain('too many wait');
    answer = (response) => response.writeHead(200).end();
    await settled(() => received.some(({ samples }) => samples === 5));
  });

  it('is closed at once, whatever it waits for', async () => {
    answer = () => undefined;
    webhook.send(eventOf('raised'));
    await settled(() => received.length === 1);
    const sinceMs = performance.now();
    await webhook.close();
    expect(performance.now() - sinceMs).toBeLessThan(90);
    expect(lost()[0]?.fields['reason']).toBe('closed');
  });
});
