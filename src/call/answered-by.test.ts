import { expect, it } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { Timeline } from '../timeline/timeline.ts';
import { answeredBy } from './answered-by.ts';

it('whoever has picked up and says nothing is nobody, until something is heard', () => {
  const timeline = new Timeline(new ManualClock());
  timeline.mark('call.answered', {});
  timeline.mark('playback.started', { kind: 'greeting', index: 0, text: 'Добрый день!' });
  expect(answeredBy(timeline.entries)).toBe('silence');
  timeline.mark('speech.started', {});
  expect(answeredBy(timeline.entries)).toBe('person');
});
