/** One gRPC service on a port of its own, which can be killed and brought back. */
import { Server, ServerCredentials, status, type Metadata, type MethodDefinition } from '@grpc/grpc-js';
import type { UntypedServiceImplementation } from '@grpc/grpc-js';
import { Refusal, type RefusalKind } from './faults.ts';
import type { LocalPort } from './local-port.ts';

type Definition = Readonly<Record<string, MethodDefinition<object, object>>>;

export class GrpcPort implements LocalPort {
  readonly #definition: Definition;
  readonly #handlers: UntypedServiceImplementation;
  #server: Server | undefined;
  #port = 0;

  /** A handler may write a Buffer in place of a message: it goes out as it is, protobuf or not. */
  constructor(service: object, handlers: UntypedServiceImplementation) {
    this.#definition = Object.fromEntries(
      Object.entries(service as Definition).map(([name, method]) => [name, allowingRawBytes(method)]),
    );
    this.#handlers = handlers;
  }

  get url(): string {
    return `grpc://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const server = new Server();
    server.addService(this.#definition, this.#handlers);
    this.#port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`127.0.0.1:${this.#port}`, ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
    this.#server = server;
  }

  async kill(): Promise<void> {
    this.#server?.forceShutdown();
    this.#server = undefined;
  }
}

/** The first value of a header. */
export function headersOf(metadata: Metadata): (name: string) => string | undefined {
  return (name) => metadata.get(name)[0]?.toString();
}

const CODE = {
  refused: status.UNAVAILABLE,
  quota: status.RESOURCE_EXHAUSTED,
  unauthenticated: status.UNAUTHENTICATED,
  invalid: status.INVALID_ARGUMENT,
  internal: status.INTERNAL,
  sessionOver: status.DEADLINE_EXCEEDED,
} as const satisfies Record<RefusalKind, status>;

/** What to emit as `error` on a call that cannot be served. */
export function grpcError(error: unknown): { readonly code: status; readonly details: string } {
  return { code: CODE[error instanceof Refusal ? error.kind : 'internal'], details: String(error) };
}

function allowingRawBytes(method: MethodDefinition<object, object>): MethodDefinition<object, object> {
  return {
    ...method,
    responseSerialize: (message) => (Buffer.isBuffer(message) ? message : method.responseSerialize(message)),
  };
}
