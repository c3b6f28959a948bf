/** Lets the room that tells voices (asr) serve the lines that need to know (telephony): neither room knows the other. */
import { VOICE_ACTIVITY_DEFAULTS, VOICE_FRAME_MS, VoiceActivity } from './voice-activity.ts';
import { Framer } from '../audio/framer.ts';
import { msToBytes } from '../audio/pcm.ts';
import type { SpeechDetector, SpeechEdge } from './speech-detector.ts';

/** Hears one call. */
export function voiceDetector(sampleRateHz: number): SpeechDetector {
  const framer = new Framer(msToBytes(VOICE_FRAME_MS, sampleRateHz));
  let activity: VoiceActivity | undefined;
  let edge: SpeechEdge | undefined;
  const listener = {
    // What is known of speech counts for more than that a sound was heard in the same stretch.
    soundStarted: (atMs: number) => (edge ??= { kind: 'sound', atMs }),
    speechStarted: (atMs: number) => (edge = { kind: 'started', atMs }),
    speechStopped: (startedAtMs: number, endedAtMs: number) =>
      (edge = { kind: 'stopped', startedAtMs, endedAtMs }),
  };
  return {
    silenceMs: VOICE_ACTIVITY_DEFAULTS.detectionSilenceMs,
    hear(pcm, atMs) {
      activity ??= new VoiceActivity({ sampleRateHz, startMs: atMs, listener });
      edge = undefined;
      for (const frame of framer.push(pcm)) activity.push(frame);
      return edge;
    },
    close: () => activity?.close(),
  };
}
