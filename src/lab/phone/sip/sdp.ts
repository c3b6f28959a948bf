/** What the phone says and reads about media: one audio stream, G.711 and digits (RFC 4566, 3264, 4733). */
import type { G711Law } from '../../../audio/g711.ts';

export const PAYLOAD_TYPE: Readonly<Record<G711Law, number>> = { PCMU: 0, PCMA: 8 };
const DIGIT_PAYLOAD_TYPE = 101;
/** What no words can come in: digits, and comfort noise by its number of today (RFC 3389) and its old one. */
export const WORDLESS_PAYLOAD_TYPES: readonly number[] = [DIGIT_PAYLOAD_TYPE, 13, 19];

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export interface RemoteMedia {
  readonly host: string;
  /** 0 if the other side wants no audio. */
  readonly port: number;
  readonly payloadTypes: readonly number[];
  readonly direction: Direction;
  /** Undefined if the other side takes no digits as events. */
  readonly digitPayloadType: number | undefined;
}

/** What is answered to an offer. */
export const OPPOSITE: Readonly<Record<Direction, Direction>> = {
  sendrecv: 'sendrecv',
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  inactive: 'inactive',
};

export function describeMedia(options: {
  readonly host: string;
  readonly port: number;
  readonly codec: G711Law;
  readonly direction: Direction;
  /** Counts the descriptions of a session: one that changes anything has a higher one. */
  readonly version: number;
}): string {
  const payloadType = PAYLOAD_TYPE[options.codec];
  return [
    'v=0',
    `o=phone 1 ${options.version} IN IP4 ${options.host}`,
    's=call',
    `c=IN IP4 ${options.host}`,
    't=0 0',
    `m=audio ${options.port} RTP/AVP ${payloadType} ${DIGIT_PAYLOAD_TYPE}`,
    `a=rtpmap:${payloadType} ${options.codec}/8000`,
    `a=rtpmap:${DIGIT_PAYLOAD_TYPE} telephone-event/8000`,
    `a=fmtp:${DIGIT_PAYLOAD_TYPE} 0-16`,
    'a=ptime:20',
    `a=${options.direction}`,
    '',
  ].join('\r\n');
}

/** Whether anything can be spoken there that this phone speaks too. */
export function speaks(remote: RemoteMedia | undefined, codec: G711Law): remote is RemoteMedia {
  return remote !== undefined && remote.port > 0 && remote.payloadTypes.includes(PAYLOAD_TYPE[codec]);
}

/** Undefined if there is no audio in it. */
export function readMedia(sdp: string): RemoteMedia | undefined {
  const media = /^m=audio (\d+)(?:\/\d+)? \S+((?: \d+)*)/m.exec(sdp);
  const connection = /^c=IN IP[46] ([^\s/]+)/m.exec(sdp);
  if (!media?.[1] || !connection?.[1]) return undefined;
  const digits = /^a=rtpmap:(\d+) telephone-event\/8000/im.exec(sdp);
  const direction = /^a=(sendrecv|sendonly|recvonly|inactive)\s*$/m.exec(sdp);
  return {
    host: connection[1],
    port: Number(media[1]),
    payloadTypes: media[2]?.split(' ').filter(Boolean).map(Number) ?? [],
    direction: (direction?.[1] ?? 'sendrecv') as Direction,
    digitPayloadType: digits?.[1] === undefined ? undefined : Number(digits[1]),
  };
}
