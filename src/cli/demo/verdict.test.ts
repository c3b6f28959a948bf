import { describe, expect, it } from 'vitest';
import { concatBytes, silence } from '../../audio/pcm.ts';
import { tone } from '../../audio/tone.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { Timeline } from '../../timeline/timeline.ts';
import type { CallEndCause } from '../../timeline/timeline.ts';
import type { PlayedCall } from './call.ts';
import type { HeardSpeech } from './heard-speech.ts';
import type { Clip, Scenario } from './scenario.ts';
import { faultsOf } from './verdict.ts';

const RATE_HZ = 8000;
const clip = (text: string): Clip => ({ text, pcm: silence(0, RATE_HZ) });
const [first, second, third] = [clip('Раз.'), clip('Два.'), clip('Три.')];

const SCENARIO: Scenario = {
  greeting: clip('Алло!'),
  exchanges: [
    { question: clip('Что?'), answer: [first, second] },
    { question: clip('Стоп!'), over: first, answer: [third] },
  ],
  botVoice: new Map(),
};

/** The bot is heard up to 1.3 s, the caller talks over it from 1 s on. */
function played(
  change: { speaksUntilMs?: number; cause?: CallEndCause; understood?: string } = {},
): PlayedCall {
  const timeline = new Timeline(new ManualClock());
  for (const text of ['Что?', change.understood ?? 'Стоп!']) {
    timeline.turn++;
    timeline.mark('recognition.done', { text });
  }
  timeline.mark('call.ended', { cause: change.cause ?? 'caller' });
  const data = concatBytes(
    [tone(440, change.speaksUntilMs ?? 1300, RATE_HZ), silence(2000, RATE_HZ)].map((pcm) => pcm.data),
  );
  const track = { startedAtMs: 0, pcm: { sampleRateHz: RATE_HZ, data } };
  const questions = [
    { startedAtMs: 100, endedAtMs: 200 },
    { startedAtMs: 1000, endedAtMs: 2000 },
  ];
  return { timeline, said: track, heard: track, questions, complaints: [] };
}

function piece(text: string, kind: HeardSpeech['kind'] = 'answer', complete = true): HeardSpeech {
  return { text, kind, complete, turn: 1, startedAtMs: 0, endedAtMs: 0 };
}

const RIGHT = [
  piece('Алло!', 'greeting'),
  piece('Минутку.', 'filler'),
  piece('Раз.', 'answer', false),
  piece('Три.'),
];

describe("the demo's verdict", () => {
  it('is that all is right when all is', () => {
    expect(faultsOf(SCENARIO, played(), RIGHT)).toEqual([]);
  });

  it.each([
    ['a piece that was not heard', RIGHT.slice(0, 3), '«Три.», but it was nothing more'],
    ['pieces in the wrong order', [RIGHT[3], ...RIGHT.slice(0, 3)], '«Алло!», but it was «Три.»'],
    ['an answer that nothing interrupted', RIGHT.with(2, piece('Раз.')), 'the beginning of «Раз.»'],
    ['an apology', [...RIGHT, piece('Извините.', 'apology')], 'Nobody wanted to hear «Извините.»'],
    ['a wait without a filler', RIGHT.filter(({ kind }) => kind !== 'filler'), 'No filler'],
  ])('tells of %s', (_, speech, fault) => {
    expect(faultsOf(SCENARIO, played(), speech as HeardSpeech[]).join()).toContain(fault);
  });

  it('tells of a bot that talks on', () => {
    expect(faultsOf(SCENARIO, played({ speaksUntilMs: 1800 }), RIGHT).join()).toContain(
      'spoke on for 0.80 s',
    );
  });

  it('tells of a misunderstanding', () => {
    expect(faultsOf(SCENARIO, played({ understood: 'Столб!' }), RIGHT).join()).toContain(
      'understood was «Столб!»',
    );
  });

  it('tells of a call that somebody else has ended', () => {
    expect(faultsOf(SCENARIO, played({ cause: 'failure' }), RIGHT).join()).toContain('failure');
  });
});
