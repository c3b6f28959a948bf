/** Whether a model runs on a server of one's own, where a request costs nothing and a model must be loaded. */

const LOCAL_NAME = /^(?:localhost|[^.:]+|.+\.(?:local|internal|lan|home\.arpa|localhost))$/i;
/** RFC 1918, loopback, link-local, shared address space. */
const PRIVATE_V4 =
  /^(?:127|10)\.|^192\.168\.|^172\.(?:1[6-9]|2\d|3[01])\.|^169\.254\.|^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./;
const PRIVATE_V6 = /^\[(?:::1|f[cd][\da-f]{2}:.*|fe80:.*)\]$/i;

/** True for this machine, private networks, and names that only a network of one's own knows: `http://ollama:11434/v1`. */
export function isOwnServer(baseUrl: string): boolean {
  const { hostname } = new URL(baseUrl);
  return /^[\d.]+$/.test(hostname)
    ? PRIVATE_V4.test(hostname)
    : LOCAL_NAME.test(hostname) || PRIVATE_V6.test(hostname);
}
