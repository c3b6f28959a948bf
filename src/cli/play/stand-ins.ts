/** What stands in for everything that the environment holds no keys for, and the settings of a service among them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../base/project-root.ts';
import type { Environment } from '../../config/settings.ts';
import { settingNames } from '../../config/settings-table.ts';
import { startAsteriskSimulator } from '../../lab/simulator/asterisk/asterisk-simulator.ts';
import { startChatSimulator } from '../../lab/simulator/chat.ts';
import { receptionist } from '../../lab/simulator/receptionist.ts';
import { espeakVoice } from '../../lab/simulator/speechkit/espeak-voice.ts';
import { startSpeechKitSimulator } from '../../lab/simulator/speechkit/speechkit.ts';
import { unheardSpeech } from '../../lab/simulator/unheard-speech.ts';
import { EspeakSynthesizer, hasEspeak } from '../../speech/espeak/espeak-synthesizer.ts';

export interface StandIns {
  /** What an operator would write into `.env`. */
  readonly environment: Environment;
  readonly speech: 'real' | 'stand-in';
  /** What the stand-in for speech sounds like. */
  readonly voice: 'espeak-ng' | 'tones';
  readonly chat: 'real' | 'stand-in';
  readonly botsDir: string;
  /** Ends everything and resolves when nothing is left behind. */
  stop(): Promise<void>;
}

/** Thinking takes a model about so long on an ordinary day, ms. */
const PACE = { firstTokenMs: 350, perTokenMs: 20 } as const;
const USUAL_PORT = 8080;

const SPEECH_KEYS = ['YANDEX_API_KEY', 'YANDEX_SERVICE_ACCOUNT_KEY_FILE', 'YANDEX_IAM_TOKEN'];
const CHAT_KEYS = ['OPENAI_API_KEY', 'OPENAI_BASE_URL', 'GEMINI_API_KEY'];
/** What of the caller's own settings bears on a bot that is tried; the telephone's, the operator's and the recordings' do not. */
const OWN = /^(SPEECH|YANDEX|OPENAI|GEMINI|LLM|ASR|TTS|PRICE)_/;

/** Leaves nothing behind if it rejects. */
export async function startStandIns(env: Environment, port: number | undefined): Promise<StandIns> {
  const closers: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const dir = await mkdtemp(join(tmpdir(), 'parley-play-'));
    closers.push(() => rm(dir, { recursive: true, force: true }));
    const telephone = await startAsteriskSimulator();
    closers.push(() => telephone.stop());
    const isSpeechReal = isGiven(env, SPEECH_KEYS) || !asksYandex(env);
    const isChatReal = isGiven(env, CHAT_KEYS);
    const voice = (await hasEspeak()) ? 'espeak-ng' : 'tones';
    const speech = isSpeechReal ? {} : await startSpeech(voice, (close) => closers.push(close));
    const chat = isChatReal ? keyOrNone(env) : await startChat((close) => closers.push(close));
    const botsDir = env['BOTS_DIR']?.trim() || join(projectRoot(), 'config/bots');
    return {
      speech: isSpeechReal ? 'real' : 'stand-in',
      chat: isChatReal ? 'real' : 'stand-in',
      voice,
      botsDir,
      stop,
      environment: {
        ...ownSettings(env),
        ...chat,
        ...speech,
        ARI_URL: telephone.url,
        ARI_USERNAME: telephone.username,
        ARI_PASSWORD: telephone.password,
        MEDIA_MODE: 'stream',
        MEDIA_DIR: telephone.mediaDir,
        BOTS_DIR: botsDir,
        // Phrases that somebody has paid for are kept.
        DATA_DIR: isSpeechReal ? join(env['DATA_DIR']?.trim() || 'data', 'play') : join(dir, 'data'),
        DRAIN_SECONDS: '0',
        // Somebody who tries it on a busy machine, while all phrases are being spoken for the first time, hears a bot that may stutter.
        MAX_EVENT_LOOP_LAG_MS: '10000',
        HTTP_PORT: String(port ?? ((await isFree(USUAL_PORT)) ? USUAL_PORT : 0)),
        // The page is nobody else's: it may show every word.
        LOG_TRANSCRIPTS: 'true',
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

type OnStarted = (close: () => Promise<unknown>) => void;

async function startSpeech(voice: StandIns['voice'], onStarted: OnStarted): Promise<Environment> {
  const espeak = new EspeakSynthesizer();
  onStarted(() => espeak.close());
  const speech = await startSpeechKitSimulator({
    everythingIs: unheardSpeech,
    ...(voice === 'espeak-ng' && { voice: espeakVoice(espeak) }),
  });
  onStarted(() => speech.stop());
  return {
    // A busy laptop is no reason to ask another synthesizer.
    TTS_FIRST_AUDIO_MS: '5000',
    SPEECH_PROVIDERS: 'yandex',
    YANDEX_API_KEY: 'of-nobody',
    YANDEX_FOLDER_ID: 'of-nobody',
    YANDEX_TTS_GRPC_URL: speech.ttsGrpcUrl,
    YANDEX_STT_GRPC_URL: speech.sttGrpcUrl,
    YANDEX_TTS_HTTP_URL: speech.ttsHttpUrl,
    YANDEX_STT_HTTP_URL: speech.sttHttpUrl,
    YANDEX_IAM_URL: speech.iamUrl,
  };
}

async function startChat(onStarted: OnStarted): Promise<Environment> {
  const chat = await startChatSimulator({ reply: receptionist, ...PACE });
  onStarted(() => chat.stop());
  return { OPENAI_API_KEY: 'of-nobody', OPENAI_BASE_URL: chat.baseUrl };
}

/** Whoever asks others alone has named them on purpose. */
function asksYandex(env: Environment): boolean {
  return /yandex/i.test(env['SPEECH_PROVIDERS']?.trim() || 'yandex');
}

/** A server of one's own may ask for no key, and the client sends one all the same. */
function keyOrNone(env: Environment): Environment {
  return isGiven(env, ['OPENAI_API_KEY', 'GEMINI_API_KEY']) ? {} : { OPENAI_API_KEY: 'none' };
}

function isGiven(env: Environment, names: readonly string[]): boolean {
  return names.some((name) => env[name]?.trim() || env[`${name}_FILE`]?.trim());
}

function ownSettings(env: Environment): Environment {
  const names = settingNames().filter((name) => OWN.test(name));
  return Object.fromEntries(names.flatMap((name) => [name, `${name}_FILE`]).map((name) => [name, env[name]]));
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
