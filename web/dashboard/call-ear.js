/** What a call is like to the ear, as it is shown beside its turns. */
import { element } from './dom.js';
import { durationText } from './format.js';

const STAGES = {
  endpointing: 'end of turn',
  recognition: 'recognition',
  model: 'model',
  synthesis: 'voice',
  playout: 'playing it',
  other: 'the rest',
};

/** A list of what was heard; a word about it where nobody could listen. */
export function earView(ear) {
  if (!ear) return [];
  const waits = ear.answers.map(({ waitMs }) => waitMs);
  const offMs = ear.answers.flatMap(({ inside }) => (inside ? Math.abs(inside.differenceMs) : []));
  const rows = [
    ['Greeting', ear.greetingMs === null ? 'none' : durationText(ear.greetingMs)],
    [
      'Answers',
      waits.length === 0
        ? 'none'
        : `${durationText(meanOf(waits))}, slowest ${durationText(Math.max(...waits))}`,
    ],
    ['Wait for', stagesText(ear.answers)],
    ['Off the timeline', offMs.length > 0 && `at most ${durationText(Math.max(...offMs))}`],
    ['Not heard', ear.unheardTurns.length > 0 && `the answers of turns ${ear.unheardTurns.join(', ')}`],
    [
      'Dead air',
      `${durationText(ear.deadAir.longestMs)} at the longest, ${durationText(ear.deadAir.sumMs)} in all`,
    ],
    ['Both at once', ear.talkOver.count > 0 && durationText(ear.talkOver.sumMs)],
    [
      'Gaps in what it said',
      ear.gaps.count > 0 && `${ear.gaps.count}, ${durationText(ear.gaps.longestMs)} at the longest`,
    ],
    ['Level', `caller ${levelText(ear.caller)}, bot ${levelText(ear.bot)}`],
    ['Lost frames', ear.lostFrames > 0 && String(ear.lostFrames)],
    ['Measured', ear.from === 'recording' && 'in the recording: the line shows no sound'],
  ];
  const list = element('dl', 'call-result');
  for (const [name, value] of rows) if (value) list.append(element('dt', '', name), element('dd', '', value));
  return [element('h3', '', 'As the caller has heard it'), list];
}

/** On average, the longest first. */
function stagesText(answers) {
  const charged = answers.flatMap((answer) => answer.charged ?? []);
  if (charged.length === 0) return '';
  return Object.entries(STAGES)
    .map(([stage, name]) => [name, meanOf(charged.map((each) => each[stage]))])
    .filter(([, ms]) => ms >= 1)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, ms]) => `${name} ${durationText(ms)}`)
    .join(', ');
}

function levelText({ levelDbfs, clippedMs }) {
  if (levelDbfs === null) return 'not heard';
  return `${Math.round(levelDbfs)} dBFS${clippedMs >= 1 ? ` (${durationText(clippedMs)} clipped)` : ''}`;
}

function meanOf(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
