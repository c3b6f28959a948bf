import type { Stage } from './turn-stages.ts';

/** What the stages of a turn are called on pages and in tables. */
export const STAGE_NAMES: Readonly<Record<Stage, string>> = {
  endOfTurn: 'End of turn',
  recognition: 'Recognition',
  firstToken: 'First token',
  firstChunk: 'First chunk',
  firstAudio: 'First audio',
  voiceToVoice: 'Playout',
};
