/** What of the bot's speech reached the caller's ear, and when: read from the phone's audio, not from what the bot believes. */
import { slice, type Pcm } from '../../audio/pcm.ts';
import type { SpeechKind, TimelineEntry } from '../../timeline/timeline.ts';
import { findClip } from '../../lab/phone/find-clip.ts';
import { findSounds } from '../../lab/phone/hear.ts';
import type { Span } from '../../lab/phone/phone.ts';
import type { PlayedCall } from './call.ts';

export interface HeardSpeech extends Span {
  readonly turn: number;
  readonly kind: SpeechKind;
  readonly text: string;
  /** False if the caller talked over it. */
  readonly complete: boolean;
}

/** How much of a piece must come through to be understood: nearly all, but for one hiccup of a busy machine. */
const LEAST_SHARE = 0.75;
/** How far the phone's ear may lag behind Asterisk's word that a playback begins. */
const SEARCH_MS = { before: 300, after: 700 };

/** All that was really heard, in the order of speaking; what was not heard as it should be is left out. */
export function heardSpeech(
  { timeline, heard }: PlayedCall,
  voice: ReadonlyMap<string, Pcm>,
): readonly HeardSpeech[] {
  return playbacks(timeline.entries).flatMap(({ started, finished }) => {
    const clip = voice.get(started.text);
    if (!clip) return [];
    const part = slice(clip, 0, finished.heardMs);
    const found = findClip(heard, part, {
      fromMs: started.atMs - SEARCH_MS.before,
      toMs: started.atMs + SEARCH_MS.after,
    });
    if (!found || found.share < LEAST_SHARE) return [];
    const { turn, kind, text } = started;
    const { startedAtMs } = found;
    const endedAtMs = startedAtMs + finished.heardMs;
    return [{ turn, kind, text, complete: finished.outcome === 'heard', startedAtMs, endedAtMs }];
  });
}

/** How long the bot's voice went on after the caller had begun to talk over it; 0 if it was silent already. */
export function yieldedAfterMs({ heard }: PlayedCall, question: Span): number {
  const over = findSounds(heard).findLast((sound) => sound.startedAtMs < question.startedAtMs);
  return Math.max(0, (over?.endedAtMs ?? 0) - question.startedAtMs);
}

type Started = Extract<TimelineEntry, { type: 'playback.started' }>;
type Finished = Extract<TimelineEntry, { type: 'playback.finished' }>;

/** Playbacks are strictly one after another, so the first end of that kind and index after a beginning is its own. */
function playbacks(entries: readonly TimelineEntry[]): readonly { started: Started; finished: Finished }[] {
  return entries.flatMap((started, at) => {
    if (started.type !== 'playback.started') return [];
    const finished = entries
      .slice(at)
      .find(
        (entry): entry is Finished =>
          entry.type === 'playback.finished' && entry.kind === started.kind && entry.index === started.index,
      );
    return finished ? [{ started, finished }] : [];
  });
}
