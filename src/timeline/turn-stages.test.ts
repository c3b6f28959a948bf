import { describe, expect, it } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { Timeline } from './timeline.ts';
import { turnStages, turnsOf, waitsOf } from './turn-stages.ts';

/** A call in which the caller's last loud frame of turn 1 is at 10 s. */
function call(): Timeline {
  const timeline = new Timeline(new ManualClock());
  timeline.mark('call.answered', {}, 5_000);
  timeline.mark('playback.started', { kind: 'greeting', index: 0, text: 'Hello!' }, 5_100);
  timeline.turn = 1;
  timeline.mark('turn.ended', { speechEndedAtMs: 10_000 }, 10_300);
  timeline.mark('recognition.done', { text: 'When are you open?' }, 10_320);
  timeline.mark('playback.started', { kind: 'filler', index: 0, text: 'Well…' }, 10_400);
  timeline.mark('chat.firstToken', {}, 10_800);
  timeline.mark('chunk.ready', { index: 0, text: 'From nine.' }, 10_900);
  timeline.mark('synthesis.firstAudio', { index: 0, provider: 'grpc' }, 11_000);
  timeline.mark('chunk.ready', { index: 1, text: 'Until six.' }, 11_100);
  timeline.mark('playback.started', { kind: 'answer', index: 0, text: 'From nine.' }, 11_030);
  return timeline;
}

describe('the stages of a turn', () => {
  it('count from the last thing the caller said', () => {
    expect(turnStages(call().entries, 1)).toMatchObject({
      fromMs: 10_000,
      times: {
        endOfTurn: 300,
        recognition: 320,
        firstToken: 800,
        firstChunk: 900,
        firstAudio: 1000,
        voiceToVoice: 1030,
      },
      firstSoundMs: 400,
      fillerMs: 400,
      overMs: undefined,
      interrupted: false,
      heard: 'When are you open?',
      chunks: ['From nine.', 'Until six.'],
    });
  });

  it('count from the beginning where nobody has asked', () => {
    expect(turnStages(call().entries, 0)).toMatchObject({ fromMs: 5_000, firstSoundMs: 100 });
  });

  it('leave out what never happened, and tell why', () => {
    const timeline = call();
    timeline.turn = 2;
    timeline.mark('turn.ended', { speechEndedAtMs: 20_000 }, 20_300);
    timeline.mark('failure', { code: 'ASR_TIMEOUT', during: 'recognition' }, 24_300);
    timeline.mark('bargeIn.stopped', {}, 25_000);
    timeline.mark('turn.over', { outcome: 'interrupted' }, 25_010);
    const stages = turnStages(timeline.entries, 2);
    expect(stages).toMatchObject({ failures: ['ASR_TIMEOUT'], outcome: 'interrupted', interrupted: true });
    expect(waitsOf(stages.times)).toEqual([{ stage: 'endOfTurn', ms: 300 }]);
    expect(turnsOf(timeline.entries)).toEqual([1, 2]);
  });

  it('share the wait among them: together they are the time until the answer', () => {
    const waits = waitsOf(turnStages(call().entries, 1).times);
    expect(waits.map(({ ms }) => ms)).toEqual([300, 20, 480, 100, 100, 30]);
  });

  it('say that nothing was waited for what an early answer had done before the turn ended', () => {
    const times = {
      endOfTurn: 700,
      recognition: 710,
      firstToken: 300,
      firstChunk: 400,
      firstAudio: 550,
      voiceToVoice: 730,
    };
    expect(waitsOf(times).map(({ ms }) => ms)).toEqual([700, 10, 0, 0, 0, 20]);
  });
});
