/** Tells a call while it goes on: a line for everything that is said, and for what fails. */
import pc from 'picocolors';
import type { Timeline } from '../../timeline/timeline.ts';

const SPEAKER_WIDTH = 8;

export function tellConversation(timeline: Timeline, print: (line: string) => void): void {
  const say = (speaker: string, text: string) => print(`${speaker}${text}`);
  const bot = pc.green('bot'.padEnd(SPEAKER_WIDTH));
  const caller = pc.cyan('caller'.padEnd(SPEAKER_WIDTH));
  const note = (text: string) => print(' '.repeat(SPEAKER_WIDTH) + text);
  timeline.observe((entry) => {
    switch (entry.type) {
      case 'recognition.done':
        return entry.text === '' ? undefined : say(caller, entry.text);
      case 'playback.started':
        return say(bot, entry.text);
      case 'bargeIn.stopped':
        return note(pc.dim('gives way'));
      case 'failure':
        return note(pc.red(`${entry.during} failed: ${entry.code}`));
      case 'call.ended':
        return note(pc.dim('the call is over'));
    }
  });
}
