/** What no well-behaved neighbour sends, made from what it would send. The same seed makes the same. */
import { seededRandom } from '../../src/base/seeded.ts';

/** To find other faults, or one again: `MALFORMED_SEED=7 npx vitest …`. */
export const MALFORMED_SEED = Number(process.env['MALFORMED_SEED'] ?? 1);

const HUGE = 'ж'.repeat(20_000);

/** Values that stand where others are expected. All can be written as JSON. */
const STRANGE_VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  0.5,
  1e308,
  -1e308,
  Number.MAX_SAFE_INTEGER,
  2 ** 31,
  '',
  ' ',
  '0',
  'NaN',
  '__proto__',
  'constructor',
  '../../../../etc/passwd',
  '%00%2e%2e%2f',
  '\u0000',
  '\ud800',
  '"\r\n\r\n',
  HUGE,
  [],
  [[]],
  [null, 1, 'a'],
  {},
  { id: null },
  { toString: 1, constructor: null, then: 'x' },
  nested(300),
];

/** Bytes that stand where others are expected: borders of lengths and numbers. */
const BORDERS: readonly (readonly number[])[] = [
  [0, 0, 0, 0],
  [0xff, 0xff, 0xff, 0xff],
  [0x7f, 0xff, 0xff, 0xff],
  [0x80, 0, 0, 0],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
];

export class Malformer {
  readonly random: () => number;

  constructor(seed = MALFORMED_SEED) {
    this.random = seededRandom(seed);
  }

  /** A whole number from 0 up to `limit`, exclusive. */
  below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }

  strange(): unknown {
    return this.pick(STRANGE_VALUES);
  }

  /** Any bytes at all. */
  noise(longest: number): Buffer {
    return Buffer.from(Array.from({ length: this.below(longest + 1) }, () => this.below(256)));
  }

  /** A message with something changed, missing or too much, in one place or in several. */
  bytes(good: Uint8Array): Buffer {
    let bad: Buffer = Buffer.from(good);
    for (let times = 1 + this.below(3); times > 0; times--) bad = this.#spoiled(bad);
    return bad;
  }

  /** The same with a text, which may not be valid UTF-8 any more. */
  text(good: string): Buffer {
    return this.bytes(Buffer.from(good));
  }

  /** A value with one to three of its members strange, missing, or of another name. */
  json(good: unknown): unknown {
    let bad = structuredClone(good);
    for (let times = 1 + this.below(3); times > 0; times--) bad = this.#strangeMember(bad);
    return bad;
  }

  /** JSON of such a value, or what is no JSON any more. */
  jsonText(good: unknown): string | Buffer {
    if (this.below(4) === 0) return this.text(JSON.stringify(good));
    return JSON.stringify(this.json(good)) ?? '';
  }

  #spoiled(bytes: Buffer): Buffer {
    const at = this.below(bytes.length + 1);
    const end = at + this.below(bytes.length - at + 1);
    switch (this.below(7)) {
      case 0:
        return bytes.subarray(0, at);
      case 1:
        return Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
      case 2:
        return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
      case 3:
        return Buffer.concat([bytes.subarray(0, at), this.noise(16), bytes.subarray(at)]);
      case 4:
        return Buffer.concat([bytes.subarray(0, at), Buffer.from(this.pick(BORDERS)), bytes.subarray(end)]);
      case 5:
        return this.below(10) === 0 ? this.noise(200) : flipped(bytes, at, 1 << this.below(8));
      default:
        return flipped(bytes, at, this.below(256));
    }
  }

  #strangeMember(value: unknown): unknown {
    if (typeof value !== 'object' || value === null || this.below(6) === 0) return this.strange();
    const keys = Object.keys(value);
    const key = keys[this.below(keys.length + 1)];
    if (Array.isArray(value)) {
      const items = value as unknown[];
      return key === undefined
        ? [...items, this.strange()]
        : items.map((item, at) => (String(at) === key ? this.#strangeMember(item) : item));
    }
    const members = value as Record<string, unknown>;
    if (key === undefined)
      return { ...members, [JSON.stringify(this.strange()).slice(0, 100)]: this.strange() };
    const { [key]: member, ...others } = members;
    return this.below(4) === 0 ? others : { ...others, [key]: this.#strangeMember(member) };
  }
}

function flipped(bytes: Buffer, at: number, mask: number): Buffer {
  const changed = Buffer.from(bytes);
  if (at < changed.length) changed[at] = (changed[at] ?? 0) ^ mask;
  return changed;
}

function nested(depth: number): unknown {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level++) value = level % 2 ? [value] : { a: value };
  return value;
}
