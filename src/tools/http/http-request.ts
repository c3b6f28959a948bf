/**
 * A request as it goes out, made of its template. Scheme, host and port stand in the profile; a value from the model or the caller is one
 * piece of the path, of the query, of a header or of the body, and can be nothing more.
 */
import type { Json } from '../../base/json.ts';
import { gapsOf, onlyGapOf } from '../../base/template.ts';
import { URL_PARTS } from '../../config/profile-http.ts';
import type { HttpRequestProfile } from '../../config/profile-http.ts';
import { asItIs, filledText, jsonFilled, knownValue, loosely, urlPiece, xmlPiece } from './gap-values.ts';
import type { Escape, GapValues } from './gap-values.ts';

export interface HttpRequest {
  readonly method: HttpRequestProfile['method'];
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type HttpTemplate = Pick<HttpRequestProfile, 'method' | 'url' | 'headers' | 'json' | 'body'>;

/** It cannot be made with these values; the message says why, in words for the model and without secrets. */
export class Unfillable extends Error {}

/** Throws Unfillable. */
export function httpRequest(template: HttpTemplate, values: GapValues): HttpRequest {
  const headers = headersOf(template.headers, values);
  const { method, json, body } = template;
  const url = urlOf(template.url, values);
  if (json !== undefined) {
    const content = JSON.stringify(filledJson(json, values) ?? null);
    return { method, url, headers: { 'content-type': 'application/json', ...headers }, body: content };
  }
  if (body === undefined) return { method, url, headers };
  const all = { 'content-type': 'text/plain; charset=utf-8', ...headers };
  return { method, url, headers: all, body: bodyOf(body, all['content-type'], values) };
}

function urlOf(template: string, values: GapValues): string {
  const [, origin = '', path = '', query = ''] = URL_PARTS.exec(template) ?? [];
  const url = `${origin}${pathOf(path, values)}${queryOf(query, values)}`;
  // Whatever the pieces were: nobody leaves the host that stands in the profile.
  if (new URL(url).origin !== new URL(origin).origin)
    throw new Unfillable('the address cannot be made of that');
  return url;
}

function pathOf(path: string, values: GapValues): string {
  return path
    .split('/')
    .map((segment) => {
      const gaps = gapsOf(segment);
      if (gaps.length === 0) return segment;
      for (const { kind, name } of gaps) {
        const value = kind === 'value' ? knownValue(name, values) : '';
        // Servers in front of servers decode %2F, and then read the path anew.
        if (typeof value === 'string' && /(^|[/\\])\.{1,2}([/\\]|$)/.test(value))
          throw new Unfillable(`${name} cannot be used in an address as it is`);
      }
      const filled = filledText(segment, values, urlPiece);
      if (filled === undefined) throw new Unfillable(`${namesOf(segment)} must be known first`);
      if (/^(\.|%2e){1,2}$/i.test(filled))
        throw new Unfillable(`${namesOf(segment)} cannot be used in an address`);
      return filled;
    })
    .join('/');
}

/** A parameter of which nothing is known is left out. */
function queryOf(query: string, values: GapValues): string {
  const parameters = query
    .slice(1)
    .split('&')
    .flatMap((parameter) =>
      gapsOf(parameter).length === 0 ? [parameter] : (filledText(parameter, values, urlPiece) ?? []),
    )
    .join('&');
  return parameters === '' ? '' : `?${parameters}`;
}

/** By their names in small letters; one of whose value something is not known is left out. */
function headersOf(headers: Readonly<Record<string, string>>, values: GapValues): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, template]) => {
    const value = filledText(template, values, asItIs);
    return value === undefined ? [] : [[name.toLowerCase(), headerText(value)] as const];
  });
  return Object.fromEntries(entries);
}

/** A header is one line of ASCII; what else there is, is written as in an address. */
export function headerText(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]+/g, urlPiece).trim();
}

function bodyOf(body: string, contentType: string, values: GapValues): string {
  if (/json/i.test(contentType)) return jsonFilled(body, values);
  return loosely(body, values, escapeFor(contentType));
}

function escapeFor(contentType: string): Escape {
  if (/x-www-form-urlencoded/i.test(contentType)) return urlPiece;
  return /xml|html/i.test(contentType) ? xmlPiece : asItIs;
}

/** A text that is one gap keeps the value's type; what nobody knows is left out of an object, and null in a list. */
function filledJson(json: Json, values: GapValues): Json | undefined {
  if (typeof json === 'string') {
    const gap = onlyGapOf(json);
    if (gap?.kind === 'value') return knownValue(gap.name, values);
    return loosely(json, values, asItIs);
  }
  if (Array.isArray(json)) return (json as readonly Json[]).map((each) => filledJson(each, values) ?? null);
  if (typeof json !== 'object' || json === null) return json;
  const entries = Object.entries(json).flatMap(([key, each]) => {
    const value = filledJson(each, values);
    return value === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(entries);
}

function namesOf(segment: string): string {
  return gapsOf(segment)
    .filter(({ kind }) => kind === 'value')
    .map(({ name }) => name)
    .join(', ');
}
