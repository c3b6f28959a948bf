/** Turn-taking on people's recordings: how well their speech is told, and what the end of a turn costs them; all on the virtual clock. */
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import Table from 'cli-table3';
import { adaptive } from '../../src/endpointing/adaptive.ts';
import type { EndOfTurn } from '../../src/endpointing/end-of-turn.ts';
import { projectRoot } from '../../src/base/project-root.ts';
import { fixedSilence } from '../../src/endpointing/fixed-silence.ts';
import { mean, median, percentile } from '../support/percentile.ts';
import { debianRecordings, type Recording } from '../support/speech-turns/debian-recordings.ts';
import { listenTo, verdictOn, type Verdict } from '../support/speech-turns/heard.ts';
import { onThePhone, PHONE_LINES, type PhoneLine } from '../support/speech-turns/on-the-phone.ts';
import { MODEL_MS, speakTurns } from '../support/speech-turns/spoken-turns.ts';
import { scoreOf } from '../support/speech-turns/policy-score.ts';
import { HELD_OUT, turnFiles, turnOfRecording, type Turn } from '../support/speech-turns/turn-texts.ts';
import type { ReportOptions } from './bench.ts';

/** The default of a bot that streams, ms. */
const SILENCE_MS = 600;

export async function benchSpeechTurns({ turns, before }: ReportOptions): Promise<void> {
  const spoken = debianRecordings().filter(({ words }) => words !== undefined);
  const languages = [...new Set(spoken.map(({ language }) => language))];
  const table = new Table({
    head: [
      'speech',
      'line',
      'clips',
      'missed',
      'noticed p50',
      'p95',
      'told p50',
      'p95',
      'end wrong',
      'torn',
      'early',
    ],
    style: { head: [] },
  });
  const verdicts = PHONE_LINES.map((line) => verdictsOn(spoken, line));
  for (const language of [...languages, 'all'])
    for (const [at, { name }] of PHONE_LINES.entries()) {
      const chosen = (verdicts[at] ?? []).filter((each) => language === 'all' || each.language === language);
      table.push([language, name, ...rowOf(chosen)]);
    }
  console.log(table.toString());
  const sets = new Map([
    ...heldOut(),
    ...(turns === undefined ? [] : halvesOf(turns)),
    ...sentencesOf(spoken),
  ]);
  console.log(policyTableOf(sets, await policies(before)));
  console.log(await earlyTableOf(sets));
}

function verdictsOn(clips: readonly Recording[], line: PhoneLine) {
  return clips.flatMap(({ pcm, language }, at) => {
    const heard = onThePhone(pcm, line, at);
    return heard ? [{ language, ...verdictOn(heard, listenTo(heard)) }] : [];
  });
}

function rowOf(verdicts: readonly Verdict[]): (string | number)[] {
  const share = (of: (verdict: Verdict) => boolean) =>
    `${((100 * verdicts.filter(of).length) / verdicts.length).toFixed(2)} %`;
  const heard = verdicts.filter(({ isMissed }) => !isMissed);
  const times = (of: (verdict: Verdict) => number) =>
    [median(heard.map(of)), percentile(heard.map(of), 95)].map((ms) => `${Math.round(ms)} ms`);
  return [
    verdicts.length,
    share(({ isMissed }) => isMissed),
    ...times(({ noticedAfterMs }) => noticedAfterMs),
    ...times(({ toldAfterMs }) => toldAfterMs),
    share(({ isEndWrong, isMissed }) => isEndWrong && !isMissed),
    share(({ isTorn }) => isTorn),
    share(({ isHeardBefore }) => isHeardBefore),
  ];
}

/** Who tunes tables on the first half of each file sees by the second how they do on turns that were not looked at. */
function halvesOf(directory: string): [string, readonly Turn[]][] {
  const files = [...turnFiles(resolve(directory))];
  const half = (turns: readonly Turn[], of: number) => turns.filter((_, at) => at % 2 === of);
  const all = files.flatMap(([, turns]) => turns);
  return [
    ...files.flatMap(([name, turns]): [string, readonly Turn[]][] => [
      [`${name}, odd lines`, half(turns, 0)],
      [`${name}, even lines`, half(turns, 1)],
    ]),
    ['all turns', all],
  ];
}

/** Turns that nobody has looked at to make the tables. */
function heldOut(): [string, readonly Turn[]][] {
  return HELD_OUT.flatMap((directory): [string, readonly Turn[]][] => {
    const files = [...turnFiles(join(projectRoot(), 'test/support/speech-turns', directory))];
    return [...files, [`held out: ${directory}`, files.flatMap(([, turns]) => turns)]];
  });
}

function sentencesOf(spoken: readonly Recording[]): [string, readonly Turn[]][] {
  const [quiet = { name: 'clean' }] = PHONE_LINES;
  const sentences = spoken.flatMap((recording, at) => {
    const heard = onThePhone(recording.pcm, quiet, at);
    return (heard && turnOfRecording(recording, heard)) ?? [];
  });
  const languages = [...new Set(sentences.map(({ language }) => language))];
  return [
    ...languages.map((language): [string, readonly Turn[]] => [
      `recordings, ${language}`,
      sentences.filter((each) => each.language === language),
    ]),
    ['all recordings', sentences],
  ];
}

async function policies(before: string | undefined): Promise<[string, EndOfTurn][]> {
  const earlier: [string, EndOfTurn][] = [];
  if (before !== undefined) {
    const path = pathToFileURL(join(resolve(before), 'src/endpointing/adaptive.ts')).href;
    const module = (await import(path)) as { readonly adaptive: typeof adaptive };
    earlier.push(['adaptive before', module.adaptive(SILENCE_MS)]);
  }
  return [
    [`fixed ${SILENCE_MS}`, fixedSilence(SILENCE_MS)],
    ...earlier,
    ['adaptive now', adaptive(SILENCE_MS)],
  ];
}

function policyTableOf(
  sets: ReadonlyMap<string, readonly Turn[]>,
  all: readonly (readonly [string, EndOfTurn])[],
): string {
  const table = new Table({
    head: ['turns', 'end of turn', 'count', 'mean wait', 'stops cut', 'cut where all could be', 'turns cut'],
    style: { head: [] },
  });
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  for (const [name, turns] of sets)
    for (const [policy, endOfTurn] of all) {
      const { waitMs, cut, cutWhereAllCouldBe, turnsCut } = scoreOf(endOfTurn, turns);
      const shares = [cut, cutWhereAllCouldBe, turnsCut].map(percent);
      table.push([name, policy, turns.length, `${Math.round(waitMs)} ms`, ...shares]);
    }
  return table.toString();
}

const EARLY_MANNERS = [
  { name: 'asked when the turn is over', enabled: false, afterMs: 0 },
  { name: 'asked when all is likely said', enabled: true, afterMs: 0 },
] as const;

/** When callers hear the bot, and how often the model is asked for it; of turns whose pauses were not taken for their end. */
async function earlyTableOf(sets: ReadonlyMap<string, readonly Turn[]>): Promise<string> {
  const table = new Table({
    head: ['turns', 'model', 'count', 'voice to voice p50', 'p95', 'requests a turn'],
    style: { head: [] },
  });
  for (const [name, turns] of sets)
    for (const { name: manner, ...earlyAnswer } of EARLY_MANNERS) {
      const spoken = await speakTurns(turns, { endOfTurn: adaptive(SILENCE_MS), earlyAnswer });
      const whole = spoken.filter(({ voiceToVoiceMs }) => voiceToVoiceMs !== undefined);
      const times = whole.flatMap(({ voiceToVoiceMs }) => voiceToVoiceMs ?? []);
      const waits = [median(times), percentile(times, 95)].map((ms) => `${Math.round(ms)} ms`);
      table.push([
        name,
        manner,
        whole.length,
        ...waits,
        mean(whole.map(({ requests }) => requests)).toFixed(2),
      ]);
    }
  return `With a model and a voice that take ${MODEL_MS} ms together:\n${table.toString()}`;
}
