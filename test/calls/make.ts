/**
 * Records the calls that are shipped as tests: the real service, in stream mode on the stand-in Asterisk, with espeak-ng's voices on both
 * sides. `npx tsx test/calls/make.ts [NAME…]`; it needs Debian's espeak-ng and sox. The expect.yaml of a call is written by hand and stays.
 */
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { resampled } from '../../src/audio/resample.ts';
import type { Pcm } from '../../src/audio/pcm.ts';
import { projectRoot } from '../../src/base/project-root.ts';
import { BOT_FILE, CALLER_FILE, CALL_FILE } from '../../src/recordings/bundle/bundle-files.ts';
import type { SimulatedVoice } from '../../src/lab/simulator/speechkit/voice.ts';
import { spoken } from '../../sounds/espeak.ts';
import type { Voice } from '../../sounds/espeak.ts';
import { until } from '../support/until.ts';
import { startWorld } from '../support/world.ts';
import { Conversation } from './conversation.ts';
import { SCENARIOS } from './scenarios.ts';
import type { Scenario } from './scenarios.ts';

const HOME = join(projectRoot(), 'test/calls');

/** A woman's voice for the bot and a man's for the caller. */
const BOTS: Readonly<Record<Scenario['language'], Voice>> = {
  'ru-RU': { name: 'ru+f3', rate: 185, pitch: 48, pauseAfterMs: 180 },
  'en-US': { name: 'en-us+f3', rate: 185, pitch: 48, pauseAfterMs: 180 },
  'he-IL': { name: 'he+f3', rate: 185, pitch: 48, pauseAfterMs: 180 },
};
const CALLERS: Readonly<Record<Scenario['language'], Voice>> = {
  'ru-RU': { name: 'ru+m3', rate: 165, pitch: 38 },
  'en-US': { name: 'en-us+m3', rate: 165, pitch: 38 },
  'he-IL': { name: 'he+m3', rate: 165, pitch: 38 },
};

/** About what the providers take on an ordinary day, ms. */
const CHAT_PACE = { firstTokenMs: 350, perTokenMs: 20 } as const;
const SPEECH_PACE = { firstAudioMs: 150, recognitionMs: 200 } as const;

/** What the test bot has of its own is the product's again. */
const DEFAULTS = {
  greeting: undefined,
  endpointing: undefined,
  fillers: undefined,
  hold: undefined,
  repeat: undefined,
  silence: undefined,
  apology: undefined,
};

for (const [name, scenario] of Object.entries(SCENARIOS)) {
  const wanted = process.argv.slice(2);
  if (wanted.length === 0 || wanted.includes(name)) await record(name, scenario);
}

async function record(name: string, scenario: Scenario): Promise<void> {
  const world = await startWorld({
    kind: 'simulator',
    hears: 'voices',
    voice: botVoice(BOTS[scenario.language]),
    reply: scenario.answers,
    chatPace: CHAT_PACE,
    bots: { default: { ...DEFAULTS, language: scenario.language, ...scenario.bot } },
    // The voices are of the telephone's rate: more would only make the files larger.
    env: { MEDIA_MODE: 'stream', MEDIA_FORMAT: 'slin', RECORD_CALLS: 'all' },
  });
  try {
    const clips = new Map<string, Pcm>();
    for (const [what, phrase] of Object.entries(scenario.caller)) {
      const voice = what === 'english' ? CALLERS['en-US'] : CALLERS[scenario.language];
      const pcm = spoken(phrase, voice);
      clips.set(what, pcm);
      world.speech.registerClip(pcm, typeof phrase === 'string' ? phrase : phrase.text);
    }
    Object.assign(world.speech.delays, SPEECH_PACE);
    const call = await world.dial('100');
    const timeline = () => world.timelines[0];
    const { noise } = scenario;
    await scenario.play(
      new Conversation({ call, timeline, clips, noise, chat: world.chat, speech: world.speech }),
    );
    await until('the service knows that the call is over', () => world.service.activeCalls === 0);
  } finally {
    await world.hangupAll();
    await world.service.stop();
  }
  await keep(join(world.dir, 'data/calls'), join(HOME, name));
  await world.stop();
  console.log(name);
}

function botVoice(voice: Voice): SimulatedVoice {
  return (text, sampleRateHz) => Promise.resolve(resampled(spoken(text, voice), sampleRateHz));
}

/** Without the mix, which can be made again. */
async function keep(from: string, to: string): Promise<void> {
  const [recorded = ''] = (await readdir(from)).filter((name) => !name.startsWith('.'));
  await mkdir(to, { recursive: true });
  for (const file of [CALL_FILE, CALLER_FILE, BOT_FILE])
    await copyFile(join(from, recorded, file), join(to, file));
}
