/** RTP packets (RFC 3550, 5.1) and telephone events in them (RFC 4733, 2.3). */

export const RTP_HEADER_BYTES = 12;
const VERSION_2 = 0x80;
const MARKER = 0x80;
/** Payload types 72–76 are what RTCP's packet types 200–204 look like on an RTP port (RFC 5761, 4). */
const RTCP_PAYLOAD_TYPES = { first: 72, last: 76 };

export interface RtpHeader {
  readonly payloadType: number;
  /** The first packet after a pause. */
  readonly marker: boolean;
  readonly sequence: number;
  /** Samples, modulo 2³². */
  readonly timestamp: number;
  readonly ssrc: number;
}

export function writeRtpHeader(packet: Buffer, header: RtpHeader): void {
  packet[0] = VERSION_2;
  packet[1] = (header.marker ? MARKER : 0) | header.payloadType;
  packet.writeUInt16BE(header.sequence, 2);
  packet.writeUInt32BE(header.timestamp, 4);
  packet.writeUInt32BE(header.ssrc, 8);
}

/** Undefined if it is not RTP. The payload is a view into the packet. */
export function readRtp(
  packet: Buffer,
): { readonly header: RtpHeader; readonly payload: Buffer } | undefined {
  if (packet.length < RTP_HEADER_BYTES) return undefined;
  const first = packet.readUInt8(0);
  const second = packet.readUInt8(1);
  const payloadType = second & 0x7f;
  if ((first & 0xc0) !== VERSION_2) return undefined;
  if (payloadType >= RTCP_PAYLOAD_TYPES.first && payloadType <= RTCP_PAYLOAD_TYPES.last) return undefined;

  let start = RTP_HEADER_BYTES + 4 * (first & 0x0f);
  if (first & 0x10 && packet.length >= start + 4) start += 4 + 4 * packet.readUInt16BE(start + 2);
  const padding = first & 0x20 ? packet.readUInt8(packet.length - 1) : 0;
  const header = {
    payloadType,
    marker: (second & MARKER) !== 0,
    sequence: packet.readUInt16BE(2),
    timestamp: packet.readUInt32BE(4),
    ssrc: packet.readUInt32BE(8),
  };
  return { header, payload: packet.subarray(start, Math.max(start, packet.length - padding)) };
}

const DIGITS = '0123456789*#ABCD';
const END = 0x80;
/** −10 dBm0, what phones send. */
const DIGIT_VOLUME = 10;

/** The four bytes of one packet of a digit's event; undefined if there is no such digit. */
export function digitEvent(digit: string, durationSamples: number, isEnd: boolean): Buffer | undefined {
  const event = digit.length === 1 ? DIGITS.indexOf(digit.toUpperCase()) : -1;
  if (event < 0) return undefined;
  const payload = Buffer.alloc(4);
  payload[0] = event;
  payload[1] = (isEnd ? END : 0) | DIGIT_VOLUME;
  payload.writeUInt16BE(durationSamples, 2);
  return payload;
}
