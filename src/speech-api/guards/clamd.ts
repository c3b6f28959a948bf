/**
 * Files looked at by ClamAV's daemon: INSTREAM, the content in chunks behind their lengths, a length of 0 at the end.
 * https://linux.die.net/man/8/clamd ; one connection a file, as clamd ends it after each.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Look, Verdict } from './guard.ts';

export type ClamdAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** clamd's own StreamMaxLength bounds the whole. */
const CHUNK_BYTES = 64 * 1024;
/** `stream: Some.Name FOUND` is short. */
const MOST_ANSWER_BYTES = 4096;

export function clamd(address: ClamdAddress): Look<Uint8Array> {
  return async (content, signal) => verdictIn(await answerTo(content, address, signal));
}

/** `stream: OK`, `stream: NAME FOUND`, or `… ERROR`. Throws for what is none of the first two. */
function verdictIn(answer: string): Verdict {
  if (/^stream: OK$/.test(answer)) return { isFit: true };
  const [, name] = /^stream: (.+) FOUND$/.exec(answer) ?? [];
  if (name === undefined) throw new Error(`clamd answered "${answer.slice(0, 200)}"`);
  return { isFit: false, reason: name };
}

function answerTo(content: Uint8Array, address: ClamdAddress, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const socket =
      address.kind === 'tcp' ? connect(address.port, address.host) : connect({ path: address.path });
    const leave = () => socket.destroy(signal.reason as Error);
    signal.addEventListener('abort', leave, { once: true });
    const pieces: Buffer[] = [];
    let bytes = 0;
    const answered = () =>
      Buffer.concat(pieces)
        .toString('utf8')
        .replace(/[\0\n].*$/s, '');
    socket.on('data', (piece) => {
      bytes += piece.byteLength;
      if (bytes > MOST_ANSWER_BYTES) socket.destroy(new Error('clamd answers more than any verdict is'));
      else pieces.push(piece);
    });
    // It may answer, and close, before it has read all: what it said counts then, and not the pipe that broke.
    socket.once('error', (error) => (bytes > 0 && !signal.aborted ? resolve(answered()) : reject(error)));
    socket.once('close', () => {
      signal.removeEventListener('abort', leave);
      resolve(answered());
    });
    send(socket, content);
  });
}

function send(socket: Socket, content: Uint8Array): void {
  // With `z` commands and answers end in a zero byte.
  socket.write('zINSTREAM\0');
  for (let at = 0; at < content.byteLength; at += CHUNK_BYTES) {
    const chunk = content.subarray(at, at + CHUNK_BYTES);
    socket.write(length(chunk.byteLength));
    socket.write(chunk);
  }
  socket.write(length(0));
}

/** Four bytes, the most significant first. */
function length(bytes: number): Uint8Array {
  const header = new Uint8Array(4);
  new DataView(header.buffer).setUint32(0, bytes);
  return header;
}
