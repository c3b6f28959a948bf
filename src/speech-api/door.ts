/** Who may use the speech API. */
import type { FastifyRequest } from 'fastify';
import { isLoopback } from '../base/loopback.ts';

/**
 * Whether the request comes from a program on this machine: not through a proxy, not by a name that somebody else's DNS has led here, and
 * not from a page of somebody else's in this machine's browser.
 */
export function isFromHere({ ip, headers }: FastifyRequest): boolean {
  const { host, origin, forwarded } = headers;
  if (forwarded !== undefined || headers['x-forwarded-for'] !== undefined) return false;
  const isLocalPage = origin === undefined || origin === `http://${host}`;
  return isLocalPage && isLoopback(ip.replace(/^::ffff:/, '')) && isLoopback(hostnameOf(`http://${host}`));
}

function hostnameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}
