/** Calls: seen, and given orders. */
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { ParleyError, isParleyError } from '../base/errors.ts';
import { requireBotOf } from '../tenants/tenants.ts';
import type { Tenants } from '../tenants/tenants.ts';
import { placeText } from '../telephony/transfer-target.ts';
import type { TransferTarget } from '../telephony/transfer-target.ts';
import { FOR_TENANTS, maySee, tenantAsking, tenantToSee } from './asking-tenant.ts';
import type { CallView } from './call-view.ts';
import {
  accepted,
  apiError,
  callId,
  callList,
  callsQuery,
  plainOrder,
  sayOrder,
  transferOrder,
} from './contract.ts';
import { callOrOrder, callOrder, callOrdered } from './order-contract.ts';
import { callOfOrder, orderedViewOf } from './order-view.ts';
import type { OrderedCalls } from '../outbound/ordered-calls.ts';
import type { LiveCall, OperatorPorts } from './operator-ports.ts';

export interface CallRoutesOptions {
  readonly operator: OperatorPorts;
  readonly view: CallView;
  /** Undefined where no telephone can call. */
  readonly orders?: OrderPorts | undefined;
  /** Whose each bot is. */
  readonly tenants?: Pick<Tenants, 'ofBot'> | undefined;
}

export type OrderPorts = Pick<OrderedCalls, 'place' | 'find' | 'giveUp'>;

/** Fifty variables of some length. */
const MOST_ORDER_BYTES = 256 * 1024;

const ACCEPTED = { accepted: true } as const;

export const callRoutes: FastifyPluginCallbackZod<CallRoutesOptions> = (
  app,
  { operator, view, orders, tenants },
  done,
) => {
  const tags = ['calls'];
  const { calls } = operator;

  app.get(
    '/calls',
    {
      config: FOR_TENANTS,
      schema: {
        tags,
        summary: 'Live calls and the last ones',
        querystring: callsQuery,
        response: { 200: callList, '4xx': apiError },
      },
    },
    (request) => {
      const tenant = tenantToSee(request, request.query.tenant);
      const shown = (list: typeof calls.live) =>
        list
          .filter((call) => tenant === undefined || call.tenant === tenant)
          .map((call) => view.summary(call));
      return { live: shown(calls.live), past: shown(calls.past) };
    },
  );

  const callSeen = (request: FastifyRequest, id: string) => {
    const call = calls.find(id);
    return call && maySee(request, call.tenant) ? call : undefined;
  };
  const orderSeen = (request: FastifyRequest, id: string) => {
    const order = orders?.find(id);
    return order && maySee(request, tenants?.ofBot(order.bot)?.name) ? order : undefined;
  };

  app.get(
    '/calls/:id',
    {
      config: FOR_TENANTS,
      schema: {
        tags,
        summary: 'A call with its timeline',
        params: callId,
        response: { 200: callOrOrder, '4xx': apiError },
      },
    },
    (request) => {
      const { id } = request.params;
      const call = callSeen(request, id);
      const order = orderSeen(request, id);
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
      config: FOR_TENANTS,
      schema: {
        tags,
        summary: 'Call somebody; the same order with the same idempotencyKey is the same call',
        body: callOrder,
        response: { 202: callOrdered, '4xx': apiError, '5xx': apiError },
      },
    },
    async (request, reply) => {
      const { body } = request;
      if (!orders) throw new ParleyError('TELEPHONE_AWAY', 'No telephone of this service can call anybody.');
      const tenant = tenantAsking(request);
      if (tenant) requireBotOf(tenant, body.bot);
      const { idempotencyKey: key } = body;
      // Two who do not know of each other may choose the same key. No key has a space in it.
      const idempotencyKey = tenant && key !== undefined ? `${tenant.name} ${key}` : key;
      const { id } = await orders.place({ ...body, idempotencyKey });
      void reply.code(202);
      return { id };
    },
  );

  /** A live call, or why it takes no orders. */
  const liveCall = (request: FastifyRequest, id: string): LiveCall => {
    const seen = callSeen(request, id);
    const call = seen || !tenantAsking(request) ? operator.liveCall(id) : undefined;
    if (call && !call.isOver) return call;
    throw seen ? new ParleyError('CALL_OVER', 'It is too late for that.') : unknown();
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
    {
      config: FOR_TENANTS,
      schema: { ...order, summary: 'Say goodbye and hang up, or stop ringing', body: plainOrder },
    },
    (request, reply) => {
      const { id } = request.params;
      if (!orderSeen(request, id) || !orders?.giveUp(id)) liveCall(request, id).end('operator');
      void reply.code(202);
      return ACCEPTED;
    },
  );

  app.post(
    '/calls/:id/say',
    {
      config: FOR_TENANTS,
      schema: { ...order, summary: "Say this in the bot's voice when the turn is over", body: sayOrder },
    },
    (request, reply) => {
      liveCall(request, request.params.id).say(request.body.text);
      void reply.code(202);
      return ACCEPTED;
    },
  );

  app.post(
    '/calls/:id/transfer',
    {
      config: FOR_TENANTS,
      schema: {
        ...order,
        summary: 'Hand the caller to another place in the dialplan, by its name or as it stands there',
        body: transferOrder,
      },
    },
    async (request, reply) => {
      const {
        params: { id },
        body,
      } = request;
      // The dialplan leads to others' telephones, and to what somebody else pays for.
      if (tenantAsking(request) && !('target' in body))
        throw new ParleyError(
          'HTTP_FORBIDDEN',
          'A tenant transfers callers to places that have a name here.',
        );
      const place = 'target' in body ? targetNamed(body.target) : ({ kind: 'dialplan', ...body } as const);
      if (!(await hasPlace(liveCall(request, id), place))) throw nowhere(place);
      // The caller may have hung up meanwhile.
      liveCall(request, id).transferTo(place);
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
