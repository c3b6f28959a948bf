import type { BotProfile } from '../../../config/bot-profile.ts';

export const PAUSE_FIRST: BotProfile['bargeIn'] = {
  enabled: true,
  minSpeechMs: 250,
  decideWithinMs: 1200,
  ignoreBackchannels: true,
  ignoreOwnEcho: true,
  mode: 'pauseFirst',
};
