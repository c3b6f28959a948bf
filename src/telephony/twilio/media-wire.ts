/**
 * What is said on the WebSocket of a Twilio Media Stream (twilio.com/docs/voice/media-streams/websocket-messages): text frames of JSON.
 * This is the only file that knows it.
 */
import { z } from 'zod';

const streamSid = z.string().min(1).max(100);

const message = z.discriminatedUnion('event', [
  z.object({ event: z.literal('connected') }),
  z.object({
    event: z.literal('start'),
    streamSid,
    start: z.object({
      callSid: z.string().regex(/^[A-Za-z0-9]{1,64}$/),
      customParameters: z.record(z.string(), z.string()).default({}),
      mediaFormat: z.object({ encoding: z.literal('audio/x-mulaw'), sampleRate: z.literal(8000) }),
    }),
  }),
  z.object({ event: z.literal('media'), streamSid, media: z.object({ payload: z.base64() }) }),
  z.object({
    event: z.literal('dtmf'),
    streamSid,
    dtmf: z.object({ digit: z.string().regex(/^[0-9A-D*#]$/) }),
  }),
  z.object({ event: z.literal('mark'), streamSid, mark: z.object({ name: z.string() }) }),
  z.object({ event: z.literal('stop'), streamSid }),
]);

export type TwilioMessage = z.infer<typeof message>;
export type StartMessage = Extract<TwilioMessage, { event: 'start' }>;

/** μ-law, 8 kHz, without a header. */
export const mediaMessage = (sid: string, ulaw: Uint8Array) =>
  JSON.stringify({
    event: 'media',
    streamSid: sid,
    media: {
      payload: Buffer.from(ulaw.buffer, ulaw.byteOffset, ulaw.byteLength).toString('base64'),
    },
  });

/** Comes back when all media before it has been played, or was cleared. */
export const markMessage = (sid: string, name: string) =>
  JSON.stringify({ event: 'mark', streamSid: sid, mark: { name } });

export const clearMessage = (sid: string) => JSON.stringify({ event: 'clear', streamSid: sid });

/** `unknown`: an event that is not known here, as newer versions may have. `malformed`: nothing that Twilio sends. */
export function readTwilioMessage(text: string): TwilioMessage | 'unknown' | 'malformed' {
  try {
    const said: unknown = JSON.parse(text);
    const read = message.safeParse(said);
    if (read.success) return read.data;
    const event = z.object({ event: z.string() }).safeParse(said);
    return event.success && !KNOWN.includes(event.data.event) ? 'unknown' : 'malformed';
  } catch {
    return 'malformed';
  }
}

const KNOWN: readonly string[] = ['connected', 'start', 'media', 'dtmf', 'mark', 'stop'];
