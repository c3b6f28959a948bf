/** All that `npm run bench` can measure, in the order in which it does. */
import { benchAnswerer } from './answerer.ts';
import { bargeIn } from './barge-in.ts';
import type { Bench, Report } from './bench.ts';
import { campaign } from './campaign.ts';
import { cost } from './cost.ts';
import { ear } from './ear.ts';
import { earCost } from './ear-cost.ts';
import { filler } from './filler.ts';
import { fleet } from './fleet.ts';
import { fleetFaults } from './fleet-faults.ts';
import { fleetSimulation } from './fleet-simulation.ts';
import { greeted } from './greeted.ts';
import { knowledge } from './knowledge.ts';
import { load } from './load.ts';
import { mediaFormats } from './media-formats.ts';
import { memory } from './memory.ts';
import { recording } from './recording.ts';
import { replay } from './replay.ts';
import { replayAll } from './replay-all.ts';
import { soak } from './soak.ts';
import { speech, speechThroughput } from './speech.ts';
import { speechHostile } from './speech-hostile.ts';
import { benchSpeechTurns } from './speech-turns.ts';
import { streamBargeIn } from './stream-barge-in.ts';
import { streamGaps } from './stream-gaps.ts';
import { streamLoad } from './stream-load.ts';
import { streamTurns } from './stream-turns.ts';
import { synthesis } from './synthesis.ts';
import { tenants } from './tenants.ts';
import { tools } from './tools.ts';
import { turns } from './turns.ts';
import { twilio } from './twilio.ts';
import { benchVoiceActivity } from './vad.ts';

/** Calls first. */
export const BENCHES: readonly (Bench | Report)[] = [
  turns,
  bargeIn,
  filler,
  synthesis,
  load,
  streamTurns,
  streamLoad,
  streamBargeIn,
  streamGaps,
  twilio,
  greeted,
  recording,
  mediaFormats,
  replay,
  replayAll,
  knowledge,
  ear,
  earCost,
  tools,
  campaign,
  fleet,
  fleetFaults,
  fleetSimulation,
  tenants,
  speechHostile,
  soak,
  speech,
  speechThroughput,
  cost,
  memory,
  { name: 'vad', minutes: 1, fixedMinutes: 1, bearsLoad: true, print: benchVoiceActivity },
  // They fetch recordings through apt.
  { name: 'answerer', minutes: 5, fixedMinutes: 5, bearsLoad: true, onlyByName: true, print: benchAnswerer },
  {
    ...{ name: 'speech-turns', minutes: 10, fixedMinutes: 10, bearsLoad: true, onlyByName: true },
    print: benchSpeechTurns,
  },
];
