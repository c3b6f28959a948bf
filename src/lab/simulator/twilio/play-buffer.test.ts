import { beforeEach, describe, expect, it } from 'vitest';
import { encodeG711 } from '../../../audio/g711.ts';
import { fromSamples, toSamples } from '../../../audio/pcm.ts';
import { tone } from '../../../audio/tone.ts';
import { SILENCE } from '../asterisk/frames.ts';
import { PlayBuffer } from './play-buffer.ts';

describe('what Twilio was sent', () => {
  let marks: string[];
  let buffer: PlayBuffer;

  beforeEach(() => {
    marks = [];
    buffer = new PlayBuffer((name) => marks.push(name));
  });

  const sound = (forMs: number) => encodeG711(tone(400, forMs, 8000), 'PCMU');

  it('is played in order whatever the size of its pieces, 20 ms at a time, and then there is silence', () => {
    const whole = sound(50);
    buffer.add(whole.subarray(0, 7));
    buffer.add(whole.subarray(7, 333));
    buffer.add(whole.subarray(333));
    const played = [buffer.play(), buffer.play(), buffer.play()].map((frame) =>
      encodeG711(fromSamples(frame, 8000), 'PCMU'),
    );
    expect(Buffer.concat(played).subarray(0, whole.length)).toEqual(Buffer.from(whole));
    expect(buffer.play()).toBe(SILENCE);
    expect(buffer.mostAheadMs).toBe(50);
  });

  it('has its marks told when all before them was played, and at once where nothing waits', () => {
    buffer.mark('at once');
    expect(marks).toEqual(['at once']);
    buffer.add(sound(20));
    buffer.mark('first');
    buffer.add(sound(40));
    buffer.mark('second');
    buffer.mark('third');
    expect(marks).toEqual(['at once']);
    buffer.play();
    expect(marks).toEqual(['at once', 'first']);
    buffer.play();
    expect(marks).toEqual(['at once', 'first']);
    buffer.play();
    expect(marks).toEqual(['at once', 'first', 'second', 'third']);
  });

  it('is dropped by clear, with every mark that waited told of', () => {
    buffer.add(sound(100));
    buffer.mark('a');
    buffer.add(sound(100));
    buffer.mark('b');
    buffer.play();
    buffer.clear();
    expect(marks).toEqual(['a', 'b']);
    expect(buffer.play()).toBe(SILENCE);
    buffer.add(sound(20));
    expect(toSamples(fromSamples(buffer.play(), 8000)).some((sample) => sample !== 0)).toBe(true);
  });
});
