/** A clamd that holds its clients to the protocol: knows INSTREAM, finds the EICAR test file, and answers with an error what is malformed. */
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** What every scanner finds, and which harms nobody: https://www.eicar.org/download-anti-malware-testfile/ , in two so that this file is none. */
export const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');

const COMMAND = 'zINSTREAM\0';

export interface ClamdStandIn {
  readonly port: number;
  /** Bytes of each file that came whole. */
  readonly scanned: number[];
  /** How it behaves to who comes next. */
  mode: 'well' | 'silent' | 'error';
  close(): Promise<void>;
}

/** `mostBytes`: StreamMaxLength. */
export async function startClamdStandIn(mostBytes = 30_000_000): Promise<ClamdStandIn> {
  const sockets = new Set<Socket>();
  const scanned: number[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    if (clamd.mode === 'silent') return;
    let received = Buffer.alloc(0);
    const answer = (text: string) => void socket.end(`${text}\0`);
    if (clamd.mode === 'error') return answer('INSTREAM: Can not allocate memory ERROR');
    socket.on('data', (piece) => {
      received = Buffer.concat([received, piece]);
      if (received.length < COMMAND.length) return;
      if (received.subarray(0, COMMAND.length).toString() !== COMMAND) return answer('UNKNOWN COMMAND');
      const chunks: Buffer[] = [];
      let bytes = 0;
      for (let at = COMMAND.length; at + 4 <= received.length;) {
        const length = received.readUInt32BE(at);
        at += 4;
        if (length === 0) {
          scanned.push(bytes);
          const isBad = Buffer.concat(chunks).includes(EICAR);
          return answer(isBad ? 'stream: Eicar-Signature FOUND' : 'stream: OK');
        }
        bytes += length;
        if (bytes > mostBytes) return answer('INSTREAM size limit exceeded. ERROR');
        if (at + length > received.length) return;
        chunks.push(received.subarray(at, at + length));
        at += length;
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const clamd: ClamdStandIn = {
    port: (server.address() as AddressInfo).port,
    scanned,
    mode: 'well',
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return clamd;
}
