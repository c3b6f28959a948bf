import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { Timeline } from '../../timeline/timeline.ts';
import { waterfallOf } from './waterfall.ts';

function call(): Timeline {
  const timeline = new Timeline(new ManualClock());
  timeline.mark('speech.started', {}, 5_000);
  timeline.mark('recognition.partial', { text: 'When' }, 6_000);
  timeline.mark('earlyAnswer.begun', { text: 'When' }, 6_100);
  timeline.mark('earlyAnswer.wasted', { tokens: 3 }, 6_400);
  timeline.mark('speech.stopped', { endedAtMs: 8_000, speechMs: 3_000 }, 8_200);
  timeline.turn = 1;
  timeline.mark('turn.ended', { speechEndedAtMs: 8_000 }, 8_500);
  timeline.mark('recognition.done', { text: 'When do you open?' }, 8_520);
  timeline.mark('chat.started', {}, 8_530);
  timeline.mark('chat.firstToken', {}, 9_000);
  for (const index of [0, 1]) {
    timeline.mark('chunk.ready', { index, text: `part ${index}` }, 9_100 + index * 50);
    timeline.mark('synthesis.started', { index, characters: 6 }, 9_100 + index * 50);
    timeline.mark('synthesis.firstAudio', { index, provider: 'grpc' }, 9_300 + index * 50);
  }
  timeline.mark('playback.started', { kind: 'answer', index: 0, text: 'part 0' }, 9_320);
  timeline.mark('bargeIn.paused', {}, 9_600);
  timeline.mark('bargeIn.stopped', {}, 9_800);
  timeline.mark('playback.finished', { kind: 'answer', index: 0, heardMs: 280, outcome: 'stopped' }, 9_810);
  timeline.mark('turn.over', { outcome: 'interrupted' }, 9_820);
  timeline.mark('playback.started', { kind: 'prompt', index: 0, text: 'Are you there?' }, 30_000);
  return timeline;
}

const looks = (label: string) =>
  waterfallOf(call().entries, 1)
    ?.lanes.find((lane) => lane.label === label)
    ?.rows.map((row) => row.map(({ look, fromMs, toMs }) => [look, fromMs, toMs]));

describe('the waterfall of a turn', () => {
  it('begins shortly before the caller has finished and ends with the turn', () => {
    expect(waterfallOf(call().entries, 1)).toMatchObject({ fromMs: 6_350, toMs: 9_970 });
  });

  it('shows what the caller said before the turn as part of it', () => {
    expect(looks('Caller')).toEqual([[['speech', 5_000, 8_000]]]);
    expect(looks('Recognition')).toEqual([[['recognition', 6_000, 8_520]]]);
    expect(looks('Early')).toEqual([[['earlyWasted', 6_100, 6_400]]]);
  });

  it('shows syntheses below each other, each with its wait', () => {
    expect(looks('Voice')).toEqual([
      [
        ['voiceWait', 9_100, 9_300],
        ['voice', 9_300, 9_820],
      ],
      [
        ['voiceWait', 9_150, 9_350],
        ['voice', 9_350, 9_820],
      ],
    ]);
  });

  it('ends the wait for a voice that failed where it failed', () => {
    const timeline = call();
    timeline.turn = 2;
    timeline.mark('turn.ended', { speechEndedAtMs: 40_000 }, 40_300);
    for (const index of [0, 1])
      timeline.mark('synthesis.started', { index, characters: 6 }, 41_000 + index * 100);
    for (const atMs of [41_500, 41_700])
      timeline.mark('failure', { code: 'TTS_UNAVAILABLE', during: 'synthesis' }, atMs);
    timeline.mark('turn.over', { outcome: 'failed' }, 45_000);
    const voice = waterfallOf(timeline.entries, 2)?.lanes.find(({ label }) => label === 'Voice');
    expect(voice?.rows.flat().map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([
      [41_000, 41_500],
      [41_100, 41_700],
    ]);
  });

  it('shows where the bot paused and where the caller took the turn', () => {
    expect(looks('Heard')).toEqual([
      [
        ['answer', 9_320, 9_810],
        ['pause', 9_600, 9_800],
      ],
    ]);
    const heard = waterfallOf(call().entries, 1)?.lanes.find(({ label }) => label === 'Heard');
    expect(heard?.marks).toMatchObject([{ look: 'cut', atMs: 9_810 }]);
  });

  it('is none where nothing happened', () => {
    expect(waterfallOf([], 0)).toBeUndefined();
  });

  it('shows what was looked for and done meanwhile, and where the script and the language went', () => {
    const timeline = call();
    const ready = { source: 'knowledge', startedAtMs: 8_400, tookMs: 60, late: false, found: 2 };
    timeline.mark('context.ready', ready, 8_460);
    timeline.mark('tool.done', { name: 'stock', status: 'done', tookMs: 300 }, 9_050);
    timeline.mark('tool.done', { name: 'price', status: 'failed', tookMs: 100 }, 9_060);
    timeline.mark('flow.step', { step: 'size', phase: 'asking', filled: [] }, 9_700);
    timeline.mark('language.switched', { from: 'ru-RU', to: 'en-US' }, 8_521);
    const lanes = waterfallOf(timeline.entries, 1)?.lanes ?? [];
    const of = (label: string) => lanes.find((lane) => lane.label === label);
    const bars = (label: string) =>
      of(label)?.rows.map((row) => row.map(({ fromMs, look, toMs }) => [look, fromMs, toMs]));
    expect(bars('Known')).toEqual([[['known', 8_400, 8_460]]]);
    expect(bars('Tools')).toEqual([[['tool', 8_750, 9_050]], [['toolFailed', 8_960, 9_060]]]);
    expect(of('Script')?.marks.map(({ title }) => title)).toEqual([
      'Step size: asking',
      'From here on in en-US',
    ]);
  });
});
