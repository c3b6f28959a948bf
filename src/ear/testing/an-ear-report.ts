/** What a call was like that never was. */
import type { EarReport } from '../ear-report.ts';

const nothing = { count: 0, longestMs: 0, sumMs: 0 };
export const anEarReport: EarReport = {
  from: 'line',
  lastedMs: 20_000,
  greetingMs: 400,
  greetingInsideMs: 390,
  answers: [
    {
      ...{ callerEndedAtMs: 5000, botBeganAtMs: 6200, waitMs: 1200 },
      inside: { turn: 1, waitMs: 900, differenceMs: 300 },
      charged: { endpointing: 500, recognition: 100, model: 400, synthesis: 150, playout: 50, other: 0 },
    },
  ],
  unheardTurns: [],
  talkOver: { count: 1, longestMs: 500, sumMs: 500 },
  deadAir: { count: 2, longestMs: 1200, sumMs: 1600 },
  gaps: nothing,
  caller: { soundMs: 3000, levelDbfs: -24, clippedMs: 20 },
  bot: { soundMs: 5000, levelDbfs: -18, clippedMs: 0 },
  lostFrames: 3,
  isPart: false,
};
