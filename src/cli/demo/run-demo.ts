/** The demo from curtain to curtain: stage, call, recording, report. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pc from 'picocolors';
import { durationMs } from '../../audio/pcm.ts';
import { encodeStereoWav } from '../../audio/wav.ts';
import type { Timeline } from '../../timeline/timeline.ts';
import { playCall } from './call.ts';
import type { PlayedCall } from './call.ts';
import { heardSpeech } from './heard-speech.ts';
import { Narrator } from './narrator.ts';
import { renderInterruptions, renderStages, renderVerdict } from './after-the-call.ts';
import { loadScenario } from './scenario.ts';
import type { Scenario } from './scenario.ts';
import { seconds } from './seconds.ts';
import { PACE, setStage } from './stage.ts';
import type { StartService } from './stage.ts';
import type { TelephoneKind } from './telephone.ts';
import { faultsOf } from './verdict.ts';

export interface DemoOptions {
  readonly telephone: TelephoneKind;
  /** Where heard.wav and parley.log go; made if it is not there. */
  readonly outDir: string;
  readonly start: StartService;
  readonly print: (line: string) => void;
}

/** Resolves with whether everything was heard as it should be. Throws if the call could not even begin. */
export async function runDemo({ telephone, outDir, start, print }: DemoOptions): Promise<boolean> {
  await mkdir(outDir, { recursive: true });
  const logFile = join(outDir, 'parley.log');
  const scenario = await loadScenario();
  const call = await perform(scenario, { telephone, logFile, start, print });

  const heardFile = join(outDir, 'heard.wav');
  await writeFile(heardFile, encodeStereoWav(call.said.pcm, call.heard.pcm));
  const speech = heardSpeech(call, scenario.botVoice);
  const faults = faultsOf(scenario, call, speech);
  print(`\nSeconds from the caller's last word, stage by stage:\n${renderStages(scenario, call, speech)}`);
  for (const line of renderInterruptions(scenario, call)) print(line);
  print(
    `\n${heardFile}   both sides, ${seconds(durationMs(call.heard.pcm))} s: the caller left, the bot right`,
  );
  print(`${logFile}  what the service wrote meanwhile`);
  print(renderVerdict(faults, speech.length));
  return faults.length === 0;
}

async function perform(
  scenario: Scenario,
  options: { telephone: TelephoneKind; logFile: string; start: StartService; print: (line: string) => void },
): Promise<PlayedCall> {
  const { print } = options;
  const narrator = new Narrator(print);
  const timelines: Timeline[] = [];
  const stage = await setStage({
    ...options,
    scenario,
    onCall(timeline) {
      timelines.push(timeline);
      narrator.follow(timeline);
    },
  });
  try {
    print(`A recorded caller rings the bot through ${stage.telephone.description}.`);
    print(
      pc.dim(
        `SpeechKit and the chat model are simulated: recognition ${seconds(PACE.recognitionMs)} s, ` +
          `first token ${seconds(PACE.firstTokenMs)} s, ${seconds(PACE.perTokenMs)} s a token, ` +
          `first audio ${seconds(PACE.firstAudioMs)} s.\n`,
      ),
    );
    return await playCall(scenario, stage.telephone, () => timelines[0] as Timeline, narrator);
  } finally {
    await stage.stop();
  }
}
