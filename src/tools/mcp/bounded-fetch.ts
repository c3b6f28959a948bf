/** What an MCP server sends over HTTP, as long as it is not too much: whatever the library reads it keeps whole, and asks for no limit. */

/** Of one message. A model is given 4,000 characters of it; lists of tools and pictures that nobody asked for may come with them. */
export const MOST_MESSAGE_BYTES = 4 * 1024 * 1024;

const BEYOND = `The server's message is longer than ${MOST_MESSAGE_BYTES} bytes.`;

/** Of an event stream each event is a message, and the stream may go on for ever; any other body is one. */
export async function boundedFetch(url: string | URL, init?: RequestInit): Promise<Response> {
  const answer = await fetch(url, init);
  if (answer.body === null) return answer;
  const isStream = /^\s*text\/event-stream\b/i.test(answer.headers.get('content-type') ?? '');
  const { status, statusText, headers } = answer;
  const bounded = new Response(answer.body.pipeThrough(within(isStream)), { status, statusText, headers });
  // Redirects are judged by where they have led.
  Object.defineProperties(bounded, { url: { value: answer.url }, redirected: { value: answer.redirected } });
  return bounded;
}

const [NEWLINE, RETURN] = [10, 13];

/** Ends in an error where a message is too long; the rest is not read. */
function within(isStream: boolean): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  let isLineEmpty = true;
  let last = 0;
  return new TransformStream({
    transform(piece, controller) {
      if (isStream)
        for (const byte of piece) {
          bytes++;
          const isSecondHalf = byte === NEWLINE && last === RETURN;
          last = byte;
          if (isSecondHalf) continue;
          const endsLine = byte === NEWLINE || byte === RETURN;
          // An empty line ends an event: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
          if (endsLine && isLineEmpty) bytes = 0;
          isLineEmpty = endsLine;
          if (bytes > MOST_MESSAGE_BYTES) break;
        }
      else bytes += piece.byteLength;
      if (bytes > MOST_MESSAGE_BYTES) throw new Error(BEYOND);
      controller.enqueue(piece);
    },
  });
}
