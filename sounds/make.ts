/**
 * Renders every recording that the repository ships, from three lists:
 *   sounds/phrases.json                → sounds/LANGUAGE/KIND-N.wav, what callers hear when no synthesizer answers;
 *   src/lab/simulator/callers/texts.json   → src/lab/simulator/callers/NAME.wav, what the demo's and the tests' callers say;
 *   src/lab/simulator/bot/texts.json       → src/lab/simulator/bot/NAME.wav, what the demo's bot says beside its phrases in sounds/.
 * Run `npx tsx sounds/make.ts`; it needs Debian's espeak-ng and sox. The same versions of both give the same bytes.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { durationMs } from '../src/audio/pcm.ts';
import { encodeWav } from '../src/audio/wav.ts';
import { projectRoot } from '../src/base/project-root.ts';
import { spoken } from './espeak.ts';
import type { Phrase, Voice } from './espeak.ts';

interface LanguageOfPhrases {
  readonly voice: string;
  readonly rate: number;
  readonly phrases: Readonly<Record<string, readonly Phrase[]>>;
}

/** A woman's voice for the bot and a man's for the caller, so that a listener to a recording always knows who speaks. */
const BOT_PITCH = 48;
const CALLER: Voice = { name: 'ru+m3', rate: 165, pitch: 38 };
/** The demo's bot has the voice of its own phrases, so that fillers and answers are one person's. */
const DEMO_LANGUAGE = 'ru-RU';
/** What synthesizers leave after a sentence; without it sentences run into each other. */
const SENTENCE_PAUSE_MS = 180;

/** Writes one 16-bit mono WAV. */
function record(file: string, phrase: Phrase, voice: Voice): void {
  const pcm = spoken(phrase, voice);
  writeFileSync(file, encodeWav(pcm));
  console.log(`${file}  ${Math.round(durationMs(pcm))} ms`);
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

const root = projectRoot();

const languages = readJson(join(root, 'sounds/phrases.json')) as Record<string, LanguageOfPhrases>;
for (const [language, { voice, rate, phrases }] of Object.entries(languages)) {
  const directory = join(root, 'sounds', language);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
  for (const [kind, variants] of Object.entries(phrases)) {
    variants.forEach((phrase, index) => {
      record(join(directory, `${kind}-${index + 1}.wav`), phrase, { name: voice, rate, pitch: BOT_PITCH });
    });
  }
}

const { voice, rate } = languages[DEMO_LANGUAGE] as LanguageOfPhrases;
const speakers: Readonly<Record<string, Voice>> = {
  callers: CALLER,
  bot: { name: voice, rate, pitch: BOT_PITCH, pauseAfterMs: SENTENCE_PAUSE_MS },
};
for (const [speaker, speakersVoice] of Object.entries(speakers)) {
  const directory = join(root, 'src/lab/simulator', speaker);
  const texts = readJson(join(directory, 'texts.json')) as Record<string, string>;
  for (const [name, text] of Object.entries(texts)) record(join(directory, name), text, speakersVoice);
}
