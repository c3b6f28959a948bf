import { ParleyError } from './errors.ts';
import { systemCode } from './system-code.ts';

/** HTTP_ADDRESS_UNUSABLE for what `listen` failed with, naming the setting that is at fault. */
export function unusableAddress(
  { host, port }: { readonly host: string; readonly port: number },
  error: unknown,
): ParleyError {
  const code = systemCode(error) ?? String(error);
  const known: Readonly<Record<string, string>> = {
    EADDRINUSE: `HTTP_PORT: ${port} is taken by another program on ${host}`,
    EACCES: `HTTP_PORT: ${port} may not be used by this user`,
    EADDRNOTAVAIL: `HTTP_HOST: ${host} is no address of this machine`,
    ENOTFOUND: `HTTP_HOST: ${host} is no address of this machine`,
  };
  const what = known[code] ?? `HTTP_HOST, HTTP_PORT: ${host}:${port} cannot be listened on`;
  return new ParleyError('HTTP_ADDRESS_UNUSABLE', `${what} (${code}).`, { cause: error });
}
