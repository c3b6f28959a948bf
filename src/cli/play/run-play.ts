/** From the stand-ins to the page and back: what is needed is started, the address is told, and everything ends with the process. */
import pc from 'picocolors';
import type { Timeline } from '../../timeline/timeline.ts';
import { readSettings } from '../../config/settings.ts';
import { serveUntilTold } from '../serve.ts';
import type { Host } from '../serve.ts';
import type { StartService } from '../demo/stage.ts';
import { consoleLog } from './console-log.ts';
import { tellConversation } from './conversation.ts';
import { openPage } from './open-page.ts';
import { startStandIns } from './stand-ins.ts';
import type { StandIns } from './stand-ins.ts';

export interface PlayParts {
  readonly host: Host;
  readonly start: StartService;
  /** Of the page; the usual one, or any free one where that is taken, if not given. */
  readonly port: number | undefined;
  readonly opensBrowser: boolean;
  readonly print: (line: string) => void;
}

/** Resolves with the exit status once it was told to stop and nothing is left. Throws what keeps the service from starting. */
export async function runPlay({ host, start, port, opensBrowser, print }: PlayParts): Promise<number> {
  const log = consoleLog(print);
  let standIns: StandIns | undefined;
  const open = async (signal: AbortSignal) => {
    standIns = await startStandIns(host.env, port);
    const settings = readSettings(standIns.environment);
    const onCall = (call: Timeline) => tellConversation(call, print);
    const service = await start(settings, log, { signal, onCall });
    const address = `${service.httpUrl}/#phone=${standIns.speech === 'real' ? 'talking' : 'typing'}`;
    for (const line of welcome(address, standIns)) print(line);
    if (opensBrowser) openPage(address);
    return service;
  };
  try {
    return await serveUntilTold(open, host, log);
  } finally {
    await standIns?.stop();
  }
}

function welcome(address: string, { speech, voice, chat, botsDir }: StandIns): readonly string[] {
  const yours = pc.green('yours');
  return [
    '',
    `  ${pc.bold(address)}`,
    '  Choose a bot, press Call, and type what the caller says.',
    '',
    `  Bots         ${botsDir}: what you change there counts from the next call on`,
    `  Model        ${chat === 'real' ? yours : 'a stand-in that knows a few answers; set OPENAI_API_KEY for a real one'}`,
    `  Recognition  ${speech === 'real' ? yours : 'a stand-in that understands no speech: type; set YANDEX_API_KEY and YANDEX_FOLDER_ID to talk'}`,
    `  Voice        ${voiceOf(speech, voice, yours)}`,
    '',
    pc.dim('  Ctrl-C ends it. What is said in calls follows.'),
    '',
  ];
}

function voiceOf(speech: StandIns['speech'], voice: StandIns['voice'], yours: string): string {
  if (speech === 'real') return yours;
  if (voice === 'espeak-ng') return 'espeak-ng';
  return 'tones: install espeak-ng (apt install espeak-ng, brew install espeak-ng) to hear words';
}
