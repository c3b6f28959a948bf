/** One connection to an API of Google's, and what its failures mean. */
import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import { isParleyError, ParleyError } from '../../base/errors.ts';
import { grpcCode, isGrpcStatus } from '../grpc/status-codes.ts';
import type { SpeechService } from '../grpc/status-codes.ts';

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

/**
 * What a failed RPC means. Anything that is not a gRPC status is handed back as it is. OUT_OF_RANGE is no refusal: a stream without audio,
 * or of five minutes, which another one may replace.
 */
export function googleFailure(service: SpeechService, error: unknown): unknown {
  if (isParleyError(error) || !isGrpcStatus(error)) return error;
  const { code, details } = error;
  return new ParleyError(grpcCode(service, error), `gRPC ${status[code] ?? code}.`, { quote: details });
}
