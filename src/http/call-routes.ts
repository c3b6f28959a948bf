/** Calls: seen, and given orders. */
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { ParleyError } from '../base/errors.ts';
import type { CallView } from './call-view.ts';
import {
  accepted,
  apiError,
  callDetail,
  callId,
  callList,
  plainOrder,
  sayOrder,
  transferOrder,
} from './contract.ts';
import type { LiveCall, OperatorPorts } from './operator-ports.ts';

export interface CallRoutesOptions {
  readonly operator: OperatorPorts;
  readonly view: CallView;
}

const ACCEPTED = { accepted: true } as const;

export const callRoutes: FastifyPluginCallbackZod<CallRoutesOptions> = (app, { operator, view }, done) => {
  const tags = ['calls'];
  const { calls } = operator;

  app.get(
    '/calls',
    {
      schema: { tags, summary: 'Live calls and the last ones', response: { 200: callList, '4xx': apiError } },
    },
    () => ({
      live: calls.live.map((call) => view.summary(call)),
      past: calls.past.map((call) => view.summary(call)),
    }),
  );

  app.get(
    '/calls/:id',
    {
      schema: {
        tags,
        summary: 'A call with its timeline',
        params: callId,
        response: { 200: callDetail, '4xx': apiError },
      },
    },
    ({ params: { id } }) => {
      const call = calls.find(id);
      if (!call) throw unknown();
      return view.detail(call);
    },
  );

  /** A live call, or why it takes no orders. */
  const liveCall = (id: string): LiveCall => {
    const call = operator.liveCall(id);
    if (call && !call.isOver) return call;
    throw calls.find(id) ? new ParleyError('CALL_OVER', 'It is too late for that.') : unknown();
  };

  const order = { tags, params: callId, response: { 202: accepted, '4xx': apiError } };

  app.post(
    '/calls/:id/hangup',
    { schema: { ...order, summary: 'Say goodbye and hang up', body: plainOrder } },
    ({ params: { id } }, reply) => {
      liveCall(id).end('operator');
      void reply.code(202);
      return ACCEPTED;
    },
  );

  app.post(
    '/calls/:id/say',
    { schema: { ...order, summary: "Say this in the bot's voice when the turn is over", body: sayOrder } },
    ({ params: { id }, body: { text } }, reply) => {
      liveCall(id).say(text);
      void reply.code(202);
      return ACCEPTED;
    },
  );

  app.post(
    '/calls/:id/transfer',
    {
      schema: { ...order, summary: 'Hand the caller to another place in the dialplan', body: transferOrder },
    },
    ({ params: { id }, body }, reply) => {
      liveCall(id).transferTo({ kind: 'dialplan', ...body });
      void reply.code(202);
      return ACCEPTED;
    },
  );
  done();
};

function unknown(): ParleyError {
  return new ParleyError('CALL_UNKNOWN', 'There is no such call.');
}
