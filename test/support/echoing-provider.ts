/** Servers that refuse everything and, as some proxies and providers do, quote the whole request in their answer: its credentials, too. */
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import type { Metadata, StatusObject } from '@grpc/grpc-js';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { recognizerService, synthesizerService } from '../../src/speech/yandex/proto.ts';

export interface EchoingProvider {
  /** Without a path. */
  readonly httpUrl: string;
  readonly grpcUrl: string;
  /** Everything that was sent back. */
  readonly echoed: string;
  /** The HTTP status of every answer; 401 if not set. */
  httpStatus: number;
  stop(): Promise<void>;
}

interface RefusedCall {
  readonly metadata: Metadata;
  emit(event: 'error', status: Partial<StatusObject>): boolean;
}

export async function startEchoingProvider(): Promise<EchoingProvider> {
  let echoed = '';
  const http = createServer((request, response) => {
    request.resume();
    const words = wordsOf(request);
    echoed += words;
    // In every field in which somebody might look for an explanation.
    const error = { message: words, code: request.headers.authorization, type: words };
    const body = { message: words, error_code: words, error_message: words, error };
    response.writeHead(provider.httpStatus, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const grpc = new Server();
  const refuse = (call: RefusedCall) => {
    const words = `Refused: ${JSON.stringify(call.metadata.getMap())}`;
    echoed += words;
    call.emit('error', { code: status.UNAVAILABLE, details: words });
  };
  grpc.addService({ ...synthesizerService() }, { UtteranceSynthesis: refuse });
  grpc.addService({ ...recognizerService() }, { RecognizeStreaming: refuse });
  const port = await new Promise<number>((resolve, reject) =>
    grpc.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  const provider: EchoingProvider = {
    httpUrl: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    grpcUrl: `grpc://127.0.0.1:${port}`,
    get echoed() {
      return echoed;
    },
    httpStatus: 401,
    async stop() {
      grpc.forceShutdown();
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  };
  return provider;
}

/** The key by itself, as OpenAI quotes it, and every header. */
function wordsOf({ url, headers }: IncomingMessage): string {
  const { authorization = '', ...others } = headers;
  const [, key = ''] = /^(?:Bearer|Api-Key) (.*)$/.exec(authorization) ?? [];
  return `Incorrect key provided: ${key}. ${JSON.stringify({ authorization, url, ...others })}`;
}
