/** The text of an HTTP body as its headers say it is written: compressed, or in the letters of an old server. */
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

const DECODERS: Readonly<Record<string, (bytes: Uint8Array, mostBytes: number) => Uint8Array>> = {
  gzip: (bytes, maxOutputLength) => gunzipSync(bytes, { maxOutputLength }),
  'x-gzip': (bytes, maxOutputLength) => gunzipSync(bytes, { maxOutputLength }),
  deflate: (bytes, maxOutputLength) => {
    // With the frame that the standard asks for, or without it: https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1.2
    const isFramed = ((bytes[0] ?? 0) & 0x0f) === 8 && (((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)) % 31 === 0;
    return (isFramed ? inflateSync : inflateRawSync)(bytes, { maxOutputLength });
  },
  br: (bytes, maxOutputLength) => brotliDecompressSync(bytes, { maxOutputLength }),
  identity: (bytes) => bytes,
};

/**
 * Undefined if it is cut off, more than `mostBytes` when unpacked, or packed in a way that nobody knows. For small bodies: they are
 * unpacked at once.
 */
export function bodyText(headers: Headers, bytes: Uint8Array, mostBytes: number): string | undefined {
  const encodings = textOf(headers['content-encoding'])
    .split(',')
    .map((encoding) => encoding.trim().toLowerCase())
    .filter((encoding) => encoding !== '');
  const charset = /;\s*charset\s*=\s*["']?([^"';,\s]+)/i.exec(textOf(headers['content-type']))?.[1];
  try {
    const plain = encodings.reduceRight((packed, encoding) => {
      const decoder = DECODERS[encoding];
      if (!decoder) throw new TypeError(`nobody knows ${encoding}`);
      // A body of no bytes is one, however it is said to be packed.
      return packed.byteLength === 0 ? packed : decoder(packed, mostBytes);
    }, bytes);
    return decoderOf(charset).decode(plain);
  } catch {
    return undefined;
  }
}

/** What names no letters that anybody knows, such as the database's own word for them, is as good as no name. */
function decoderOf(charset = 'utf-8'): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}

function textOf(header: string | readonly string[] | undefined): string {
  return typeof header === 'string' ? header : (header ?? []).join(',');
}
