/** Who may come in. Nothing here rests on cookies: a page of somebody else's can make a browser ask, but never show a token. */
import { LRUCache } from 'lru-cache';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../base/clock.ts';
import { isEncoded } from '../base/content-encoding.ts';
import { ParleyError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { isLoopback } from '../base/loopback.ts';
import { isSameText } from '../base/same-text.ts';
import { SlidingRate } from '../base/sliding-rate.ts';
import type { Tenants } from '../tenants/tenants.ts';
import { letTenantIn } from './asking-tenant.ts';

/** Throws a ParleyError HTTP_* for whoever may not come in. */
export type Door = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

export interface DoorOptions {
  readonly token: string | undefined;
  /** Who shows a token of theirs is let in to what is theirs. */
  readonly tenants: Pick<Tenants, 'ofToken'> | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** With a token whoever shows it may come in; without one, whoever is on this machine, unless a foreign web page has sent him. */
export function doorOf({ token, tenants, clock, log }: DoorOptions): Door {
  const wrong = new WrongTokens(clock);
  const warnOfProxy = once(() => log.warn({ event: 'http.proxy_without_token' }, PROXY_WITHOUT_TOKEN));
  return async (request, reply) => {
    if (isUpgrade(request)) checkPage(request);
    const tenant = wrong.isHeld(request.ip) ? undefined : tenants?.ofToken(shownToken(request));
    if (tenant) {
      letTenantIn(request, tenant);
    } else if (token === undefined) {
      if (isForwarded(request)) warnOfProxy();
      checkOrigin(request);
    } else {
      wrong.check(request.ip);
      if (showsToken(request, token)) return checkType(request);
      wrong.note(request.ip);
      reply.header('www-authenticate', 'Bearer');
      throw new ParleyError('HTTP_UNAUTHORIZED', 'The token is missing or wrong.');
    }
    checkType(request);
  };
}

const PROXY_WITHOUT_TOKEN =
  'Requests come through a proxy, and HTTP_TOKEN is not set: whoever reaches the proxy may see calls and give orders';

/** A proxy on this machine makes everybody look like this machine, but says for whom it asks. */
function isForwarded({ headers }: FastifyRequest): boolean {
  return headers.forwarded !== undefined || headers['x-forwarded-for'] !== undefined;
}

function once(tell: () => void): () => void {
  let isTold = false;
  return () => {
    if (!isTold) tell();
    isTold = true;
  };
}

/** Only JSON as it is: forms can send other types without asking first, and scripts of other origins cannot send this one. */
function checkType({ method, headers }: FastifyRequest): void {
  if (isEncoded(headers['content-encoding']))
    throw new ParleyError('HTTP_WRONG_TYPE', 'The body is compressed: it is taken only as it is.');
  if (method === 'POST' && !/^application\/json\b/i.test(headers['content-type'] ?? ''))
    throw new ParleyError('HTTP_WRONG_TYPE', 'This is no JSON.');
}

/** Wrong or missing tokens of one address in a minute: more than a page with an old one asks with, and too few to try any out. */
const MOST_WRONG = 30;
const WRONG_WINDOW_MS = 60_000;

/** Whoever has more addresses than that is not held by counting. */
const MOST_ADDRESSES = 10_000;

/** Who has shown too many is refused before anything is compared, the right token with the others. */
class WrongTokens {
  readonly #clock: Clock;
  readonly #byAddress = new LRUCache<string, SlidingRate>({ max: MOST_ADDRESSES });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  isHeld(address: string): boolean {
    return (this.#byAddress.get(address)?.count ?? 0) >= MOST_WRONG;
  }

  /** Throws HTTP_TOO_MANY. */
  check(address: string): void {
    if (this.isHeld(address))
      throw new ParleyError('HTTP_TOO_MANY', 'Too many wrong tokens came from this address.');
  }

  note(address: string): void {
    const rate = this.#byAddress.get(address) ?? new SlidingRate(this.#clock, WRONG_WINDOW_MS);
    this.#byAddress.set(address, rate);
    rate.note();
  }
}

/** Takes as long for every wrong token. */
function showsToken(request: FastifyRequest, token: string): boolean {
  return isSameText(shownToken(request), token);
}

function shownToken({ headers }: FastifyRequest): string {
  const [, shown = offeredToken(headers['sec-websocket-protocol'])] =
    /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  return shown;
}

/** What a page says on a WebSocket. */
export const PHONE_PROTOCOL = 'parley.phone';

/** A page cannot choose the headers of a WebSocket, but offer protocols: one of them is `parley.token.` and the token in base64url. */
function offeredToken(protocols = ''): string {
  const [, encoded = ''] = /(?:^|,) *parley\.token\.([\w-]+) *(?:,|$)/.exec(protocols) ?? [];
  return Buffer.from(encoded, 'base64url').toString();
}

function isUpgrade({ headers }: FastifyRequest): boolean {
  return headers.upgrade !== undefined;
}

/** Browsers let every page open a WebSocket to anywhere, and say in Origin which page it was. */
function checkPage({ headers: { host, origin } }: FastifyRequest): void {
  const from = origin !== undefined && URL.canParse(origin) ? new URL(origin).host : undefined;
  if (from === undefined || from !== host)
    throw new ParleyError('HTTP_FORBIDDEN', 'Only a page from here may do that.');
}

/** A name that somebody else's DNS has led here is in Host; a page of somebody else's is in Origin. */
function checkOrigin({ headers: { host, origin } }: FastifyRequest): void {
  if (!isLoopback(hostnameOf(`http://${host}`)))
    throw new ParleyError('HTTP_FORBIDDEN', 'The host that was asked for is not this machine.');
  if (origin !== undefined && origin !== `http://${host}`)
    throw new ParleyError('HTTP_FORBIDDEN', 'A page from elsewhere asks.');
}

function hostnameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}
