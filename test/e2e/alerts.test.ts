/** An operator is told when callers wait too long, once, and when they do not any more. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, it } from 'vitest';
import { withBody } from '../../src/base/testing/with-body.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import { describeCalls } from '../support/describe-calls.ts';
import type { Suite } from '../support/describe-calls.ts';
import { until } from '../support/until.ts';

const QUESTION = 'какие часы';
const ANSWER = 'С девяти.';

/** The operator's side: it keeps all that it is told, and what came of calls. */
const told: Record<string, unknown>[] = [];
const results: unknown[] = [];
const operator = createServer((request, response) => {
  withBody(request, (body) => {
    if (request.url === '/results') results.push(JSON.parse(body));
    else told.push(JSON.parse(body) as Record<string, unknown>);
    response.writeHead(204).end();
  });
}).listen(0, '127.0.0.1');
await once(operator, 'listening');
afterAll(() => new Promise((resolve) => operator.close(resolve)));

const operatorUrl = `http://127.0.0.1:${(operator.address() as AddressInfo).port}`;

/** What the model is asked for when the call is over. */
const RESULT = '{"summary":"Спросили о часах.","data":{"topic":"hours"}}';
const schema = { type: 'object', properties: { topic: { enum: ['hours', 'other'] } }, required: ['topic'] };
const bots = { default: { result: { schema, webhook: `${operatorUrl}/results` } } };

const env = {
  ALERT_WEBHOOK_URL: `${operatorUrl}/let-me-in`,
  ALERT_WINDOW_SECONDS: '8',
  ALERT_MIN_SAMPLES: '2',
  ALERT_CALM_SECONDS: '1',
  TTS_CACHE_MB: '0',
};

function reply(messages: readonly unknown[]): string {
  return JSON.stringify(messages[0]).includes('JSON Schema') ? RESULT : ANSWER;
}

async function ask({ world }: Suite, call: PhoneCall, times: number): Promise<void> {
  for (let n = 0; n < times; n++) {
    const answered = () =>
      world.timelines.flatMap(({ entries }) => entries).filter(({ type }) => type === 'turn.over').length;
    const before = answered();
    await call.say(world.speech.callerTone(QUESTION));
    await until('the turn is over', () => answered() > before);
  }
}

describeCalls('alerts', { reply, bots, env, kinds: ['simulator'], modes: ['file'] }, (suite) => {
  it('tell of a slow model once, and once that it is fast again', async () => {
    const { world } = suite;
    const about = (name: string) => told.filter(({ alert }) => alert === name);
    const gauge = async () => {
      const text = await (await fetch(`${world.service.httpUrl}/metrics`)).text();
      return /^parley_alerts_active\{alert="late_answers",severity="warning"\} (\d)$/m.exec(text)?.[1];
    };
    const call = await world.dial('100');
    await world.untilHeard(call, 'Добрый день!');
    expect(await gauge()).toBe('0');

    world.chat.fail({ kind: 'slow', firstTokenMs: 1600, perTokenMs: 0 });
    await ask(suite, call, 3);
    await until('the operator is told', () => about('late_answers').length > 0);
    const names = world.service.alerts.active.map(({ name }) => name);
    expect(names).toContain('late_answers');
    expect(names).toContain('slow_first_chunk');
    expect(await gauge()).toBe('1');

    world.chat.heal();
    await ask(suite, call, 8);
    await until('all is well again', () => world.service.alerts.active.length === 0, 30_000);
    await call.hangup();
    await until('the operator knows', () => about('late_answers').length === 2);
    expect(about('late_answers')).toEqual([
      expect.objectContaining({ event: 'raised', severity: 'warning' }),
      expect.objectContaining({ event: 'cleared', severity: 'warning' }),
    ]);
    expect(await gauge()).toBe('0');
    await until('the company knows what came of the call', () => results.length > 0);
    expect(results).toMatchObject([
      {
        bot: 'default',
        cause: 'caller',
        valid: true,
        summary: 'Спросили о часах.',
        data: { topic: 'hours' },
      },
    ]);

    const lines = world.log.filter(
      ({ event, alert }) => /^alert\./.test(String(event)) && alert === 'late_answers',
    );
    expect(lines.map(({ event }) => event)).toEqual(['alert.raised', 'alert.cleared']);
    const everything = JSON.stringify(told);
    for (const words of [QUESTION, ANSWER, 'Добрый']) expect(everything).not.toContain(words);
    expect(JSON.stringify(world.log)).not.toContain('let-me-in');
  });
});
