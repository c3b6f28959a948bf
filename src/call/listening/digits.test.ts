import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { Digits } from './digits.ts';
import type { Collecting } from './digits.ts';

let clock: ManualClock;
let asked: Collecting | undefined;
let collected: string[];
let digits: Digits;

beforeEach(() => {
  clock = new ManualClock();
  asked = { most: 4, terminator: '#', betweenMs: 4000 };
  collected = [];
  digits = new Digits({
    clock,
    collecting: () => asked,
    onCollected: ({ digits: all }) => collected.push(all),
  });
});

/** A key every second. */
async function press(keys: string): Promise<void> {
  for (const key of keys) {
    digits.press(key);
    await clock.advance(1000);
  }
}

describe('the keys of a number', () => {
  it('are one number as soon as it is full', async () => {
    await press('1204');
    expect(collected).toEqual(['1204']);
  });

  it('are ended by the terminator', async () => {
    await press('12#');
    expect(collected).toEqual(['12']);
  });

  it('are ended when no further key comes', async () => {
    await press('12');
    await clock.advance(2900);
    expect(collected).toEqual([]);
    await clock.advance(200);
    expect(collected).toEqual(['12']);
  });

  it('wait for what the caller says beside them', async () => {
    await press('12');
    digits.speechStarted();
    await clock.advance(10_000);
    expect(collected).toEqual([]);
    digits.speechStopped();
    await clock.advance(4000);
    expect(collected).toEqual(['12']);
  });

  it('and a terminator alone is no number', async () => {
    await press('#');
    expect(collected).toEqual([]);
  });

  it('are not taken where none is asked for: zero is a key of its own there', () => {
    expect(digits.press('0')).toBe(true);
    digits.close();
    asked = undefined;
    expect(digits.press('0')).toBe(false);
  });

  it('may hold a star or a hash that ends nothing, and is not of it', async () => {
    await press('1*2');
    await clock.advance(4000);
    expect(collected).toEqual(['12']);
  });

  it('begin anew for the next number', async () => {
    await press('1204');
    await press('5#');
    expect(collected).toEqual(['1204', '5']);
  });

  it('are forgotten when nobody waits for them any more', async () => {
    await press('12');
    digits.close();
    await clock.advance(10_000);
    expect(collected).toEqual([]);
  });
});
