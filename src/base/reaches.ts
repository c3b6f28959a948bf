/** Whether somebody listens at an address. */
import { connect } from 'node:net';

const PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/** Resolves once a connection stands, which is then closed: nothing is asked. Throws the system's error, or the signal's reason. */
export async function reaches(url: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const socket = connect({ host, port: Number(port) || (PORTS[protocol] ?? 0) });
  const onAbort = () => socket.destroy(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
  } finally {
    signal.removeEventListener('abort', onAbort);
    socket.destroy();
  }
}
