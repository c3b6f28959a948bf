/**
 * How Twilio signs (twilio.com/docs/usage/security): base64(HMAC-SHA1(auth token, address + each field's name and value, sorted by name)).
 * Written a second time, apart from the service: what checks a signature must not be what made it.
 */
import { createHmac } from 'node:crypto';

export type Fields = readonly (readonly [name: string, value: string])[];

/** `url` as it was asked for, with its query and without its fragment. A field that occurs twice has its values sorted, each once. */
export function signed(authToken: string, url: string, fields: Fields = []): string {
  const told = new Set(fields.map(([name, value]) => `${name}\n${value}`));
  const sorted = [...told].sort(byNameThenValue).map((pair) => pair.replace('\n', ''));
  return createHmac('sha1', authToken)
    .update(url + sorted.join(''), 'utf8')
    .digest('base64');
}

function byNameThenValue(a: string, b: string): number {
  const [nameA = '', valueA = ''] = split(a);
  const [nameB = '', valueB = ''] = split(b);
  if (nameA !== nameB) return nameA < nameB ? -1 : 1;
  return valueA < valueB ? -1 : 1;
}

function split(pair: string): readonly string[] {
  const at = pair.indexOf('\n');
  return [pair.slice(0, at), pair.slice(at + 1)];
}
