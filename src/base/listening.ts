import { unusableAddress } from './unusable-address.ts';

/** What of an HTTP server is needed to have it listen: fastify's instance is one. */
interface Listener {
  listen(address: { host: string; port: number }): Promise<string>;
  close(): Promise<unknown>;
}

/** Resolves with its URL when it listens; port 0 takes any free one. Closes it and throws HTTP_ADDRESS_UNUSABLE where that port cannot be had. */
export async function listening(
  server: Listener,
  address: { readonly host: string; readonly port: number },
): Promise<string> {
  try {
    return await server.listen({ host: address.host, port: address.port });
  } catch (error) {
    await server.close();
    throw unusableAddress(address, error);
  }
}
