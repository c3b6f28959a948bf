/** Yandex IAM: a token for a JWT that a service account's key has signed. */
import { constants, verify } from 'node:crypto';
import { sleep, type Clock } from '../../../base/clock.ts';
import type { SpeechKitDelays } from './delays.ts';
import { GARBAGE, hang, HTML_PAGE, passFault, Refusal, type FaultScript } from './faults.ts';
import { answerJson, HttpPort } from './http-port.ts';
import type { RequestLog } from './request-log.ts';

/** What the service knows of an account: the public half of one key. */
export interface ServiceAccount {
  readonly id: string;
  readonly keyId: string;
  readonly publicKeyPem: string;
}

export interface IamSource {
  readonly accounts: readonly ServiceAccount[];
  /** Milliseconds since 1970, as in `Date.now`. */
  readonly epochMs: () => number;
  readonly tokenLifeMs: number;
  readonly delays: SpeechKitDelays;
  readonly clock: Clock;
}

const AUDIENCE = 'https://iam.api.cloud.yandex.net/iam/v1/tokens';
const LONGEST_JWT_SECONDS = 3600;
/** Clocks differ. */
const SKEW_SECONDS = 60;

export function iamHttp(source: IamSource, log: RequestLog, faults: FaultScript): HttpPort {
  let issued = 0;
  return new HttpPort('/iam/v1/tokens', async (request, response, gone) => {
    const record = log.open('iam', request.header);
    const fault = faults.take('iam');
    record.fault = fault?.kind;
    try {
      await passFault(fault, source.clock, gone);
      await sleep(source.clock, source.delays.iamMs, gone);
      checkJwt(jwtOf(request.body), source);
      if (fault?.kind === 'half') await hang(gone);
      log.close(record, 'answered');
      if (fault?.kind === 'garbage') {
        return void response.end(fault.as === 'html' ? HTML_PAGE : fault.as === 'empty' ? '{}' : GARBAGE);
      }
      issued += 1;
      const expiresAt = new Date(source.epochMs() + source.tokenLifeMs).toISOString();
      answerJson(response, { iamToken: `t1.simulated-${issued}`, expiresAt });
    } catch (error) {
      log.close(record, gone.aborted ? 'cancelled' : 'refused');
      throw error;
    }
  });
}

function jwtOf(body: Buffer): string {
  try {
    return (JSON.parse(body.toString()) as { readonly jwt: string }).jwt;
  } catch {
    throw new Refusal('invalid', 'the body is no JSON');
  }
}

/** Throws a Refusal unless the JWT is a PS256 one of a known account, for IAM, and fresh. */
function checkJwt(jwt: string, { accounts, epochMs }: IamSource): void {
  const [head = '', payload = '', signature = ''] = String(jwt).split('.');
  const { alg, typ, kid } = decoded(head);
  const { iss, aud, iat, exp } = decoded(payload);
  const account = accounts.find((each) => each.keyId === kid && each.id === iss);
  require(alg === 'PS256' && typ === 'JWT', 'the JWT is not signed as PS256');
  require(aud === AUDIENCE, 'the JWT is for somebody else');
  if (account === undefined) throw new Refusal('unauthenticated', 'no such account and key');

  const nowSeconds = epochMs() / 1000;
  const [from, until] = [Number(iat), Number(exp)];
  require(until - from <= LONGEST_JWT_SECONDS, 'the JWT lives longer than an hour');
  require(from <= nowSeconds + SKEW_SECONDS && until > nowSeconds, 'the JWT has expired or is of the future');
  const key = { key: account.publicKeyPem, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  const genuine = verify(
    'sha256',
    Buffer.from(`${head}.${payload}`),
    key,
    Buffer.from(signature, 'base64url'),
  );
  require(genuine, 'the signature is wrong');
}

function decoded(part: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
  } catch {
    throw new Refusal('invalid', 'that is no JWT');
  }
}

function require(condition: boolean, otherwise: string): void {
  if (!condition) throw new Refusal('unauthenticated', otherwise);
}
