/**
 * The events that the simulator sends, and which objects they carry. ARI's own documents list the same, and a client may look an event up
 * there before it hands it on: nothing may be sent that is not in this table.
 */
export const EVENT_OBJECTS = {
  ApplicationReplaced: {},
  ChannelDestroyed: { channel: 'Channel' },
  ChannelDtmfReceived: { channel: 'Channel' },
  ChannelEnteredBridge: { bridge: 'Bridge', channel: 'Channel' },
  ChannelHangupRequest: { channel: 'Channel' },
  ChannelLeftBridge: { bridge: 'Bridge', channel: 'Channel' },
  ChannelStateChange: { channel: 'Channel' },
  ChannelTalkingFinished: { channel: 'Channel' },
  ChannelTalkingStarted: { channel: 'Channel' },
  ChannelVarset: { channel: 'Channel' },
  Dial: { peer: 'Channel' },
  PlaybackFinished: { playback: 'Playback' },
  PlaybackStarted: { playback: 'Playback' },
  RecordingFailed: { recording: 'LiveRecording' },
  RecordingFinished: { recording: 'LiveRecording' },
  RecordingStarted: { recording: 'LiveRecording' },
  StasisEnd: { channel: 'Channel' },
  StasisStart: { channel: 'Channel' },
} as const satisfies Record<string, Record<string, string>>;

export type EventType = keyof typeof EVENT_OBJECTS;

/** Sends an event of the application to whoever holds its socket; what nobody hears is lost, as in Asterisk. */
export type Publish = (app: string, type: EventType, fields: Readonly<Record<string, unknown>>) => void;

/** How Asterisk writes a moment: `2026-11-21T00:58:20.388+0000`. */
export function timestamp(at: Date): string {
  return at.toISOString().replace('Z', '+0000');
}
