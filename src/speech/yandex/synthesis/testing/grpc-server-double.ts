import { once } from 'node:events';
import { Server, ServerCredentials, type ServerWritableStream, type StatusObject } from '@grpc/grpc-js';
import {
  synthesizerService,
  type ProtoWordTiming,
  type UtteranceSynthesisRequest,
  type UtteranceSynthesisResponse,
} from '../../proto.ts';

export type SynthesisStream = ServerWritableStream<UtteranceSynthesisRequest, UtteranceSynthesisResponse>;
export type Behaviour = (stream: SynthesisStream) => void;

/** A real gRPC server on loopback that does with each synthesis what a test says. */
export class GrpcServerDouble {
  behave: Behaviour = (stream) => speak(stream, [ramp(0, 800), ramp(800, 800)]);
  /** Every synthesis that came in, oldest first. */
  readonly streams: SynthesisStream[] = [];
  /** The client's address and port of each, which tells its connections apart. */
  readonly peers: string[] = [];
  #server: Server | undefined;
  #port = 0;

  get url(): string {
    return `grpc://127.0.0.1:${this.#port}`;
  }

  /** Listens; after a kill, on the same port as before. */
  async start(encode?: (response: UtteranceSynthesisResponse) => Buffer): Promise<void> {
    const server = new Server();
    const { UtteranceSynthesis } = synthesizerService();
    const method = encode ? { ...UtteranceSynthesis, responseSerialize: encode } : UtteranceSynthesis;
    server.addService(
      { UtteranceSynthesis: method },
      {
        UtteranceSynthesis: (stream: SynthesisStream) => {
          this.streams.push(stream);
          this.peers.push(stream.getPeer());
          // Cancelling destroys the stream: writing on must not end the test.
          stream.on('error', () => undefined);
          this.behave(stream);
        },
      },
    );
    this.#port = await new Promise((resolve, reject) => {
      server.bindAsync(`127.0.0.1:${this.#port}`, ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
    this.#server = server;
  }

  /** Cuts every connection and stops listening. */
  kill(): void {
    this.#server?.forceShutdown();
    this.#server = undefined;
  }
}

export function speak(stream: SynthesisStream, pieces: readonly Uint8Array[]): void {
  for (const piece of pieces) stream.write(response(piece));
  stream.end();
}

export function response(
  data: Uint8Array,
  words: readonly ProtoWordTiming[] = [],
): UtteranceSynthesisResponse {
  return { audio_chunk: { data }, text_chunk: null, start_ms: 0, length_ms: 0, word_timings: words };
}

export function fail(stream: SynthesisStream, code: number, details: string): void {
  stream.emit('error', { code, details } satisfies Partial<StatusObject>);
}

/** Samples `from`, `from` + 1, … as bytes. */
export function ramp(from: number, length: number): Uint8Array {
  return new Uint8Array(Int16Array.from({ length }, (_, sample) => from + sample).buffer);
}

export async function cancelled(stream: SynthesisStream): Promise<void> {
  if (!stream.cancelled) await once(stream, 'cancelled');
}
