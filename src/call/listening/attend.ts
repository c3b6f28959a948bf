import type { HearingListener } from '../../telephony/line.ts';
import type { CallParts } from '../call-parts.ts';

/** Tells the parts of a call what its line hears, from now on. */
export function attend({ bargeIn, consent, ear, holds, keys, line, mouth, pickup }: CallParts): void {
  const listener: HearingListener = {
    soundStarted: (atMs) => bargeIn.soundStarted(atMs),
    speechStarted: (atMs) => {
      keys.speechStarted();
      pickup?.speechStarted(atMs);
      ear.speechStarted(atMs);
      bargeIn.speechStarted(atMs);
    },
    speechStopped: (startedAtMs, endedAtMs) => {
      keys.speechStopped();
      pickup?.speechStopped(endedAtMs);
      ear.speechStopped(startedAtMs, endedAtMs);
      bargeIn.speechStopped(endedAtMs - startedAtMs);
    },
    held: () => {
      holds.begin();
      ear.held();
      // What is said into the hold would be lost.
      void mouth.pause();
    },
    unheld: () => {
      holds.end();
      ear.unheld();
      void mouth.resume();
    },
    silent: () => {
      keys.wordsEnded();
      ear.silent();
    },
    digit: (key) => {
      pickup?.pressed();
      keys.pressed(key);
    },
  };
  line.hearing.listen(consent.before(listener));
}
