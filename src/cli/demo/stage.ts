/** Everything that the demo needs around its call: a telephone, the speech and chat providers' stand-ins, and the real service. */
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { stringify } from 'yaml';
import type { Timeline } from '../../timeline/timeline.ts';
import { readSettings } from '../../config/settings.ts';
import type { Environment } from '../../config/settings.ts';
import type { startService } from '../../main.ts';
import { createLog } from '../../ops/log.ts';
import { startChatSimulator } from '../../lab/simulator/chat.ts';
import type { ChatSimulator } from '../../lab/simulator/chat.ts';
import { startSpeechKitSimulator } from '../../lab/simulator/speechkit/speechkit.ts';
import type { SpeechKitSimulator } from '../../lab/simulator/speechkit/speechkit.ts';
import { clipVoice } from '../../lab/simulator/speechkit/voice.ts';
import type { Clip, Scenario } from './scenario.ts';
import { APP, startTelephone } from './telephone.ts';
import type { Telephone, TelephoneKind } from './telephone.ts';

export type StartService = typeof startService;

/** How long the providers' stand-ins take, ms: about what the real ones take on an ordinary day. */
export const PACE = { recognitionMs: 200, firstTokenMs: 350, perTokenMs: 20, firstAudioMs: 150 } as const;

export interface StageOptions {
  readonly scenario: Scenario;
  readonly telephone: TelephoneKind;
  readonly start: StartService;
  /** Where the service's log goes. */
  readonly logFile: string;
  /** Told of the call's timeline before it begins. */
  readonly onCall: (timeline: Timeline) => void;
}

export interface Stage {
  readonly telephone: Telephone;
  /** Ends everything and resolves when nothing is left behind. */
  stop(): Promise<void>;
}

/** Resolves when the bot can be called. Leaves nothing behind if that fails. */
export async function setStage(options: StageOptions): Promise<Stage> {
  const closers: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const dir = await mkdtemp(join(tmpdir(), 'parley-demo-'));
    closers.push(() => rm(dir, { recursive: true, force: true }));
    const telephone = await startTelephone(options.telephone);
    closers.push(() => telephone.stop());
    const { firstTokenMs, perTokenMs } = PACE;
    const chat = await startChatSimulator({ reply: script(options.scenario), firstTokenMs, perTokenMs });
    closers.push(() => chat.stop());
    const speech = await startSpeechKitSimulator({ voice: clipVoice(options.scenario.botVoice) });
    closers.push(() => speech.stop());
    for (const { question } of options.scenario.exchanges) speech.registerClip(question.pcm, question.text);

    const log = createWriteStream(options.logFile);
    closers.push(() => finished(log.end()));
    await writeBot(join(dir, 'bots'), options.scenario);
    const settings = readSettings(environment(dir, telephone, chat, speech));
    const service = await options.start(settings, createLog(settings.log, log), { onCall: options.onCall });
    closers.push(() => service.stop());
    // Before the first call nobody waits: the phrases are rendered without the delays that callers shall feel.
    await service.prepared;
    speech.delays.recognitionMs = PACE.recognitionMs;
    speech.delays.firstAudioMs = PACE.firstAudioMs;
    return { telephone, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What the model answers to each question: the chunks, marked as a model is told to mark them. */
function script({ exchanges }: Scenario): (readonly [string, string])[] {
  const marked = (answer: readonly Clip[]) => answer.map(({ text }) => text).join('| ');
  return exchanges.map(({ question, answer }) => [question.text, marked(answer)]);
}

async function writeBot(botsDir: string, { greeting }: Scenario): Promise<void> {
  await mkdir(botsDir);
  const profile = {
    prompt: 'Ты отвечаешь на звонки в небольшой офис.',
    greeting: greeting.text,
    // The scene has its own farewell, which the model says and the caller hears out.
    ends: { callerGoodbye: false, botGoodbye: false },
  };
  await writeFile(join(botsDir, 'default.yaml'), stringify(profile));
}

/** What an operator would write into `.env`. */
function environment(
  dir: string,
  { ari, mediaDir }: Telephone,
  chat: ChatSimulator,
  speech: SpeechKitSimulator,
): Environment {
  return {
    ARI_URL: ari.url,
    ARI_USERNAME: ari.username,
    ARI_PASSWORD: ari.password,
    ARI_APP: APP,
    MEDIA_MODE: 'file',
    MEDIA_DIR: mediaDir,
    BOTS_DIR: join(dir, 'bots'),
    DATA_DIR: join(dir, 'data'),
    HTTP_PORT: '0',
    LOG_LEVEL: 'debug',
    LOG_TRANSCRIPTS: 'true',
    YANDEX_API_KEY: 'of-the-demo',
    YANDEX_FOLDER_ID: 'of-the-demo',
    YANDEX_TTS_GRPC_URL: speech.ttsGrpcUrl,
    YANDEX_STT_GRPC_URL: speech.sttGrpcUrl,
    YANDEX_TTS_HTTP_URL: speech.ttsHttpUrl,
    YANDEX_STT_HTTP_URL: speech.sttHttpUrl,
    YANDEX_IAM_URL: speech.iamUrl,
    OPENAI_API_KEY: 'of-the-demo',
    OPENAI_BASE_URL: chat.baseUrl,
    LLM_KEEP_WARM: 'off',
  };
}
