/** A body as multipart/form-data, taken apart where it lies: the files are views of it. https://www.rfc-editor.org/rfc/rfc7578 */

interface FormPart {
  readonly name: string;
  /** Of a file; undefined for a field. */
  readonly fileName: string | undefined;
  readonly content: Buffer;
}

/** A boundary is never longer: https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1 */
const BOUNDARY = /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,70})"|([^\s";]{1,70}))/i;
/** `name="a \"b\"%22c"`, or a bare word. Programs escape quotes either way: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data */
const PARAMETER = /;\s*([\w*]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s;"]+))/g;
const DISPOSITION = /^content-disposition\s*:\s*form-data\s*(;.*)$/i;
const ESCAPED: Readonly<Record<string, string>> = { '%22': '"', '%0D': '\r', '%0A': '\n' };

const LINE_END = '\r\n';
const HEADERS_END = '\r\n\r\n';
const MOST_HEADER_BYTES = 16 * 1024;
/** Far more than anybody has recordings at once. */
const MOST_PARTS = 10_000;

/** In their order. Undefined for what is no such form, or does not come to its end. */
export function formParts(body: Buffer, contentType: string): readonly FormPart[] | undefined {
  const [, quoted, bare] = BOUNDARY.exec(contentType) ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) return undefined;
  const first = `--${boundary}`;
  const next = Buffer.from(`${LINE_END}${first}`);
  const parts: FormPart[] = [];
  // What stands before the first boundary belongs to nobody.
  const begins =
    body.subarray(0, first.length).toString('latin1') === first ? -LINE_END.length : body.indexOf(next);
  if (begins === -LINE_END.length || begins >= 0)
    for (let at = begins + next.length; parts.length <= MOST_PARTS;) {
      if (body.subarray(at, at + 2).toString('latin1') === '--') return parts;
      const lineEnd = body.indexOf(LINE_END, at);
      if (lineEnd < 0) return undefined;
      const end = body.indexOf(next, lineEnd);
      if (end < 0) return undefined;
      const part = partOf(body.subarray(lineEnd, end));
      if (!part) return undefined;
      parts.push(part);
      at = end + next.length;
    }
  return undefined;
}

/** From the end of the line of its boundary on: its headers, an empty line, and its content. */
function partOf(bytes: Buffer): FormPart | undefined {
  const headersEnd = bytes.subarray(0, MOST_HEADER_BYTES).indexOf(HEADERS_END);
  if (headersEnd < 0) return undefined;
  const headers = bytes.subarray(0, headersEnd).toString('utf8').split(LINE_END);
  const given = headers.flatMap((line) => DISPOSITION.exec(line)?.[1] ?? [])[0];
  if (given === undefined) return undefined;
  const parameters = new Map(
    [...given.matchAll(PARAMETER)].map(([, key = '', quoted, bare = '']) => [
      key.toLowerCase(),
      quoted === undefined ? bare : unescaped(quoted),
    ]),
  );
  const name = parameters.get('name');
  if (name === undefined) return undefined;
  const fileName = parameters.get('filename') ?? extended(parameters.get('filename*'));
  return { name, fileName, content: bytes.subarray(headersEnd + HEADERS_END.length) };
}

/** `utf-8''%D1%8F.wav`, as programs in Python write it: https://www.rfc-editor.org/rfc/rfc5987#section-3.2 */
function extended(value: string | undefined): string | undefined {
  const [, encoded = value] = /^utf-8'[^']*'(.*)$/i.exec(value ?? '') ?? [];
  try {
    return encoded === undefined ? undefined : decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

function unescaped(value: string): string {
  return value
    .replace(/\\(["\\])/g, '$1')
    .replace(/%(?:22|0D|0A)/gi, (code) => ESCAPED[code.toUpperCase()] ?? code);
}
