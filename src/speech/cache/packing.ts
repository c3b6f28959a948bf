/** How what is kept travels: whoever reads it can tell that it is whole, and its own. */
import { crc32 } from 'node:zlib';

export interface Packing<Value> {
  readonly pack: (value: Value) => Uint8Array;
  /** Undefined for what is not such a value, or not whole. */
  readonly unpack: (packed: Uint8Array) => Value | undefined;
}

/** A line of JSON, and bytes behind it. */
export interface Parcel {
  readonly about: unknown;
  readonly bytes: Uint8Array;
}

const NEW_LINE = 10;

export function packParcel({ about, bytes }: Parcel): Uint8Array {
  const head = JSON.stringify({
    about,
    bytes: bytes.byteLength,
    crc: checksum(JSON.stringify(about), bytes),
  });
  return Buffer.concat([Buffer.from(`${head}\n`), bytes]);
}

export function unpackParcel(packed: Uint8Array): Parcel | undefined {
  const end = packed.indexOf(NEW_LINE);
  if (end < 0) return undefined;
  const bytes = packed.subarray(end + 1);
  try {
    const head = JSON.parse(Buffer.from(packed.subarray(0, end)).toString()) as Record<
      string,
      unknown
    > | null;
    const { about } = head ?? {};
    const isWhole =
      head?.['bytes'] === bytes.byteLength && head['crc'] === checksum(JSON.stringify(about), bytes);
    return isWhole ? { about, bytes } : undefined;
  } catch {
    return undefined;
  }
}

function checksum(about: string, bytes: Uint8Array): number {
  return crc32(bytes, crc32(about));
}
