/** `parley replay`: recorded calls run again, offline, in a moment; under other settings or with today's providers if asked. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { ParleyError } from '../base/errors.ts';
import { collected } from './collected.ts';
import { EXIT_FAULT, EXIT_OK } from './exit.ts';
import type { Settings } from '../config/settings.ts';
import { OUTCOME_FILE } from '../recordings/bundle/bundle-files.ts';
import { readBundle } from '../recordings/bundle/bundle.ts';
import { withChanges } from '../recordings/replay/changed-profile.ts';
import { isAccepted, outcomeJson, outcomeOf } from '../recordings/replay/outcome.ts';
import type { Outcome } from '../recordings/replay/outcome.ts';
import type { LiveAbilities } from '../recordings/replay/replayed-abilities.ts';
import { recordedProfile, replayCall } from '../recordings/replay/replay.ts';
import type { LiveProviders } from '../recordings/replay/replay.ts';

const PARTS = ['asr', 'llm', 'tts', 'tools', 'tools-with-effects'] as const;
type Part = (typeof PARTS)[number];

/** The providers that the settings name; `close` ends what they have open. */
export type ConnectLive = (settings: Settings) => Promise<LiveToday>;

interface LiveToday extends Required<Omit<LiveProviders, 'abilities'>> {
  readonly abilitiesOf: LiveAbilities['of'];
  readonly close: () => Promise<void>;
}

interface Options {
  readonly live: readonly Part[];
  readonly realTime?: true;
  readonly set: readonly string[];
  readonly update?: true;
  readonly json?: true;
}

export function replayCommand(
  connect: ConnectLive,
  settings: () => Settings,
  end: (status: number) => void,
): Command {
  return new Command('replay')
    .description('run recorded calls again, and tell what they come to')
    .argument('<bundle...>', 'recorded calls: directories or .parley.zip')
    .option(
      '--live <part>',
      'asr, llm, tts or tools of today instead of the recorded one; tools that change something are not used, but with tools-with-effects; may be repeated',
      parts,
      [],
    )
    .option('--real-time', 'as slowly as it was')
    .option(
      '--set <name=value>',
      'a setting, such as bargeIn.minSpeechMs=200; may be repeated',
      collected,
      [],
    )
    .option('--update', 'accept the outcome: later replays, and tests, must come to the same')
    .option('--json', 'print the outcome as JSON and nothing else')
    .action(async (paths: readonly string[], options: Options) => {
      const live = options.live.length > 0 ? await connect(settings()) : undefined;
      let status = EXIT_OK;
      for (const path of paths) status = Math.max(status, await replayOne(path, options, live));
      await live?.close();
      end(status);
    });
}

async function replayOne(path: string, options: Options, all: LiveToday | undefined): Promise<number> {
  const bundle = await readBundle(path);
  const changes = withChanges(recordedProfile(bundle.call), options.set);
  const live = all && chosen(all, options.live);
  const realTime = options.realTime === true;
  const timeline = await replayCall(bundle, { ...changes, ...(live && { live }), realTime });
  const outcome = outcomeOf(timeline);
  const json = outcomeJson(outcome);
  if (options.json) process.stdout.write(json);
  else console.log(told(bundle.name, outcome));
  if (options.update) {
    if (path.endsWith('.zip')) throw new ParleyError('BUNDLE_UNREADABLE', `${path} is packed.`);
    await writeFile(join(path, OUTCOME_FILE), json);
    return EXIT_OK;
  }
  const isOther = bundle.outcome !== undefined && !isAccepted(outcome, bundle.outcome);
  if (isOther && !options.json) console.log('Not the outcome that was accepted; --update accepts it.');
  return isOther ? EXIT_FAULT : EXIT_OK;
}

function told(name: string, { dialogue, endedBy, interruptions, lengthMs }: Outcome): string {
  const lines = dialogue.map(({ atMs, kind, text, wasCut, who }) => {
    const what = kind !== undefined && kind !== 'answer' ? ` (${kind})` : '';
    return `${seconds(atMs).padStart(8)}  ${who.padEnd(6)}  ${text}${what}${wasCut ? ' — cut' : ''}`;
  });
  const stops = interruptions.filter(({ became }) => became === 'stopped').length;
  const end = `${seconds(lengthMs).padStart(8)}  ended by: ${endedBy}; interruptions: ${stops}`;
  return [name, ...lines, end, ''].join('\n');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function chosen(all: LiveToday, wanted: readonly Part[]): LiveProviders {
  const { abilitiesOf, chat, recognizer, synthesizer } = all;
  const withEffects = wanted.includes('tools-with-effects');
  return {
    ...(wanted.includes('asr') && { recognizer }),
    ...(wanted.includes('llm') && { chat }),
    ...(wanted.includes('tts') && { synthesizer }),
    ...((withEffects || wanted.includes('tools')) && { abilities: { of: abilitiesOf, withEffects } }),
  };
}

function parts(value: string, before: readonly Part[]): readonly Part[] {
  const given = value.split(',').map((part) => PARTS.find((known) => known === part.trim()));
  if (given.includes(undefined))
    throw new InvalidArgumentError('expected asr, llm, tts, tools or tools-with-effects');
  return [...before, ...given.filter((part) => part !== undefined)];
}
