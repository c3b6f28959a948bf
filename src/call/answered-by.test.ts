import { expect, it } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { Timeline } from '../timeline/timeline.ts';
import { answeredBy, answeredIn } from './answered-by.ts';

it('whoever has picked up and says nothing is nobody, until something is heard', () => {
  const timeline = new Timeline(new ManualClock());
  timeline.mark('call.answered', {});
  timeline.mark('playback.started', { kind: 'greeting', index: 0, text: 'Добрый день!' });
  expect(answeredBy(timeline.entries)).toBe('silence');
  timeline.mark('speech.started', {});
  expect(answeredBy(timeline.entries)).toBe('person');
});

it('the last verdict tells who it is, and who was gone before the first word was not greeted', () => {
  const timeline = new Timeline(new ManualClock());
  timeline.mark('answerer.decided', { by: 'machine', reason: 'longGreeting' });
  timeline.mark('speech.started', {});
  expect(answeredIn(timeline.entries)).toEqual({ by: 'machine', greeted: false });
  timeline.mark('answerer.decided', { by: 'person', reason: 'spokeAgain' });
  timeline.mark('playback.started', { kind: 'greeting', index: 0, text: 'Добрый день!' });
  expect(answeredIn(timeline.entries)).toEqual({ by: 'person', greeted: true });
});
