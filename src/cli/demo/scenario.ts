/** Who says what in the demo, and with which recordings. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pcm } from '../../audio/pcm.ts';
import { decodeWav } from '../../audio/wav.ts';
import { projectRoot } from '../../base/project-root.ts';

export interface Clip {
  readonly text: string;
  readonly pcm: Pcm;
}

export interface Exchange {
  readonly question: Clip;
  /** What the bot is saying when the caller talks over it; without this the caller waits for the bot to finish. */
  readonly over?: Clip;
  /** What the model answers, a chunk each. */
  readonly answer: readonly Clip[];
}

export interface Scenario {
  readonly greeting: Clip;
  readonly exchanges: readonly Exchange[];
  /** Everything that the bot can say, by its text. */
  readonly botVoice: ReadonlyMap<string, Pcm>;
}

/** Reads the recordings. */
export async function loadScenario(): Promise<Scenario> {
  const callers = await loadClips('src/lab/simulator/callers');
  const bots = await loadClips('src/lab/simulator/bot');
  const question = (name: string) => clipOf(callers, name);
  const bot = (name: string) => clipOf(bots, name);
  return {
    greeting: bot('greeting'),
    exchanges: [
      { question: question('question1'), answer: ['hours-1', 'hours-2', 'hours-3'].map(bot) },
      {
        question: question('interruption'),
        over: bot('hours-2'),
        answer: ['saturday-1', 'saturday-2'].map(bot),
      },
      { question: question('question2'), answer: ['metro-1', 'metro-2'].map(bot) },
      { question: question('thanks'), answer: [bot('farewell-1')] },
    ],
    botVoice: new Map(
      [...bots.values(), ...(await loadPhrases('ru-RU'))].map(({ text, pcm }) => [text, pcm]),
    ),
  };
}

type Clips = ReadonlyMap<string, Clip>;

function clipOf(clips: Clips, name: string): Clip {
  const clip = clips.get(`${name}.wav`);
  if (!clip) throw new Error(`There is no recording of the name ${name}.`);
  return clip;
}

/** The recordings of a folder, by file name. */
async function loadClips(folder: string): Promise<Clips> {
  const texts = Object.entries(await readJson<Record<string, string>>(`${folder}/texts.json`));
  const load = async ([file, text]: [string, string]) =>
    [file, { text, pcm: await readWav(`${folder}/${file}`) }] as const;
  return new Map(await Promise.all(texts.map(load)));
}

/** The shipped recordings of fillers and the like. */
async function loadPhrases(language: string): Promise<readonly Clip[]> {
  type Languages = Record<string, { readonly phrases: Readonly<Record<string, readonly string[]>> }>;
  const { phrases = {} } = (await readJson<Languages>('sounds/phrases.json'))[language] ?? {};
  const listed = Object.entries(phrases).flatMap(([kind, texts]) =>
    texts.map((text, index) => ({ text, path: `sounds/${language}/${kind}-${index + 1}.wav` })),
  );
  return Promise.all(listed.map(async ({ text, path }) => ({ text, pcm: await readWav(path) })));
}

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(join(projectRoot(), path), 'utf8')) as T;
}

async function readWav(path: string): Promise<Pcm> {
  return decodeWav(await readFile(join(projectRoot(), path)));
}
