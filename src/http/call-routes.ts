/** Calls: seen, and given orders. */
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { ParleyError, isParleyError } from '../base/errors.ts';
import { placeText } from '../telephony/transfer-target.ts';
import type { TransferTarget } from '../telephony/transfer-target.ts';
import type { CallView } from './call-view.ts';
import { accepted, apiError, callId, callList, plainOrder, sayOrder, transferOrder } from './contract.ts';
import { callOrOrder, callOrder, callOrdered } from './order-contract.ts';
import { callOfOrder, orderedViewOf } from './order-view.ts';
import type { OrderedCalls } from '../outbound/ordered-calls.ts';
import type { LiveCall, OperatorPorts } from './operator-ports.ts';

export interface CallRoutesOptions {
  readonly operator: OperatorPorts;
  readonly view: CallView;
  /** Undefined where no telephone can call. */
  readonly orders?: OrderPorts | undefined;
}

export type OrderPorts = Pick<OrderedCalls, 'place' | 'find' | 'giveUp'>;

/** Fifty variables of some length. */
const MOST_ORDER_BYTES = 256 * 1024;

const ACCEPTED = { accepted: true } as const;

export const callRoutes: FastifyPluginCallbackZod<CallRoutesOptions> = (
  app,
  { operator, view, orders },
  done,
) => {
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
        response: { 200: callOrOrder, '4xx': apiError },
      },
    },
    ({ params: { id } }) => {
      const call = calls.find(id);
      const order = orders?.find(id);
      const ordered = order ? orderedViewOf(order) : null;
      if (call) return { ...view.detail(call), ordered };
      if (order) return { ...callOfOrder(order, view.showsNumbers), ordered };
      throw unknown();
    },
  );

  app.post(
    '/calls',
    {
      bodyLimit: MOST_ORDER_BYTES,
      schema: {
        tags,
        summary: 'Call somebody; the same order with the same idempotencyKey is the same call',
        body: callOrder,
        response: { 202: callOrdered, '4xx': apiError, '5xx': apiError },
      },
    },
    async ({ body }, reply) => {
      if (!orders) throw new ParleyError('TELEPHONE_AWAY', 'No telephone of this service can call anybody.');
      const { id } = await orders.place(body);
      void reply.code(202);
      return { id };
    },
  );

  /** A live call, or why it takes no orders. */
  const liveCall = (id: string): LiveCall => {
    const call = operator.liveCall(id);
    if (call && !call.isOver) return call;
    throw calls.find(id) ? new ParleyError('CALL_OVER', 'It is too late for that.') : unknown();
  };

  const targetNamed = (name: string): TransferTarget => {
    const place = operator.transferTargets.get(name);
    if (place) return place;
    const names = [...operator.transferTargets.keys()].join(', ') || 'none';
    throw new ParleyError('TRANSFER_NOWHERE', `There is no target "${name}"; there are: ${names}.`);
  };

  const order = { tags, params: callId, response: { 202: accepted, '4xx': apiError } };

  app.post(
    '/calls/:id/hangup',
    { schema: { ...order, summary: 'Say goodbye and hang up, or stop ringing', body: plainOrder } },
    ({ params: { id } }, reply) => {
      if (!orders?.giveUp(id)) liveCall(id).end('operator');
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
      schema: {
        ...order,
        summary: 'Hand the caller to another place in the dialplan, by its name or as it stands there',
        body: transferOrder,
      },
    },
    async ({ params: { id }, body }, reply) => {
      const place = 'target' in body ? targetNamed(body.target) : ({ kind: 'dialplan', ...body } as const);
      if (!(await hasPlace(liveCall(id), place))) throw nowhere(place);
      // The caller may have hung up meanwhile.
      liveCall(id).transferTo(place);
      void reply.code(202);
      return ACCEPTED;
    },
  );
  done();
};

/** A caller who is gone is told of as everywhere: by the call. */
async function hasPlace(call: LiveCall, place: TransferTarget): Promise<boolean> {
  try {
    return await call.hasPlace(place);
  } catch (error) {
    if (isParleyError(error, 'LINE_ENDED')) throw new ParleyError('CALL_OVER', 'It is too late for that.');
    throw error;
  }
}

function nowhere(place: TransferTarget): ParleyError {
  const what = place.kind === 'dialplan' ? 'The dialplan has no' : 'Nobody can be put through to';
  return new ParleyError('TRANSFER_NOWHERE', `${what} ${placeText(place)}; the caller is still here.`);
}

function unknown(): ParleyError {
  return new ParleyError('CALL_UNKNOWN', 'There is no such call.');
}
