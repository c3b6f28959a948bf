/**
 * The kinds of value a setting can have: what is expected, in words for the operator, and the zod schema that makes it of a string.
 */
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { addressList } from '../base/address-list.ts';
import { parseRecordPolicy } from './record-policy.ts';
import type { RecordPolicy } from './record-policy.ts';

export interface Kind<T> {
  /** Completes "expected …". */
  readonly expected: string;
  readonly schema: z.ZodType<T, string>;
  /** Never shown, and may be given as a file that holds it: `NAME_FILE`. */
  readonly secret?: true;
}

export const text: Kind<string> = { expected: 'some text', schema: z.string().min(1) };

export const password: Kind<string> = {
  expected: 'one line of text',
  schema: z.string().regex(/^\P{Cc}+$/u),
  secret: true,
};

/** Goes into an HTTP header as it is. */
export const key: Kind<string> = {
  expected: 'printable characters without spaces',
  schema: z.string().regex(/^[\x21-\x7e]+$/),
  secret: true,
};

/** What those show who may give orders: too long to be guessed. */
export const token: Kind<string> = {
  expected: 'at least 16 printable characters without spaces',
  schema: z.string().regex(/^[\x21-\x7e]{16,}$/),
  secret: true,
};

/** Whom Parley knows for speech. */
const SPEECH_PROVIDERS = ['yandex', 'google', 'openai', 'espeak'] as const;
export type SpeechProviderName = (typeof SPEECH_PROVIDERS)[number];

/** Some of them, in the order in which they are asked: `yandex,espeak`. */
export const speechProviders: Kind<readonly SpeechProviderName[]> = {
  expected: `some of ${SPEECH_PROVIDERS.join(', ')}, each once, divided by commas`,
  schema: z
    .string()
    .toLowerCase()
    .transform((given) => given.split(',').map((name) => name.trim()))
    .pipe(z.array(z.enum(SPEECH_PROVIDERS)).refine((names) => new Set(names).size === names.length)),
};

/** Names of further variables: `SHOP_TOKEN, CRM_KEY`. */
export const variableNames: Kind<readonly string[]> = {
  expected: 'names of variables, divided by commas, such as SHOP_TOKEN,CRM_KEY',
  schema: z
    .string()
    .transform((given) => given.split(',').map((name) => name.trim()))
    .pipe(z.array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/))),
};

export const shortNumbers: Kind<readonly string[]> = {
  expected: 'short numbers, divided by commas, such as 101,102',
  schema: z
    .string()
    .transform((given) => given.split(',').map((number) => number.trim()))
    .pipe(z.array(z.string().regex(/^\d{2,6}$/))),
};

/** `10.0.0.5,172.16.0.0/12` */
export const addresses: Kind<readonly string[]> = {
  expected: 'addresses or ranges of them, divided by commas, such as 10.0.0.5,172.16.0.0/12',
  schema: z
    .string()
    .transform((given) => given.split(',').map((range) => range.trim()))
    .refine((ranges) => addressList(ranges) !== undefined),
};

/** Relative paths count from the working directory; what comes out is absolute. */
export const path: Kind<string> = {
  expected: 'a path',
  schema: z
    .string()
    .min(1)
    .transform((given) => resolve(given)),
};

export const httpUrl: Kind<string> = urlWith('http', 'https');

/** ari-client knows no address with brackets, and none below a path. */
/** As OTEL_EXPORTER_OTLP_HEADERS: https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables */
export const headers: Kind<ReadonlyMap<string, string>> = {
  expected: 'NAME=VALUE, further ones divided by commas, values encoded as in an address',
  secret: true,
  schema: z
    .string()
    .regex(/^[\w-]+=[^,]*(,\s*[\w-]+=[^,]*)*$/)
    .transform((given, context) => {
      try {
        return new Map(
          given.split(',').map((each) => {
            const [name = '', ...value] = each.split('=');
            return [name.trim().toLowerCase(), decodeURIComponent(value.join('=').trim())] as const;
          }),
        );
      } catch {
        context.addIssue({ code: 'custom', message: 'not encoded' });
        return z.NEVER;
      }
    }),
};

export const ariUrl: Kind<string> = {
  expected:
    'an address such as http://pbx:8088: a name or IPv4 (for IPv6 give it a name), no path, no password',
  schema: httpUrl.schema.refine((given) => {
    const { hostname, pathname, search } = new URL(given);
    return !hostname.startsWith('[') && /^(\/ari)?\/?$/.test(pathname) && search === '';
  }),
};

/** `0.0.0.0:8089`, `[::]:8089` */
export const listenAddress: Kind<{ readonly host: string; readonly port: number }> = {
  expected: 'an address of this machine and a port, such as 0.0.0.0:8089',
  schema: z
    .string()
    .regex(/^(\[[0-9a-f:]+\]|[\w.-]+):\d{1,5}$/i)
    .transform((given) => {
      const [, host = '', port] = /^\[?(.+?)\]?:(\d+)$/.exec(given) ?? [];
      return { host, port: Number(port) };
    })
    .refine((given) => given.port <= 65_535),
};

/** One way out after another: `PJSIP/{number}@trunk; PJSIP/{number}@spare`. */
export const dialTemplates: Kind<readonly string[]> = {
  expected: 'endpoints with {number} in them, such as PJSIP/{number}@trunk, several divided by semicolons',
  schema: z
    .string()
    .transform((given) => given.split(';').map((one) => one.trim()))
    .pipe(z.array(z.string().regex(/^[A-Za-z]\w*\/[^&,;\s{}]*\{number\}[^&,;\s{}]*$/))),
};

const SHOWN = /^(?:[^<>"=;\p{Cc}]{0,40}<\+?\d{2,15}>|\+?\d{2,15})$/u;

export interface CallerIds {
  /** Of the ways of DIAL_TEMPLATE, in their order. */
  readonly trunks: readonly string[];
  readonly twilio: string | undefined;
}

/** `+74951234567; Daisy <+74957654321>; twilio=+14155550100` */
export const callerIds: Kind<CallerIds> = {
  expected:
    'numbers such as +74951234567 or Daisy <+74951234567>, one a trunk, divided by semicolons; twilio=NUMBER',
  schema: z
    .string()
    .transform((given) => given.split(';').map((one) => one.trim()))
    .pipe(z.array(z.string().refine((one) => SHOWN.test(one.replace(/^twilio=/, '')))))
    .transform((all) => ({
      trunks: all.filter((one) => !one.startsWith('twilio=')),
      twilio: all.find((one) => one.startsWith('twilio='))?.slice('twilio='.length),
    })),
};

export const accountSid: Kind<string> = {
  expected: 'AC and 32 hexadecimal digits',
  schema: z.string().regex(/^AC[0-9a-fA-F]{32}$/),
};

/** A host as others reach it, with its port if that is not 443; what stands before and behind it in an address is forgiven. */
export const hostName: Kind<string> = {
  expected: 'a host such as voice.example.com',
  schema: z
    .string()
    .transform((given) => given.replace(/^(https|wss):\/\//, '').replace(/\/+$/, ''))
    .pipe(z.string().regex(/^[A-Za-z0-9.-]+(:\d{1,5})?$/)),
};

/** `ws://` is without TLS: Twilio itself refuses that. */
export const wsUrl: Kind<string> = exactUrlWith('ws', 'wss');

/** It may hold a password. `rediss://` is with TLS. */
export const redisUrl: Kind<string> = {
  expected: 'an address such as redis://redis:6379',
  schema: z.string().refine((given) => /^rediss?:\/\/[^/]/.test(given) && URL.canParse(given)),
  secret: true,
};

/** It stands in names of applications, which a dialplan divides by commas, in keys and in paths. */
const DAEMON_NAME = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;

export function isDaemonName(name: string): boolean {
  return DAEMON_NAME.test(name);
}

export const instanceId: Kind<string> = {
  expected: 'up to 40 small letters, digits and hyphens, such as parley-1; or host',
  schema: z
    .string()
    .transform((given) => (given === 'host' ? nameOfHost(hostname()) : given))
    .pipe(z.string().regex(DAEMON_NAME)),
};

/** `Parley_1.example.com` is `parley-1`. */
function nameOfHost(host: string): string {
  const [first = ''] = host.toLowerCase().split('.');
  return first
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replaceAll(/^-|-$/g, '');
}

export type StorageUrl =
  | { readonly kind: 'directory'; readonly dir: string }
  | { readonly kind: 's3'; readonly bucket: string | undefined };

/** `file:audio` counts from the working directory. Names of buckets: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export const storageUrl: Kind<StorageUrl> = {
  expected: 'file:DIRECTORY, s3://BUCKET, or s3:',
  schema: z
    .string()
    .regex(/^(file:.+|s3:(\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?)$/)
    .transform((given): StorageUrl => {
      if (given.startsWith('s3:')) return { kind: 's3', bucket: given.slice('s3://'.length) || undefined };
      return { kind: 'directory', dir: resolve(given.replace(/^file:(\/\/(?=\/))?/, '')) };
    }),
};

/** `grpc://` is without TLS. */
export const grpcUrl: Kind<string> = urlWith('grpc', 'grpcs');

/** An address whose path lets everybody in who knows it, as those of chat services do. */
export const secretUrl: Kind<string> = { ...exactUrlWith('http', 'https'), secret: true };

export const flag: Kind<boolean> = {
  expected: 'true or false',
  schema: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['true', 'false']))
    .transform((given) => given === 'true'),
};

export function oneOf<const T extends string>(...choices: readonly [T, ...T[]]): Kind<T> {
  return {
    expected: choices.length === 2 ? choices.join(' or ') : `one of ${choices.join(', ')}`,
    schema: z.string().toLowerCase().pipe(z.enum(choices)),
  };
}

/** A whole number from `min` to `max`; `unit` says of what. */
export function whole(unit: string, min: number, max: number): Kind<number> {
  return {
    expected: `a whole number of ${unit} from ${min} to ${max}`,
    schema: z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number)
      .pipe(z.number().min(min).max(max)),
  };
}

/** What something costs: a decimal number with a point. */
export const price: Kind<number> = {
  expected: 'a price such as 0.16',
  schema: z
    .string()
    .regex(/^\d{1,9}(\.\d{1,9})?$/)
    .transform(Number),
};

export const currency: Kind<string> = {
  expected: 'three capital letters, such as RUB',
  schema: z.string().regex(/^[A-Z]{3}$/),
};

export const port: Kind<number> = { ...whole('ports', 0, 65_535), expected: 'a port number up to 65535' };

/** Which calls are recorded: `off`, `all`, `alerts`, or a share such as `10%`. */
export const recordPolicy: Kind<RecordPolicy> = {
  expected: 'off, all, alerts, or a share such as 10%',
  schema: z.string().transform((given, context) => {
    const policy = parseRecordPolicy(given.toLowerCase());
    if (!policy) context.addIssue({ code: 'custom', message: 'no policy' });
    return policy ?? z.NEVER;
  }),
};

/** An address without a trailing slash, so that paths can be put behind it. */
function urlWith(...schemes: readonly [string, string]): Kind<string> {
  const { expected, schema } = exactUrlWith(...schemes);
  return { expected, schema: schema.transform((given) => given.replace(/\/+$/, '')) };
}

function exactUrlWith(...schemes: readonly [string, string]): Kind<string> {
  const protocols = schemes.map((scheme) => `${scheme}:`);
  return {
    expected: `an address that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}, without a password in it`,
    schema: z.string().refine((given) => {
      if (!URL.canParse(given)) return false;
      const url = new URL(given);
      return protocols.includes(url.protocol) && url.hostname !== '' && url.password === '';
    }),
  };
}

/** Where who should look does not answer: the work is refused, or done unseen. */
export const failing: Kind<'open' | 'closed'> = oneOf('closed', 'open');

export type ClamdAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** As clamd.conf has them: TCPSocket and TCPAddr, or LocalSocket. */
export const clamdAddress: Kind<ClamdAddress> = {
  expected: 'tcp://HOST:PORT or unix:PATH, such as tcp://clamav:3310',
  schema: z
    .string()
    .regex(/^(tcp:\/\/(\[[0-9a-f:]+\]|[\w.-]+):\d{1,5}|unix:\/.+)$/i)
    .transform((given): ClamdAddress => {
      if (given.startsWith('unix:')) return { kind: 'unix', path: given.slice('unix:'.length) };
      const [, host = '', port] = /^tcp:\/\/\[?(.+?)\]?:(\d+)$/i.exec(given) ?? [];
      return { kind: 'tcp', host, port: Number(port) };
    }),
};
