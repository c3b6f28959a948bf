/** Asterisk's events as plain AriEvents. What Parley has no use for (variables, dialplan steps, bridges) is left out. */
import { z } from 'zod';
import type { AriEvent } from './ari-port.ts';
import { wireChannel } from './ari-wire.ts';

const typed = z.object({ type: z.string() });
const about = z.object({ channel: wireChannel });
const stasisStart = about.extend({ args: z.array(z.string()) });
const destroyed = about.extend({ cause: z.number(), tech_cause: z.number().optional() });
const dial = z.object({ peer: wireChannel, dialstatus: z.string() });
const talked = about.extend({ duration: z.number() });
const dtmf = about.extend({ digit: z.string() });
const playing = z.object({
  playback: z.object({ id: z.string(), target_uri: z.string(), state: z.string() }),
});
const recording = z.object({
  recording: z.object({
    name: z.string(),
    target_uri: z.string(),
    /** Whole seconds, silence included. */
    duration: z.number().default(0),
    cause: z.string().default('unknown'),
  }),
});

/** What Asterisk tells of. That a channel was found missing it does not tell. */
type ToldType = Exclude<AriEvent['type'], 'ChannelGone'>;

const READ_TYPES: Readonly<Record<ToldType, true>> = {
  StasisStart: true,
  StasisEnd: true,
  ChannelHangupRequest: true,
  ChannelDestroyed: true,
  Dial: true,
  ChannelTalkingStarted: true,
  ChannelTalkingFinished: true,
  ChannelDtmfReceived: true,
  ChannelHold: true,
  ChannelUnhold: true,
  PlaybackStarted: true,
  PlaybackFinished: true,
  RecordingStarted: true,
  RecordingFinished: true,
  RecordingFailed: true,
};

/**
 * All that Asterisk has to send: what is read here, and what is about the socket itself. Over one that Asterisk has opened, the filter holds
 * for answers and for the first event as well.
 */
export const WANTED_TYPES: readonly string[] = [
  ...Object.keys(READ_TYPES),
  'ApplicationReplaced',
  'ApplicationRegistered',
  'RESTResponse',
];

/** Undefined if Parley has no use for the event; throws if it has, but cannot read it. */
export function readAriEvent(event: unknown, atMs: number): AriEvent | undefined {
  const { type } = typed.parse(event);
  switch (type) {
    case 'StasisStart': {
      const { channel, args } = stasisStart.parse(event);
      return { type, atMs, channelId: channel.id, channel, args };
    }
    case 'StasisEnd':
    case 'ChannelHangupRequest':
    case 'ChannelTalkingStarted':
    case 'ChannelHold':
    case 'ChannelUnhold':
      return { type, atMs, channelId: about.parse(event).channel.id };
    case 'ChannelDestroyed': {
      const { channel, cause, tech_cause: sipStatus } = destroyed.parse(event);
      return { type, atMs, channelId: channel.id, cause, ...(sipStatus && { sipStatus }) };
    }
    case 'Dial': {
      const { peer, dialstatus: status } = dial.parse(event);
      return { type, atMs, channelId: peer.id, status };
    }
    case 'ChannelTalkingFinished': {
      const { channel, duration } = talked.parse(event);
      return { type, atMs, channelId: channel.id, durationMs: duration };
    }
    case 'ChannelDtmfReceived': {
      const { channel, digit } = dtmf.parse(event);
      return { type, atMs, channelId: channel.id, digit };
    }
    case 'PlaybackStarted':
    case 'PlaybackFinished':
      return readPlayback(type, event, atMs);
    case 'RecordingStarted':
    case 'RecordingFinished':
    case 'RecordingFailed':
      return readRecording(type, event, atMs);
    default:
      return undefined;
  }
}

function readPlayback(type: 'PlaybackStarted' | 'PlaybackFinished', event: unknown, atMs: number) {
  const { id: playbackId, target_uri, state } = playing.parse(event).playback;
  const channelId = channelOf(target_uri);
  if (channelId === undefined) return undefined;
  if (type === 'PlaybackStarted') return { type, atMs, channelId, playbackId };
  return { type, atMs, channelId, playbackId, failed: state === 'failed' };
}

function readRecording(
  type: 'RecordingStarted' | 'RecordingFinished' | 'RecordingFailed',
  event: unknown,
  atMs: number,
): AriEvent | undefined {
  const { name, target_uri, duration, cause } = recording.parse(event).recording;
  const channelId = channelOf(target_uri);
  if (channelId === undefined) return undefined;
  switch (type) {
    case 'RecordingStarted':
      return { type, atMs, channelId, name };
    case 'RecordingFinished':
      return { type, atMs, channelId, name, durationMs: duration * 1000 };
    case 'RecordingFailed':
      return { type, atMs, channelId, name, cause };
  }
}

/** A playback or recording names its target as `channel:ID` or `bridge:ID`. */
function channelOf(targetUri: string): string | undefined {
  return targetUri.startsWith('channel:') ? targetUri.slice('channel:'.length) : undefined;
}
