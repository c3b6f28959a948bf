import { Metadata } from '@grpc/grpc-js';
import type { Credentials } from './credentials.ts';

/** The credentials' headers as every gRPC call carries them. Throws what the credentials throw, or the signal's reason. */
export async function callMetadata(credentials: Credentials, signal: AbortSignal): Promise<Metadata> {
  signal.throwIfAborted();
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(await credentials.headers(signal))) metadata.set(name, value);
  signal.throwIfAborted();
  return metadata;
}
