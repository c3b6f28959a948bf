/** One connection to an API of Google's, and what its failures mean. */
import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import { isParleyError, ParleyError, type ErrorCode } from '../../base/errors.ts';

export interface GoogleEndpointOptions {
  /** `grpcs://speech.googleapis.com:443`; `grpc://` is without TLS. */
  readonly url: string;
  /** `Bearer …`, anew for each call. */
  readonly bearer: () => string;
}

const OPTIONS = {
  // No connection of Parley's goes through a proxy: docs/decisions/proxies.md.
  'grpc.enable_http_proxy': 0,
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 10_000,
  // Half an hour without calls must not end in a first caller who waits for TCP and TLS: the longest that a timer can wait.
  'grpc.client_idle_timeout_ms': 2 ** 31 - 1,
  'grpc.initial_reconnect_backoff_ms': 200,
  'grpc.max_reconnect_backoff_ms': 5000,
  // The longest text at 48 kHz is about as much.
  'grpc.max_receive_message_length': 32 * 1024 * 1024,
};

/** The same request is refused again. */
const REFUSALS: readonly status[] = [status.INVALID_ARGUMENT, status.NOT_FOUND, status.FAILED_PRECONDITION];
const UNAUTHORIZED: readonly status[] = [status.UNAUTHENTICATED, status.PERMISSION_DENIED];
/** What grpc-js itself says of an answer that it cannot take, with codes that servers use for other things. */
const UNTAKEN = /^(Response message parsing error|Received message larger than max)/;

export class GoogleEndpoint {
  readonly client: Client;
  readonly #bearer: () => string;

  constructor({ url, bearer }: GoogleEndpointOptions) {
    const { protocol, host } = new URL(url);
    const isOpen = protocol === 'grpc:';
    this.client = new Client(host, isOpen ? credentials.createInsecure() : credentials.createSsl(), OPTIONS);
    this.#bearer = bearer;
  }

  metadata(): Metadata {
    const metadata = new Metadata();
    metadata.set('authorization', this.#bearer());
    return metadata;
  }

  close(): void {
    this.client.close();
  }
}

/** What a failed RPC means. Anything that is not a gRPC status is handed back as it is. */
export function googleFailure(service: 'ASR' | 'TTS', error: unknown): unknown {
  if (isParleyError(error) || !(error instanceof Error) || !('code' in error && 'details' in error))
    return error;
  const code = error.code as status;
  const details = String(error.details);
  return new ParleyError(codeOf(service, code, details), `gRPC ${status[code] ?? code}.`, { quote: details });
}

function codeOf(service: 'ASR' | 'TTS', code: status, details: string): ErrorCode {
  if (code === status.UNIMPLEMENTED || UNTAKEN.test(details)) return `${service}_BAD_ANSWER`;
  if (UNAUTHORIZED.includes(code)) return `${service}_UNAUTHORIZED`;
  if (REFUSALS.includes(code)) return `${service}_REJECTED`;
  if (code === status.RESOURCE_EXHAUSTED) return `${service}_QUOTA`;
  if (code === status.DEADLINE_EXCEEDED) return `${service}_TIMEOUT`;
  // OUT_OF_RANGE among them: a stream without audio, or of five minutes, which another one may replace.
  return `${service}_UNAVAILABLE`;
}
