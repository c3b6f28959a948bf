/** Hears a line's voice in stretches of any length, and says what began or ended with each. */
import { VOICE_ACTIVITY_DEFAULTS, VOICE_FRAME_MS, VoiceActivity } from './voice-activity.ts';
import { Framer } from '../audio/framer.ts';
import { msToBytes } from '../audio/pcm.ts';
import type { SpeechDetector, SpeechEdge } from './speech-detector.ts';

/** Hears one call. */
export function voiceDetector(sampleRateHz: number): SpeechDetector {
  const framer = new Framer(msToBytes(VOICE_FRAME_MS, sampleRateHz));
  let activity: VoiceActivity | undefined;
  return {
    silenceMs: VOICE_ACTIVITY_DEFAULTS.detectionSilenceMs,
    hear(pcm, atMs) {
      activity ??= new VoiceActivity({ sampleRateHz, startMs: atMs });
      let edge: SpeechEdge | undefined;
      for (const frame of framer.push(pcm)) edge = weightier(edge, activity.push(frame));
      return edge;
    },
    close: () => activity?.close(),
  };
}

/** What is known of speech counts for more than that a sound was heard in the same stretch; of two of a weight, the later. */
function weightier(edge: SpeechEdge | undefined, next: SpeechEdge | undefined): SpeechEdge | undefined {
  return next === undefined || (edge !== undefined && next.kind === 'sound') ? edge : next;
}
