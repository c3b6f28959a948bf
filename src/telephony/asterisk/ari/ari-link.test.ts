import { describe, expect, it } from 'vitest';
import { silentLog } from '../../../base/log.ts';
import { ManualClock } from '../../../base/manual-clock.ts';
import { AriLink, type EventSocket } from './ari-link.ts';
import type { Beats } from './heartbeat.ts';

class FakeSocket implements EventSocket {
  readonly opened: Promise<void>;
  readonly ended: Promise<string>;
  readonly #onSign: () => void;
  readonly #opens: boolean;
  #end: (reason: string) => void = () => undefined;
  answersPings = true;
  reason: string | undefined;
  isReplaced = false;

  constructor(onSign: () => void, opens: boolean) {
    this.#onSign = onSign;
    this.#opens = opens;
    this.opened = opens ? Promise.resolve() : new Promise(() => undefined);
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }
  /** As that of a WebSocket. */
  ping() {
    if (!this.#opens) throw new Error('WebSocket is not open: readyState 0 (CONNECTING)');
    if (this.answersPings) this.#onSign();
  }
  end(reason: string) {
    this.reason ??= reason;
    this.#end(this.reason);
  }
}

function linkWithSockets(beats?: Beats) {
  const clock = new ManualClock();
  const sockets: FakeSocket[] = [];
  const openedAtMs: number[] = [];
  const world = { opens: true, isFree: false, told: [] as string[] };
  const link = new AriLink({
    clock,
    beats,
    log: silentLog,
    // The longest jitter: every wait is its whole step.
    random: () => 1,
    settle: () => Promise.resolve(),
    isFree: async () => {
      world.told.push('asked');
      return world.isFree;
    },
    onReplaced: () => void world.told.push('replaced'),
    open: (onSign) => {
      const socket = new FakeSocket(onSign, world.opens);
      sockets.push(socket);
      openedAtMs.push(clock.nowMs());
      return socket;
    },
  });
  return { clock, sockets, openedAtMs, world, link, last: () => sockets.at(-1) as FakeSocket };
}

/** Ends each connection as soon as it stands, and gives the waits between them. */
async function waitsBetweenDrops(drops: number): Promise<number[]> {
  const { link, clock, openedAtMs, last, sockets } = linkWithSockets();
  await link.start();
  while (sockets.length <= drops) {
    last().end('dropped');
    const before = sockets.length;
    while (sockets.length === before) await clock.advance(50);
  }
  await link.close();
  return openedAtMs.slice(1).map((atMs, index) => atMs - (openedAtMs[index] ?? 0));
}

describe('the link', () => {
  it('waits twice as long each time, up to 2 s, while connections are dropped as soon as they stand', async () => {
    expect(await waitsBetweenDrops(9)).toEqual([100, 200, 400, 800, 1600, 2000, 2000, 2000, 2000]);
  });

  it('starts from the first wait again only after a connection that stayed up', async () => {
    const { link, clock, openedAtMs, last } = linkWithSockets();
    await link.start();
    last().end('dropped');
    await clock.advance(100);
    last().end('dropped');
    await clock.advance(200);
    await clock.advance(10_000);
    last().end('dropped');
    await clock.advance(100);
    expect(openedAtMs).toEqual([0, 100, 300, 10_400]);
    await link.close();
  });

  it('ends a socket that answers nothing within 10 s, wherever between two pings it fell silent', async () => {
    for (const silentFromMs of [1, 3_999, 4_000, 4_001, 7_999]) {
      const { link, clock, last } = linkWithSockets();
      await link.start();
      const first = last();
      await clock.advance(silentFromMs);
      first.answersPings = false;
      await clock.advance(8_000);
      expect(first.reason).toBe('silent');
      await link.close();
    }
  });

  it('pings nothing that is still being opened, however often it pings', async () => {
    const { link, clock, world, last } = linkWithSockets({ everyMs: 500, unanswered: 3 });
    world.opens = false;
    const starting = link.start().catch(() => undefined);
    await clock.advance(2_900);
    expect(last().reason).toBeUndefined();
    await clock.advance(200);
    expect(last().reason).toBe('no handshake in time');
    await link.close();
    await starting;
  });

  it('stays away when another program has connected under its name, until that is gone', async () => {
    const { link, clock, world, last, sockets } = linkWithSockets();
    link.onConnection((state) => world.told.push(state));
    await link.start();
    last().isReplaced = true;
    last().end('replaced');
    await clock.advance(60_000);
    expect(sockets).toHaveLength(1);
    expect(link).toMatchObject({ connected: false, isReplaced: true });
    expect(world.told.slice(0, 4)).toEqual(['up', 'replaced', 'down', 'asked']);
    world.isFree = true;
    await clock.advance(6_000);
    expect(sockets).toHaveLength(2);
    expect(link).toMatchObject({ connected: true, isReplaced: false });
    last().isReplaced = true;
    last().end('replaced');
    await clock.advance(1_000);
    await link.close();
    expect(clock.pending).toBe(0);
  });

  it('does not wait for ever for a handshake', async () => {
    const { link, clock, world, last } = linkWithSockets();
    await link.start();
    world.opens = false;
    last().end('dropped');
    await clock.advance(100);
    await clock.advance(3_000);
    expect(last().reason).toBe('no handshake in time');
    await link.close();
  });

  it('leaves no timer when it is closed, in whichever state', async () => {
    for (const waitMs of [0, 50, 200, 5_000]) {
      const { link, clock, world, last } = linkWithSockets();
      await link.start();
      world.opens = false;
      if (waitMs > 0) last().end('dropped');
      await clock.advance(waitMs);
      await link.close();
      expect(clock.pending).toBe(0);
    }
  });
});
