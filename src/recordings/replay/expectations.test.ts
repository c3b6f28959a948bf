import { describe, expect, it } from 'vitest';
import { disappointments, parseExpectations } from './expectations.ts';
import type { Outcome } from './outcome.ts';

const outcome: Outcome = {
  endedBy: 'caller',
  lengthMs: 9000,
  dialogue: [
    { turn: 0, atMs: 0, who: 'bot', text: 'Good morning.', kind: 'greeting', heardMs: 900 },
    { turn: 1, atMs: 3000, who: 'caller', text: 'When do you open?' },
    { turn: 1, atMs: 3400, who: 'bot', text: 'At nine.', kind: 'answer', heardMs: 700 },
    {
      turn: 1,
      atMs: 4100,
      who: 'bot',
      text: 'On Saturday at ten.',
      kind: 'answer',
      heardMs: 300,
      wasCut: true,
    },
  ],
  turns: [
    { turn: 1, stagesMs: { voiceToVoice: 950 } },
    { turn: 2, stagesMs: {} },
  ],
  interruptions: [
    { turn: 1, atMs: 3600, became: 'resumed', because: 'tooShort' },
    { turn: 1, atMs: 4400, became: 'stopped' },
  ],
  longestSilenceMs: 1200,
};

const faults = (yaml: string) => disappointments(outcome, parseExpectations(yaml, 'call'));

describe('expectations of a call', () => {
  it.each([
    ['within: 950 ms', 'within: 900 ms', /turn 1 was answered after 950 ms, expected 900 ms/],
    ['within: 1 s', 'within: 0.9 s', /turn 1 was answered/],
    ['turns: 2', 'turns: 1', /turns was 2, expected 1/],
    [
      'dialogue: [caller: /open/, bot: At nine.]',
      'dialogue: [caller: /close/]',
      /the caller did not say \/close\//,
    ],
    ['dialogue: [bot: /good/i]', 'dialogue: [bot: /good/]', /the bot did not say/],
    [
      'dialogue: [bot: At nine., bot: On Saturday]',
      'dialogue: [bot: On Saturday, bot: At nine.]',
      /in its place: nothing more was said/,
    ],
    ['dialogue: [bot: nine.]', 'dialogue: [bot: nin.\\.]', /the bot did not say/],
    ['never: [/ten thirty/]', 'never: [/ten/]', /the bot said «On Saturday at ten\.»/],
    ['interrupted: [Saturday]', 'interrupted: [nine]', /interrupted was \[On Saturday at ten\.\]/],
    ['interrupted: [/./]', 'interrupted: []', /expected \[\]/],
    ['resumed: 1', 'resumed: 0', /resumed was 1, expected 0/],
    ['endedBy: caller', 'endedBy: silence', /ended by was caller, expected silence/],
    ['noSilenceOver: 1.2 s', 'noSilenceOver: 1100', /heard nothing for 1\.20 s, expected 1\.10 s/],
    ['', 'noSilenceOver: 1 s', /heard nothing/],
  ])('«%s» is met, and «%s» is not', (met, missed, message) => {
    expect(faults(met)).toEqual([]);
    expect(faults(missed)).toEqual([expect.stringMatching(message)]);
  });

  it('tell of a silence over 1.5 s also where nothing is said about silence', () => {
    const silent = { ...outcome, longestSilenceMs: 1501 };
    expect(disappointments(silent, parseExpectations('turns: 2', 'call'))).toHaveLength(1);
  });

  it.each([
    ['what is no YAML', 'turns: 1\nwithin: [', /line 2 is no YAML/],
    ['an unknown key', 'turns: 1\nwithn: 1 s', /line 2: "withn" .*did you mean within\?/],
    [
      'an end that there is not',
      'turns: 1\nendedBy: nobody',
      /line 2: endedBy nobody .*one of caller, bot, goodbye, silence/,
    ],
    ['an end that is nearly one', 'endedBy: silense', /line 1: .*did you mean silence\?/],
    ['a time without its unit', 'within: 1 minute', /within/],
    ['a regular expression that is none', 'never: ["/(/"]', /never\.0 no regular expression/],
    ['a speaker that there is not', 'dialogue: [operator: Hello]', /dialogue\.0/],
  ])('are refused with %s', (_, yaml, message) => {
    expect(() => parseExpectations(yaml, 'call')).toThrowError(
      expect.objectContaining({
        code: 'EXPECTATIONS_INVALID',
        message: expect.stringMatching(message) as string,
      }) as Error,
    );
  });
});
