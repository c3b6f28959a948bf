import { describe, expect, it } from 'vitest';
import { readAriEvent, WANTED_TYPES } from './ari-events.ts';
import { wireChannelOf } from './testing/ari-test-server.ts';

const channel = wireChannelOf('c');
const playback = { id: 'p', media_uri: 'sound:x', target_uri: 'channel:c', language: 'en', state: 'done' };
const recording = { name: 'r', format: 'wav', state: 'done', target_uri: 'channel:c' };

describe('events as Asterisk 22 sends them', () => {
  it.each([
    [{ type: 'StasisEnd', channel }, {}],
    [{ type: 'ChannelHangupRequest', soft: true, cause: 16, channel }, {}],
    [{ type: 'ChannelDestroyed', cause: 16, cause_txt: 'Normal Clearing', channel }, { cause: 16 }],
    [{ type: 'ChannelTalkingStarted', channel }, {}],
    [{ type: 'ChannelTalkingFinished', duration: 1_240, channel }, { durationMs: 1_240 }],
    [{ type: 'ChannelDtmfReceived', digit: '#', duration_ms: 100, channel }, { digit: '#' }],
    [{ type: 'ChannelHold', musicclass: 'default', channel }, {}],
    [{ type: 'ChannelUnhold', channel }, {}],
    [{ type: 'PlaybackStarted', playback }, { playbackId: 'p' }],
    [
      { type: 'PlaybackFinished', playback },
      { playbackId: 'p', failed: false },
    ],
    [
      { type: 'PlaybackFinished', playback: { ...playback, state: 'failed' } },
      { playbackId: 'p', failed: true },
    ],
    [{ type: 'RecordingStarted', recording }, { name: 'r' }],
    [
      { type: 'RecordingFinished', recording: { ...recording, duration: 3 } },
      { name: 'r', durationMs: 3_000 },
    ],
    [
      { type: 'RecordingFailed', recording: { ...recording, cause: 'full' } },
      { name: 'r', cause: 'full' },
    ],
  ])('belong to their channel: %o', (wire, rest) => {
    expect(WANTED_TYPES).toContain(wire.type);
    expect(readAriEvent(wire, 7)).toEqual({ type: wire.type, channelId: 'c', atMs: 7, ...rest });
  });

  it('are left out where they are no channel’s or of no use', () => {
    expect(
      readAriEvent({ type: 'PlaybackStarted', playback: { ...playback, target_uri: 'bridge:b' } }, 0),
    ).toBe(undefined);
    expect(readAriEvent({ type: 'ChannelVarset', variable: 'A', value: 'b', channel }, 0)).toBe(undefined);
  });
});
