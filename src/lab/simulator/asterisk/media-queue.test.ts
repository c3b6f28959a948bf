import { beforeEach, describe, expect, it } from 'vitest';
import { MediaQueue } from './media-queue.ts';

const FRAME_BYTES = 640;

describe('the queue of a media socket', () => {
  let told: string[];
  let queue: MediaQueue;

  beforeEach(() => {
    told = [];
    queue = new MediaQueue(FRAME_BYTES, ({ event, correlation_id, queue_length }) => {
      const detail = correlation_id ?? queue_length;
      told.push(typeof detail === 'string' || typeof detail === 'number' ? `${event} ${detail}` : event);
    });
  });

  const say = (command: string, correlation_id?: string) =>
    queue.command(JSON.stringify({ command, correlation_id }));
  const send = (frames: number, more = 0) => queue.take(new Uint8Array(frames * FRAME_BYTES + more));
  const play = (frames: number) => {
    for (let n = 0; n < frames; n++) queue.next();
  };

  it('says XOFF at 900 frames, XON below 800, and loses whole messages from 1000 on', () => {
    for (let n = 0; n < 9; n++) send(102);
    expect(told).toEqual(['MEDIA_XOFF']);
    send(102);
    send(102);
    say('GET_STATUS');
    expect(told.at(-1)).toBe('STATUS 1020');
    play(221);
    expect(told.at(-1)).toBe('STATUS 1020');
    play(1);
    expect(told.at(-1)).toBe('MEDIA_XON');
  });

  it('tells a mark in the tick of the frame behind it, and none while it is paused', () => {
    send(1);
    say('MARK_MEDIA', 'a');
    send(1);
    say('MARK_MEDIA', 'b');
    play(1);
    expect(told).toEqual([]);
    say('PAUSE_MEDIA');
    play(5);
    expect(told).toEqual([]);
    say('CONTINUE_MEDIA');
    expect(queue.next()).toHaveLength(FRAME_BYTES);
    expect(told).toEqual(['MEDIA_MARK_PROCESSED a']);
    expect(queue.next()).toBeUndefined();
    expect(told.at(-1)).toBe('MEDIA_MARK_PROCESSED b');
  });

  it('loses the rest of a message, unless media is being buffered', () => {
    send(1, 100);
    say('START_MEDIA_BUFFERING');
    send(1, 60);
    send(0, 40);
    say('STOP_MEDIA_BUFFERING', 'x');
    say('GET_STATUS');
    expect(told).toEqual(['STATUS 3']);
    play(4);
    expect(told.at(-1)).toBe('MEDIA_BUFFERING_COMPLETED x');
  });

  it('forgets frames and marks at a flush, but not that it is paused', () => {
    say('PAUSE_MEDIA');
    send(10);
    say('MARK_MEDIA', 'a');
    say('FLUSH_MEDIA');
    send(1);
    expect(queue.next()).toBeUndefined();
    say('CONTINUE_MEDIA');
    expect(queue.next()).toHaveLength(FRAME_BYTES);
    expect(told).toEqual([]);
  });
});
