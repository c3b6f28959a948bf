import { describe, expect, it } from 'vitest';
import { concatBytes, silence, type Pcm } from '../../audio/pcm.ts';
import { tone } from '../../audio/tone.ts';
import type { Track } from '../phone/phone.ts';
import type { Utterance } from './caller.ts';
import { measureGreeting, measureNetwork, measureTurns } from './measures.ts';

const RATE_HZ = 8000;
const ANSWERED_AT_MS = 50_000;
/** A tone's very first and last samples are as good as silence. */
const EDGE_MS = 1;

type Piece = readonly [fromMs: number, toMs: number];

/** Loud in these pieces, silent elsewhere; times from the answer on. */
function track(...pieces: Piece[]): Track {
  const parts: Pcm[] = [];
  let atMs = 0;
  for (const [fromMs, toMs] of pieces) {
    parts.push(silence(fromMs - atMs, RATE_HZ), tone(500, toMs - fromMs, RATE_HZ));
    atMs = toMs;
  }
  parts.push(silence(2000, RATE_HZ));
  const data = concatBytes(parts.map((pcm) => pcm.data));
  return { startedAtMs: ANSWERED_AT_MS, pcm: { sampleRateHz: RATE_HZ, data } };
}

/** A file that was said; what stands in it may begin later and end earlier. */
function utterance(fromMs: number, toMs: number, name = 'a.wav'): Utterance {
  return { name, startedAtMs: ANSWERED_AT_MS + fromMs, endedAtMs: ANSWERED_AT_MS + toMs };
}

interface Heard {
  readonly said: readonly Piece[];
  readonly heard: readonly Piece[];
  readonly utterances: readonly Utterance[];
}

function turns({ said, heard, utterances }: Heard) {
  return measureTurns({ said: track(...said), heard: track(...heard), utterances, botSilenceMs: 700 });
}

/** To the millisecond, as far as the tone's edges allow. */
function near(ms: number): unknown {
  return {
    asymmetricMatch: (actual: unknown) => typeof actual === 'number' && Math.abs(actual - ms) <= 2 * EDGE_MS,
    toString: () => `about ${ms}`,
  };
}

describe('a turn, as the caller heard it', () => {
  it('goes from the last loud sample of the file to the first of the bot, whatever silence is in the file', () => {
    const [turn] = turns({
      said: [[1200, 2000]],
      heard: [
        [100, 600],
        [2900, 3900],
      ],
      utterances: [utterance(1000, 2500)],
    });
    expect(turn).toEqual({
      name: 'a.wav',
      voiceToVoiceMs: near(900),
      answerSpeechMs: near(1000),
      gapsMs: [],
      bargeInMs: null,
    });
  });

  it('tells the gaps inside an answer, not those between words, nor the silence after it', () => {
    const [turn] = turns({
      said: [[1000, 2000]],
      heard: [
        [3000, 3500],
        [3650, 4000],
        [4350, 5000],
        [5900, 6200],
      ],
      utterances: [utterance(1000, 2000)],
    });
    expect(turn?.gapsMs).toEqual([near(350)]);
    expect(turn?.answerSpeechMs).toEqual(near(2000));
  });

  it('has no figure if the bot said nothing', () => {
    const unanswered = turns({
      said: [
        [1000, 2000],
        [9000, 9500],
      ],
      heard: [
        [100, 600],
        [9900, 10_100],
      ],
      utterances: [utterance(1000, 2000), utterance(9000, 9500)],
    });
    expect(unanswered.map(({ voiceToVoiceMs }) => voiceToVoiceMs)).toEqual([null, near(400)]);
    expect(unanswered[0]).toMatchObject({ answerSpeechMs: null, gapsMs: [] });
  });
});

describe('barging in', () => {
  const question: Piece = [1000, 2000];
  const over: Piece = [4000, 5000];
  const utterances = [utterance(...question, 'a.wav'), utterance(...over, 'b.wav')];
  const said = [question, over];

  it("goes from the caller's first sample to the bot's last", () => {
    const [first, second] = turns({
      said,
      heard: [
        [3000, 4130],
        [5800, 6000],
      ],
      utterances,
    });
    expect(second).toMatchObject({ bargeInMs: near(130), voiceToVoiceMs: near(800) });
    expect(first).toMatchObject({ bargeInMs: null, answerSpeechMs: near(1000) });
  });

  it('is not over while the bot goes on after a pause', () => {
    const heard: Piece[] = [
      [3000, 4130],
      [4500, 4900],
    ];
    expect(turns({ said, heard, utterances })[1]?.bargeInMs).toEqual(near(900));
  });

  it('into a pause between two sentences took no time at all', () => {
    expect(turns({ said, heard: [[3000, 3800]], utterances })[1]?.bargeInMs).toBe(0);
  });

  it('is none when the bot had ended', () => {
    expect(turns({ said, heard: [[3000, 3400]], utterances })[1]?.bargeInMs).toBeNull();
  });

  it('does not take what the bot says on for an answer', () => {
    const heard: Piece[] = [
      [3000, 5100],
      [5200, 5900],
    ];
    expect(turns({ said, heard, utterances })[1]).toMatchObject({
      voiceToVoiceMs: null,
      bargeInMs: near(1900),
    });
  });
});

describe('the greeting', () => {
  it('is what is heard before the caller speaks', () => {
    expect(measureGreeting(track([300, 900]), [utterance(1600, 2000)])).toEqual(near(300));
    expect(measureGreeting(track([300, 900]), [])).toEqual(near(300));
  });

  it('is none if the bot waited', () => {
    expect(measureGreeting(track([3000, 3900]), [utterance(1000, 2000)])).toBeNull();
    expect(measureGreeting(track(), [])).toBeNull();
  });
});

describe('the line', () => {
  const streamQuality = { expected: 200, received: 198, lost: 2, late: 2, jitterMs: 1, longestGapMs: 40 };

  it('has lost what came too late', () => {
    const { lossPercent, estimatedMos } = measureNetwork(streamQuality);
    expect(lossPercent).toBe(2);
    expect(estimatedMos).toBeLessThan(4);
  });

  it('has lost nothing if nothing was to come', () => {
    const nothing = { ...streamQuality, expected: 0, received: 0, lost: 0, late: 0 };
    expect(measureNetwork(nothing).lossPercent).toBe(0);
  });
});
