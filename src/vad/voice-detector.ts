/** Hears a line's voice in stretches of any length, and says what began or ended with each. */
import { VOICE_ACTIVITY_DEFAULTS, VOICE_FRAME_MS, VoiceActivity } from './voice-activity.ts';
import { Framer } from '../audio/framer.ts';
import { bytesToMs, msToBytes } from '../audio/pcm.ts';
import type { SpeechDetector, SpeechEdge } from './speech-detector.ts';

/** Hears one call. */
export function voiceDetector(sampleRateHz: number): SpeechDetector {
  const framer = new Framer(msToBytes(VOICE_FRAME_MS, sampleRateHz));
  let activity: VoiceActivity | undefined;
  /** How much was heard before this stretch, ms. */
  let heardMs = 0;
  /** When what is heard has begun, on the line's clock. */
  let beganMs = 0;
  return {
    silenceMs: VOICE_ACTIVITY_DEFAULTS.detectionSilenceMs,
    get undecidedSinceMs() {
      const sinceMs = activity?.undecidedSinceMs;
      return sinceMs === undefined ? undefined : sinceMs + beganMs;
    },
    get hearsVoice() {
      return activity?.hearsVoice ?? false;
    },
    hear(pcm, atMs) {
      // It counts in what it has heard; a line puts its count right as it goes, after a first packet that was late, or a slow sound card.
      activity ??= new VoiceActivity({ sampleRateHz, startMs: 0 });
      let edge: SpeechEdge | undefined;
      for (const frame of framer.push(pcm)) edge = weightier(edge, activity.push(frame));
      beganMs = atMs - heardMs;
      heardMs += bytesToMs(pcm.byteLength, sampleRateHz);
      return edge && onTheLine(edge, beganMs);
    },
    close: () => activity?.close(),
  };
}

/** On the clock of a line on which what is heard has begun at `beganMs`. */
function onTheLine(edge: SpeechEdge, beganMs: number): SpeechEdge {
  if (edge.kind !== 'stopped') return { ...edge, atMs: edge.atMs + beganMs };
  return { ...edge, startedAtMs: edge.startedAtMs + beganMs, endedAtMs: edge.endedAtMs + beganMs };
}

/** What is known of speech counts for more than that a sound was heard in the same stretch; of two of a weight, the later. */
function weightier(edge: SpeechEdge | undefined, next: SpeechEdge | undefined): SpeechEdge | undefined {
  return next === undefined || (edge !== undefined && next.kind === 'sound') ? edge : next;
}
