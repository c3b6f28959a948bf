import { concatBytes, fromSamples, silence, toSamples } from '../../src/audio/pcm.ts';
import type { Pcm } from '../../src/audio/pcm.ts';
import { resampled } from '../../src/audio/resample.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import { noiseBurst } from '../support/noise.ts';
import type { Bench, Measurement } from './bench.ts';
import { repetitions } from './bench.ts';
import { exactSounds } from '../../src/lab/phone/exact-sounds.ts';
import { missingMs, noise } from './noise.ts';
import { BACKCHANNELS, recordedCaller } from '../support/recorded-callers.ts';
import type { RecordedCaller } from '../support/recorded-callers.ts';
import { inCalls, onStand, pauseMs } from './stand.ts';
import type { Stand, StandOptions } from './stand.ts';

const CALLS = 4;
const ROUNDS = 3;

/** Whatever the bot says is this noise: an interruption and everything that is none fit into it. */
const ANSWER_MS = 5000;
const ANSWER = noise(ANSWER_MS, 8000);
/** What the recognizer would make of the bot's voice, if it came back. */
const ANSWER_TEXT = 'Мы работаем с девяти до шести без обеда каждый день недели.';

/** The answer has begun by then, ms after the question: the turn's silence and the way, with room for a busy machine. */
const BEGUN_MS = 1300;
const RANDOM_MS = 600;

/** The longest wait for the answer to an interruption, ms: half a number is waited for. */
const LATE_MS = 3000;

/** The bot's voice comes back so much later and weaker: a loudspeaker in a room. */
const ECHO_MS = 60;
const ECHO_GAIN = 10 ** (-15 / 20);

/** What a sound that is no speech may cost, ms. */
const LONGEST_PAUSE_MS = 300;

/** Shorter holes are not the bot's doing, ms: packets that came late on a busy machine. */
const HOLE_MS = 150;
/** Whoever speaks again after a longer silence, ms, does not go on, but answers the interruption: its turn must have ended first. */
const LONGEST_HOLD_MS = 1500;

/** An answer of which less was heard than this has been stopped; of one that was only paused, all is heard. */
const HEARD_SHARE = 0.95;

const INTERRUPTIONS = ['interruption', 'number', 'thanks'] as const;
const BACKCHANNEL_NAMES = ['ugu', 'da-da', 'mhm'] as const;

/** Providers that take no time, and a bot whose every answer is the same noise. */
export const interruptedStand: StandOptions = {
  reply: () => ANSWER_TEXT,
  delays: { recognitionMs: 0, firstTokenMs: 0, firstAudioMs: 0 },
  // The very same sound at another rate; noise made at that rate would be another noise.
  voice: async (_text, sampleRateHz) => resampled(ANSWER, sampleRateHz),
  speech: { delays: { partialLagMs: 200, pauseMs: 200 } },
};
/** Asks nobody whether they are still there: that would be one more sound that begins when the next round does. */
export const interruptedBot = {
  greeting: 'Да!',
  endpointing: { mode: 'adaptive', silenceMs: 600 },
  silence: { afterMs: 60_000 },
  // One of the callers thanks and says goodbye each time.
  ends: { callerGoodbye: false },
};

export const streamBargeIn: Bench = {
  name: 'stream-barge-in',
  minutes: 5,
  fixedMinutes: 1.5,
  explanation:
    "Stream mode, recorded speech over the bot's answers. Caller's first loud sample → bot's last. False stops: answers that were not heard " +
    'to their end over\nnoise, coughs, backchannels and the echo of the bot itself. Missed: answers that were, although somebody spoke. ' +
    'Coughs and noise may be\nthe beginning of a word: the bot pauses for them, and goes on where it was.',
  run: (scale, tell) =>
    onStand(interruptedStand, async (stand) => {
      await stand.serve(interruptedBot, { MEDIA_MODE: 'stream' });
      const rounds = repetitions(ROUNDS, scale);
      tell(await interruptions(stand, rounds));
      tell(await falseStops(stand, rounds));
    }),
};

/** People talk over the bot's answers: how soon it is silent, and how often it is not. */
export async function interruptions(stand: Stand, rounds: number): Promise<Measurement[]> {
  const callers = await Promise.all(INTERRUPTIONS.map((name) => recordedCaller(name)));
  const tried = (await Promise.all(callers.map((caller) => over(stand, caller, rounds)))).flat();
  const overs = talkedOver(tried);
  const stopped = overs.filter(({ heardMs }) => heardMs < HEARD_SHARE * ANSWER_MS);
  return [
    { what: 'bot silent after', unit: 'ms', samples: stopped.map((it) => it.silentAfterMs), targetP95: 150 },
    {
      what: `missed, of ${overs.length} interruptions`,
      unit: '%',
      samples: [share(overs.length - stopped.length, overs.length)],
      targetP95: 0,
    },
    silentBots(tried),
  ];
}

async function falseStops(stand: Stand, rounds: number): Promise<Measurement[]> {
  const echo = { pcm: echoed(ANSWER), text: ANSWER_TEXT };
  const cough = { pcm: noiseBurst(180), text: '' };
  const steady = { pcm: noiseBurst(3000, 1500), text: '' };
  const backchannels = await Promise.all(BACKCHANNEL_NAMES.map((name) => recordedCaller(name, BACKCHANNELS)));
  const kinds: readonly (readonly [string, readonly RecordedCaller[]])[] = [
    ['coughs', [cough]],
    ['noise', [steady]],
    ['backchannels', backchannels],
    ['echo', [echo]],
  ];
  const measurements: Measurement[] = [];
  for (const [kind, callers] of kinds) {
    const tried = (await Promise.all(callers.map((caller) => over(stand, caller, rounds)))).flat();
    const overs = talkedOver(tried);
    const stops = overs.filter(({ heardMs }) => heardMs < HEARD_SHARE * ANSWER_MS);
    const samples = [share(stops.length, overs.length)];
    measurements.push({ what: `false stops, ${overs.length} ${kind}`, unit: '%', samples, targetP95: 0 });
    if (overs.length < tried.length) measurements.push(silentBots(tried));
    if (kind === 'coughs' || kind === 'noise') measurements.push(...pausesFor(kind, overs));
  }
  return measurements;
}

function pausesFor(kind: string, overs: readonly Over[]): readonly Measurement[] {
  const pauses = overs.map(({ pausedMs }) => pausedMs);
  const lost = overs.map(({ lostMs }) => Math.abs(lostMs));
  return [
    { what: `pause for ${kind}`, unit: 'ms', samples: pauses, targetP95: LONGEST_PAUSE_MS },
    { what: `lost or repeated after ${kind}`, unit: 'ms', samples: lost, targetP95: 1 },
  ];
}

interface Over {
  /** From the caller's first loud sample to the bot's last before a silence; NaN if it never was silent. */
  readonly silentAfterMs: number;
  /** How much of the answer was heard. */
  readonly heardMs: number;
  /** How long it was silent in between, and what of it was lost over that; repeated, if negative. */
  readonly pausedMs: number;
  readonly lostMs: number;
}

/** A round in which the bot said nothing when it was to be talked over tells nothing of that, and is told of by itself. */
function silentBots(tried: readonly (Over | undefined)[]): Measurement {
  const silent = tried.length - talkedOver(tried).length;
  return { what: `rounds without a bot to talk over, of ${tried.length}`, unit: '', samples: [silent] };
}

function talkedOver(tried: readonly (Over | undefined)[]): Over[] {
  return tried.filter((one) => one !== undefined);
}

/** The caller asks, lets the bot begin, makes a sound over it, and hears what comes of it. */
async function over(stand: Stand, caller: RecordedCaller, rounds: number): Promise<(Over | undefined)[]> {
  if (caller.text) stand.speech.registerClip(caller.pcm, caller.text);
  const question = await recordedCaller('question2');
  stand.speech.registerClip(question.pcm, question.text);
  const all = await inCalls(stand.phone, CALLS, async (call) => {
    await pauseMs(1000);
    const saidAtMs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await call.say(question.pcm);
      await pauseMs(BEGUN_MS + Math.random() * RANDOM_MS);
      const said = await call.say(caller.pcm);
      saidAtMs.push(said.startedAtMs);
      // What answers an interruption is heard out, so that the next round begins in silence.
      await pauseMs(2 * ANSWER_MS + LATE_MS);
    }
    return saidAtMs.map((atMs) => overOf(call, atMs));
  });
  return all.flat();
}

/** The answer that was being heard at `atMs`, with its pieces if it was paused; undefined if none was. An answer to the interruption itself comes a second later. */
function overOf(call: PhoneCall, atMs: number): Over | undefined {
  const said = exactSounds(call.said()).find(({ endedAtMs }) => endedAtMs > atMs);
  const fromMs = said?.startedAtMs ?? atMs;
  const heard = exactSounds(call.heard(), { mergeGapsMs: HOLE_MS });
  const at = heard.findIndex(({ startedAtMs, endedAtMs }) => startedAtMs < fromMs && endedAtMs > fromMs);
  const first = heard[at];
  if (!first) return undefined;
  let heardMs = first.endedAtMs - first.startedAtMs;
  let pausedMs = 0;
  let lostMs = 0;
  let last = first;
  for (const piece of heard.slice(at + 1)) {
    const heldMs = piece.startedAtMs - last.endedAtMs;
    if (heldMs > LONGEST_HOLD_MS || heardMs + (piece.endedAtMs - piece.startedAtMs) > ANSWER_MS + 100) break;
    heardMs += piece.endedAtMs - piece.startedAtMs;
    pausedMs += heldMs;
    lostMs += missingMs(call.heard(), ANSWER, last, piece);
    last = piece;
  }
  return { silentAfterMs: first.endedAtMs - fromMs, heardMs, pausedMs, lostMs };
}

function echoed(pcm: Pcm): Pcm {
  const quiet = Int16Array.from(toSamples(pcm), (sample) => sample * ECHO_GAIN);
  const data = concatBytes([
    silence(ECHO_MS, pcm.sampleRateHz).data,
    fromSamples(quiet, pcm.sampleRateHz).data,
  ]);
  return { sampleRateHz: pcm.sampleRateHz, data: data.subarray(0, Math.floor(data.byteLength / 2)) };
}

function share(part: number, whole: number): number {
  return (100 * part) / whole;
}
