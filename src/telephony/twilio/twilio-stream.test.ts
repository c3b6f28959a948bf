import { beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../base/log.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import type { TwilioSocket } from './media-socket.ts';
import { TwilioStream } from './twilio-stream.ts';
import { TwilioTelephone } from './twilio-telephone.ts';

/** The other end of it tells and closes when a test says so. */
class FakeSocket implements TwilioSocket {
  readonly closedWith: number[] = [];
  #tell: (data: Uint8Array, isBinary: boolean) => void = () => undefined;
  readonly #close: ((code: number) => void)[] = [];
  send(): void {
    // Nothing is said to it here that matters.
  }
  close(code: number): void {
    this.closedWith.push(code);
  }
  onMessage(listener: (data: Uint8Array, isBinary: boolean) => void): void {
    this.#tell = listener;
  }
  onClose(listener: (code: number) => void): void {
    this.#close.push(listener);
  }
  tell(message: object): void {
    this.#tell(new TextEncoder().encode(JSON.stringify(message)), false);
  }
  leave(): void {
    for (const listener of this.#close) listener(1006);
  }
}

const CONNECTED = { event: 'connected', protocol: 'Call', version: '1.0.0' };
const mediaFormat = { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 };
const START = {
  ...{ event: 'start', streamSid: 'MZ1' },
  start: { callSid: 'CA1', customParameters: {}, mediaFormat },
};

describe("a stream of Twilio's", () => {
  let clock: ManualClock;
  let socket: FakeSocket;

  beforeEach(() => {
    clock = new ManualClock();
    socket = new FakeSocket();
  });

  it.each([
    ['says nothing', []],
    ['only connects', [CONNECTED]],
  ])('is closed after ten seconds if it %s', async (_, said) => {
    new TwilioStream({ clock, log: silentLog, socket, begin: () => undefined });
    for (const message of said) socket.tell(message);
    await clock.advance(9999);
    expect(socket.closedWith).toEqual([]);
    await clock.advance(1);
    expect(socket.closedWith).toEqual([1008]);
  });

  it('is waited for no longer when it has gone', async () => {
    new TwilioStream({ clock, log: silentLog, socket, begin: () => undefined });
    socket.leave();
    await clock.advance(60_000);
    expect(socket.closedWith).toEqual([]);
  });

  describe('at a telephone', () => {
    let telephone: TwilioTelephone;
    let ended: unknown[];

    beforeEach(async () => {
      ended = [];
      telephone = new TwilioTelephone({
        settings: {
          ...{ accountSid: 'AC1', authToken: 'token', publicUrl: 'https://voice.example.com' },
          ...{ wsUrl: 'wss://voice.example.com/ws', apiUrl: 'http://127.0.0.1:1' },
        },
        ...{ clock, log: silentLog },
        speechDetector: () => ({ silenceMs: 160, hear: () => undefined, close: () => undefined }),
        onArrival: ({ line }) =>
          line.ended.addEventListener('abort', () => ended.push(line.ended.reason), { once: true }),
      });
      await telephone.open();
    });

    it('ends its call when it says too much that Twilio does not say, and not before', () => {
      telephone.take(socket);
      socket.tell(START);
      for (let count = 0; count < 49; count++) socket.tell({ event: 'media' });
      expect(ended).toEqual([]);
      socket.tell({ event: 'media' });
      expect(ended).toMatchObject([{ by: 'lost' }]);
      expect(socket.closedWith).toEqual([1000]);
    });

    it('is one of five hundred and twelve at the most', () => {
      const sockets = Array.from({ length: 512 }, () => new FakeSocket());
      for (const each of sockets) telephone.take(each);
      telephone.take(socket);
      expect(socket.closedWith).toEqual([1013]);
      sockets[0]?.leave();
      const next = new FakeSocket();
      telephone.take(next);
      expect(next.closedWith).toEqual([]);
    });
  });
});
