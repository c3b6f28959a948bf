/** What authorizes a request to Yandex Cloud. */
export interface Credentials {
  /** Header fields (HTTP) or metadata (gRPC) to send along. Throws CREDENTIALS_INVALID or CREDENTIALS_UNAVAILABLE. */
  headers(signal: AbortSignal): Promise<Record<string, string>>;
}
