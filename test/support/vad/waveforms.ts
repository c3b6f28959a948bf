/**
 * Sounds that a telephone line carries besides speech, made by formula and the same on every run. Samples from −1 to 1 at
 * `RATE_HZ`; loudness is set where sounds are mixed.
 */

export const RATE_HZ = 8000;

export type Random = () => number;

export function samplesIn(ms: number): number {
  return Math.round((ms * RATE_HZ) / 1000);
}

export function whiteNoise(forMs: number, random: Random): Float64Array {
  return new Float64Array(samplesIn(forMs)).map(() => random() + random() + random() - 1.5);
}

/** The mains: 50 Hz and its harmonics, each fainter than the one below. */
export function hum(forMs: number, random: Random): Float64Array {
  const partials = [1, 2, 3, 4, 5, 6, 7, 9, 11].map((harmonic) => ({
    hz: 50 * harmonic,
    gain: 1 / harmonic,
    turn: random(),
  }));
  return new Float64Array(samplesIn(forMs)).map((_, at) =>
    partials.reduce(
      (sum, { hz, gain, turn }) => sum + gain * Math.sin(2 * Math.PI * ((hz * at) / RATE_HZ + turn)),
      0,
    ),
  );
}

/** A burst of noise as a throat makes it: sudden, then fading, and duller than white noise. */
export function cough(forMs: number, random: Random): Float64Array {
  const noise = smoothed(whiteNoise(forMs, random), 0.5);
  const attack = samplesIn(5);
  return noise.map((sample, at) => sample * Math.min(1, at / attack) * Math.exp((-4 * at) / noise.length));
}

/** Noise that swells and ebbs. */
export function breath(forMs: number, random: Random): Float64Array {
  const noise = smoothed(whiteNoise(forMs, random), 0.3);
  return noise.map((sample, at) => sample * Math.sin((Math.PI * at) / noise.length) ** 2);
}

const DTMF_ROWS_HZ = [697, 770, 852, 941];
const DTMF_COLUMNS_HZ = [1209, 1336, 1477, 1633];

/** All sixteen keys behind one another (ITU-T Q.23). */
export function dtmf(keyMs: number, gapMs: number): Float64Array {
  const keys = DTMF_ROWS_HZ.flatMap((low) => DTMF_COLUMNS_HZ.map((high) => [low, high]));
  return inRow(keys.map((pair) => chord(pair, keyMs, samplesIn(2))).map((key) => followed(key, gapMs)));
}

/** I–vi–IV–V, arpeggios above held chords, with a bass: what a telephone system plays to who waits. */
const PROGRESSION_HZ = [
  [130.81, 261.63, 329.63, 392],
  [110, 220, 261.63, 329.63],
  [87.31, 174.61, 220, 261.63],
  [98, 196, 246.94, 293.66],
];
const NOTE_MS = 250;

/** Music on hold without a singer. Every note rings on under the next ones, with overtones. */
export function music(forMs: number, random: Random): Float64Array {
  const whole = new Float64Array(samplesIn(forMs));
  for (let note = 0; note * NOTE_MS < forMs; note++) {
    const harmony = PROGRESSION_HZ[Math.floor(note / 8) % PROGRESSION_HZ.length] ?? [];
    const at = samplesIn(note * NOTE_MS);
    if (note % 8 === 0) {
      for (const hz of harmony) add(whole, string(hz, 2400, 1800), at, 0.5);
    }
    const melody = (harmony[1 + Math.floor(random() * 3)] ?? 440) * (random() < 0.5 ? 2 : 4);
    add(whole, string(melody, 700, 250), at, 0.8);
  }
  return whole;
}

/** A plucked or struck string: a sudden start, overtones that fade sooner than the tone itself. */
function string(hz: number, forMs: number, fadeMs: number): Float64Array {
  const attack = samplesIn(8);
  return new Float64Array(samplesIn(forMs)).map((_, at) => {
    const seconds = at / RATE_HZ;
    let sum = 0;
    for (let overtone = 1; overtone <= 6 && overtone * hz < RATE_HZ / 2; overtone++) {
      const fade = Math.exp((-seconds * 1000 * (1 + overtone / 3)) / fadeMs);
      sum += (fade / overtone ** 1.2) * Math.sin(2 * Math.PI * overtone * hz * seconds);
    }
    return sum * Math.min(1, at / attack);
  });
}

function chord(tonesHz: readonly number[], forMs: number, ramp: number): Float64Array {
  const samples = new Float64Array(samplesIn(forMs));
  return samples.map((_, at) => {
    const edge = Math.min(1, at / ramp, (samples.length - 1 - at) / ramp);
    return edge * tonesHz.reduce((sum, hz) => sum + Math.sin((2 * Math.PI * hz * at) / RATE_HZ), 0);
  });
}

/** Takes the brightness off: a one-pole low-pass. */
function smoothed(samples: Float64Array, share: number): Float64Array {
  let last = 0;
  return samples.map((sample) => (last = share * last + (1 - share) * sample));
}

export function followed(samples: Float64Array, silenceMs: number): Float64Array {
  return inRow([samples, new Float64Array(samplesIn(silenceMs))]);
}

export function inRow(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Mixes `part` into `whole` from sample `at` on; what sticks out is left out. */
export function add(whole: Float64Array, part: Float64Array, at: number, gain = 1): void {
  const end = Math.min(part.length, whole.length - at);
  for (let index = 0; index < end; index++)
    whole[at + index] = (whole[at + index] ?? 0) + gain * (part[index] ?? 0);
}

/** At this loudness on average, in dB below a full-scale square wave. */
export function atDbfs(samples: Float64Array, dbfs: number): Float64Array {
  const rms = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
  const gain = rms > 0 ? 10 ** (dbfs / 20) / rms : 0;
  return samples.map((sample) => sample * gain);
}
