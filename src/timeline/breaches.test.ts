import { describe, expect, it } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { Timeline } from './timeline.ts';
import { breachesOf } from './breaches.ts';

interface Times {
  readonly token?: number;
  readonly chunk?: number;
  readonly audio?: number;
  readonly heard?: number;
}

/** A turn in which nothing is slow, but for what is given: ms after the caller's last loud frame. */
function turn({ token = 600, chunk = token + 100, audio = chunk + 150, heard = audio + 20 }: Times) {
  const timeline = new Timeline(new ManualClock());
  timeline.turn = 1;
  timeline.mark('turn.ended', { speechEndedAtMs: 10_000 }, 10_300);
  timeline.mark('recognition.done', { text: 'hello' }, 10_310);
  timeline.mark('playback.started', { kind: 'filler', index: 0, text: 'Well…' }, 10_400);
  timeline.mark('playback.finished', { kind: 'filler', index: 0, heardMs: 400, outcome: 'heard' }, 10_800);
  timeline.mark('chat.started', {}, 10_320);
  timeline.mark('chat.firstToken', {}, 10_000 + token);
  timeline.mark('chunk.ready', { index: 0, text: 'Hello!' }, 10_000 + chunk);
  timeline.mark('synthesis.started', { index: 0, characters: 6 }, 10_000 + chunk);
  timeline.mark('synthesis.firstAudio', { index: 0, provider: 'grpc' }, 10_000 + audio);
  timeline.mark('playback.started', { kind: 'answer', index: 0, text: 'Hello!' }, 10_000 + heard);
  timeline.mark(
    'playback.finished',
    { kind: 'answer', index: 0, heardMs: 900, outcome: 'heard' },
    10_900 + heard,
  );
  timeline.mark('turn.over', { outcome: 'spoken' }, 10_900 + heard);
  return timeline;
}

const told = (timeline: Timeline) =>
  breachesOf(timeline.entries).map(({ severity, what, why }) => `${severity}: ${what} (${why})`);

describe('what went wrong in a call', () => {
  it('is nothing where every stage kept its limit', () => {
    expect(told(turn({}))).toEqual([]);
  });

  it('is a slow answer, with the stage that took longest', () => {
    expect(told(turn({ heard: 1600 }))).toEqual([
      'warning: The answer came after 1.60 s (limit 1.50 s; playout took 750 ms of it)',
    ]);
    expect(told(turn({ audio: 1000, heard: 3100 }))[0]).toMatch(
      /^critical: The answer came after 3\.10 s \(limit 3\.00 s/,
    );
  });

  it('is a slow model: before its first token, or behind it', () => {
    expect(told(turn({ token: 1100 }))).toEqual([
      "warning: The first chunk was ready only 880 ms after the model was asked (limit 800 ms; the model's first token alone took 780 ms)",
    ]);
    expect(told(turn({ token: 500, chunk: 1200 }))[0]).toContain('the words to make a chunk of were slow');
  });

  it('is a slow voice, with who spoke', () => {
    expect(told(turn({ audio: 1300 }))).toEqual([
      'warning: The voice of chunk 1 began only after 600 ms (limit 500 ms; 6 characters, spoken by grpc)',
    ]);
  });

  it('is a silence in which the caller waited', () => {
    expect(told(turn({ token: 600, heard: 2400 }))).toContain(
      'warning: Nobody was heard for 1.60 s (limit 1.50 s; after the small talk, before the answer)',
    );
  });

  it('is whatever failed', () => {
    const timeline = turn({});
    timeline.mark('failure', { code: 'TTS_UNAVAILABLE', during: 'synthesis' }, 11_000);
    expect(told(timeline)).toEqual(['critical: Synthesis failed (TTS_UNAVAILABLE)']);
  });
});
