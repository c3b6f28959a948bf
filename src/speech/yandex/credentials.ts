/** Who pays at Yandex: the headers that every SpeechKit request carries. */
import { readFile } from 'node:fs/promises';
import { request } from 'undici';
import { z } from 'zod';
import { childWithin } from '../../base/abort.ts';
import { unlessAborted } from '../../base/async.ts';
import { systemClock, type Clock } from '../../base/clock.ts';
import { isParleyError, ParleyError } from '../../base/errors.ts';
import { readWithin } from '../../base/read-within.ts';
import { parseServiceAccountKey, signedJwt, type ServiceAccountKey } from './service-account-key.ts';

export interface Credentials {
  /**
   * `authorization`, and `x-folder-id` if a folder is set. Quick, except where a token has to be fetched first.
   * Throws CREDENTIALS_INVALID or CREDENTIALS_UNAVAILABLE, or the signal's reason once it aborts.
   */
  headers(signal: AbortSignal): Promise<Record<string, string>>;
  /**
   * A server has refused this `authorization`, which was ours: it may have been taken back before its time. True if it is worth asking again,
   * with new headers.
   */
  refused?(authorization: string): boolean;
}

/** The folder is needed only for users' own accounts; a service account's is known. */
export interface FolderOptions {
  readonly folderId?: string | undefined;
}

export function apiKeyCredentials(apiKey: string, { folderId }: FolderOptions = {}): Credentials {
  return { headers: async () => headersOf(`Api-Key ${apiKey}`, folderId) };
}

/** A token that somebody else renews: it lives at most 12 hours. */
export function iamTokenCredentials(iamToken: string, { folderId }: FolderOptions = {}): Credentials {
  return { headers: async () => headersOf(`Bearer ${iamToken}`, folderId) };
}

export interface ServiceAccountOptions extends FolderOptions {
  /** The whole URL of the token service. */
  readonly iamUrl: string;
  readonly clock?: Clock;
  /** Milliseconds since 1970, to write into the JWT and to read expiry against; default `Date.now`. */
  readonly epochMs?: () => number;
}

/** Reads an authorized key as `yc iam key create` writes it. Throws CREDENTIALS_INVALID. */
export async function serviceAccountCredentials(
  keyFile: string,
  options: ServiceAccountOptions,
): Promise<Credentials> {
  const content = await readFile(keyFile, 'utf8').catch((cause: unknown) => {
    throw new ParleyError('CREDENTIALS_INVALID', `Cannot read the key file ${keyFile}.`, { cause });
  });
  return new ServiceAccountCredentials(parseServiceAccountKey(content, keyFile), options);
}

/** The docs advise to ask hourly: a token that was just issued lives up to 12 h, so an outage of IAM is long survived. */
const RENEW_AFTER_MS = 3_600_000;
/** A token this near to its end is not used any more: a request may take that long to be checked. */
const SAFETY_MS = 60_000;
/** After a renewal that failed while the old token still serves, the next one is tried this much later. */
const RETRY_RENEWAL_AFTER_MS = 30_000;
/** IAM answers within 100 ms; a caller waits behind this only when no token is left at all. */
const IAM_DEADLINE_MS = 5_000;

/** A token has a few hundred bytes. */
const MOST_ANSWER_BYTES = 64 * 1024;

const ANSWER = z.object({ iamToken: z.string().min(1), expiresAt: z.iso.datetime({ offset: true }) });

interface Token {
  readonly authorization: string;
  /** By both clocks: one stands still while the machine is suspended, the other is set. */
  readonly fetchedAtMs: number;
  readonly fetchedAtEpochMs: number;
  readonly lifeMs: number;
  /** At which age it is to be renewed. */
  renewAtAgeMs: number;
}

class ServiceAccountCredentials implements Credentials {
  readonly #key: ServiceAccountKey;
  readonly #options: ServiceAccountOptions;
  readonly #clock: Clock;
  readonly #epochMs: () => number;
  #token: Token | undefined;
  /** One renewal serves all who wait for it. */
  #renewal: Promise<Token> | undefined;

  constructor(key: ServiceAccountKey, options: ServiceAccountOptions) {
    this.#key = key;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#epochMs = options.epochMs ?? Date.now;
  }

  async headers(signal: AbortSignal): Promise<Record<string, string>> {
    let token = this.#token;
    if (token === undefined || this.#ageMs(token) >= token.lifeMs - SAFETY_MS) {
      token = await unlessAborted(this.#renew(), signal);
    } else if (this.#ageMs(token) >= token.renewAtAgeMs) {
      // Nobody waits for this one: the old token still serves, and a failure only puts the renewal off.
      this.#renew().catch(() => undefined);
    }
    return headersOf(token.authorization, this.#options.folderId);
  }

  refused(authorization: string): boolean {
    const token = this.#token;
    // Another request has had the same answer, and a new token is there or on its way.
    if (token?.authorization !== authorization) return true;
    // A server that refuses a new one as well will refuse the next.
    if (this.#ageMs(token) < RETRY_RENEWAL_AFTER_MS) return false;
    this.#token = undefined;
    return true;
  }

  /** By the clock that has gone on further. */
  #ageMs({ fetchedAtMs, fetchedAtEpochMs }: Token): number {
    return Math.max(this.#clock.nowMs() - fetchedAtMs, this.#epochMs() - fetchedAtEpochMs);
  }

  #renew(): Promise<Token> {
    this.#renewal ??= this.#fetchToken()
      .then((token) => (this.#token = token))
      .catch((error: unknown) => {
        if (this.#token) this.#token.renewAtAgeMs = this.#ageMs(this.#token) + RETRY_RENEWAL_AFTER_MS;
        throw error;
      })
      .finally(() => (this.#renewal = undefined));
    return this.#renewal;
  }

  async #fetchToken(): Promise<Token> {
    const fetchedAtMs = this.#clock.nowMs();
    const epochMs = this.#epochMs();
    const { iamToken, expiresAt } = await this.#ask(signedJwt(this.#key, epochMs));
    const lifeMs = Date.parse(expiresAt) - epochMs;
    return {
      authorization: `Bearer ${iamToken}`,
      fetchedAtMs,
      fetchedAtEpochMs: epochMs,
      lifeMs,
      renewAtAgeMs: Math.min(RENEW_AFTER_MS, lifeMs / 2),
    };
  }

  async #ask(jwt: string): Promise<z.infer<typeof ANSWER>> {
    const late = () => new ParleyError('CREDENTIALS_UNAVAILABLE', `No token within ${IAM_DEADLINE_MS} ms.`);
    const work = childWithin(IAM_DEADLINE_MS, this.#clock, late);
    try {
      const { statusCode, body } = await request(this.#options.iamUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ jwt }),
        signal: work.signal,
        // Once an hour: no connection is kept for the next.
        reset: true,
      });
      const answer = await readWithin(body, MOST_ANSWER_BYTES);
      if (statusCode !== 200) throw refusal(statusCode);
      if (!answer)
        throw new ParleyError('CREDENTIALS_UNAVAILABLE', 'The token service sends no end of answer.');
      return ANSWER.parse(JSON.parse(new TextDecoder().decode(answer)));
    } catch (cause) {
      if (isParleyError(cause)) throw cause;
      // The cause is not kept where it could quote the answer: that may hold a token.
      const quotes = cause instanceof SyntaxError || cause instanceof z.ZodError;
      const detail = quotes ? 'The token service answered no token.' : 'The token service cannot be reached.';
      throw new ParleyError('CREDENTIALS_UNAVAILABLE', detail, quotes ? {} : { cause });
    } finally {
      work.release();
    }
  }
}

/** 4xx says that the key is wrong; a busy service (429) and 5xx say nothing about it. */
function refusal(statusCode: number): ParleyError {
  const invalid = statusCode >= 400 && statusCode < 500 && statusCode !== 429 && statusCode !== 408;
  return new ParleyError(
    invalid ? 'CREDENTIALS_INVALID' : 'CREDENTIALS_UNAVAILABLE',
    `The token service answered ${statusCode}.`,
  );
}

function headersOf(authorization: string, folderId: string | undefined): Record<string, string> {
  return folderId === undefined ? { authorization } : { authorization, 'x-folder-id': folderId };
}
