/** A bot that knows no words: it greets and answers with tones, and minds its caller as well or as badly as it is told. */
import { setTimeout as sleep } from 'node:timers/promises';
import { tone } from '../../src/audio/tone.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';

export interface Manners {
  /** Of its answer, one after another, Hz. */
  readonly wordsHz: readonly number[];
  readonly wordMs: number;
  /** It falls silent for a caller who has spoken for so long, ms. */
  readonly givesWayAfterMs: number;
  readonly greetingMs: number;
  /** It takes a caller who is silent for so long to have finished, ms. */
  readonly answersAfterMs: number;
}

const RATE_HZ = 8000;
const GREETING_HZ = 1200;
/** It speaks so much at a time, ms: between two pieces it can be silenced. */
const PIECE_MS = 60;
/** What is shorter was a cough, ms. */
const SPEECH_MS = 600;
/** Between syllables a caller is silent for less, ms. */
const BETWEEN_SYLLABLES_MS = 200;
const LISTEN_EVERY_MS = 20;
/** Of what lies between two looks no more is silence, ms: whatever is longer is the machine's. */
const STANDS_STILL_MS = 3 * LISTEN_EVERY_MS;

/** Answers until its caller hangs up. */
export async function toneBot(
  call: PhoneCall,
  { answersAfterMs, givesWayAfterMs, greetingMs, wordMs, wordsHz }: Manners,
): Promise<void> {
  const voice = voiceOf(call, answersAfterMs);
  let isUp = true;
  void call.ended.then(() => (isUp = false));
  const speaks = async (hz: number, forMs: number) => {
    for (let saidMs = 0; saidMs < forMs && isUp; saidMs += PIECE_MS) {
      if (voice.lastsMs() >= givesWayAfterMs) return false;
      await call.say(tone(hz, PIECE_MS, RATE_HZ)).catch(() => undefined);
    }
    return isUp;
  };
  try {
    await speaks(GREETING_HZ, greetingMs);
    while (isUp) {
      while (isUp && !voice.hasFinished()) await sleep(LISTEN_EVERY_MS);
      for (const hz of wordsHz) if (!(await speaks(hz, wordMs))) break;
    }
  } finally {
    voice.close();
  }
}

/**
 * When the caller began, and whether that is over. While this process stands still nobody knows whether it is quiet: what was said meanwhile comes
 * at once behind it.
 */
function voiceOf(call: PhoneCall, finishedAfterMs: number) {
  let beganMs: number | undefined;
  let heardMs = 0;
  let lookedAtMs = performance.now();
  let quietMs = 0;
  const listening = setInterval(() => {
    const atMs = call.soundHeardAtMs ?? 0;
    const nowMs = performance.now();
    if (atMs === heardMs) quietMs += Math.min(nowMs - lookedAtMs, STANDS_STILL_MS);
    else {
      if (beganMs === undefined || quietMs > BETWEEN_SYLLABLES_MS) beganMs = lookedAtMs;
      heardMs = atMs;
      quietMs = 0;
    }
    lookedAtMs = nowMs;
  }, LISTEN_EVERY_MS);
  return {
    /** 0 while nobody speaks. */
    lastsMs: () => (beganMs === undefined || quietMs > BETWEEN_SYLLABLES_MS ? 0 : heardMs - beganMs),
    /** True once for each thing that was said. */
    hasFinished() {
      if (beganMs === undefined || quietMs < finishedAfterMs) return false;
      const wasSpeech = heardMs - beganMs >= SPEECH_MS;
      beganMs = undefined;
      return wasSpeech;
    },
    close: () => clearInterval(listening),
  };
}
