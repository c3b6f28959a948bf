/** What comes on a connection and is no request: it is told so in the shape of every other error, and the connection ends. */
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { ownShape } from './answers.ts';
import { SPEECH_STATUS, SpeechRefusal } from './refusal.ts';

/** Of Node's HTTP parser: https://nodejs.org/api/http.html#event-clienterror */
const HEADERS_TOO_LARGE = 'HPE_HEADER_OVERFLOW';
const TOO_SLOW = 'ERR_HTTP_REQUEST_TIMEOUT';

export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  // Where something was answered already, as to a request whose body never came whole, a second answer would be taken for the next one's.
  if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0)
    return void socket.destroy();
  const refusal = refusalFor(error.code);
  const id = randomUUID();
  const status = SPEECH_STATUS[refusal.code];
  const body = JSON.stringify(ownShape(refusal, id));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${id}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function refusalFor(code: string | undefined): SpeechRefusal {
  if (code === TOO_SLOW) return new SpeechRefusal('REQUEST_TOO_SLOW', 'The request did not arrive in time.');
  const what = code === HEADERS_TOO_LARGE ? 'Its headers are too large.' : 'It is no HTTP request.';
  return new SpeechRefusal('VALIDATION_ERROR', what);
}
