/** What a gRPC status means, whoever's server has said it. */
import { status } from '@grpc/grpc-js';
import type { ErrorCode } from '../../base/error-catalogue.ts';

/** Which family of error codes a failure belongs to. */
export type SpeechService = 'ASR' | 'TTS';

export interface GrpcStatus {
  readonly code: status;
  readonly details: string;
}

/** Said by servers that are up but refuse this request; the same request is refused again. */
const REFUSALS: readonly status[] = [status.INVALID_ARGUMENT, status.NOT_FOUND, status.FAILED_PRECONDITION];

/** Said to whoever has no right to ask. */
const UNAUTHORIZED: readonly status[] = [status.UNAUTHENTICATED, status.PERMISSION_DENIED];

/**
 * What grpc-js itself says of an answer that it cannot take. It gives the codes INTERNAL and RESOURCE_EXHAUSTED, which servers use for
 * other things.
 */
const UNTAKEN = /^(Response message parsing error|Received message larger than max)/;

export function isGrpcStatus(error: unknown): error is Error & GrpcStatus {
  return error instanceof Error && 'details' in error && 'code' in error && typeof error.code === 'number';
}

/** `refusals`: what this server refuses a request with, beside what all do. */
export function grpcCode(
  service: SpeechService,
  { code, details }: GrpcStatus,
  refusals: readonly status[] = [],
): ErrorCode {
  if (code === status.UNIMPLEMENTED || UNTAKEN.test(details)) return `${service}_BAD_ANSWER`;
  if (UNAUTHORIZED.includes(code)) return `${service}_UNAUTHORIZED`;
  if (REFUSALS.includes(code) || refusals.includes(code)) return `${service}_REJECTED`;
  if (code === status.RESOURCE_EXHAUSTED) return `${service}_QUOTA`;
  if (code === status.DEADLINE_EXCEEDED) return `${service}_TIMEOUT`;
  return `${service}_UNAVAILABLE`;
}
