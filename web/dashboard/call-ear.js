/** What a call is like to the ear, as it is shown beside its turns. */
import { element } from './dom.js';
import { clockText, durationText } from './format.js';

const STAGES = {
  endpointing: 'end of turn',
  recognition: 'recognition',
  model: 'model',
  synthesis: 'voice',
  playout: 'playing it',
  other: 'the rest',
};

/** What is told in `src/timeline/thresholds.ts` as well, ms. */
const DEAD_AIR_MS = 1500;
const OFF_MS = 200;
/** Of what was heard: a line at fault, and not a click. */
const CLIPPED_SHARE = 0.01;
const LOST_SHARE = 0.01;
const FRAME_MS = 20;
/** A voice below is hard to hear. */
const QUIET_DBFS = -35;
/** Less is a click or a breath, ms; as in `src/ear/ear-report.ts`. */
const LEAST_FAINT_MS = 500;

/** A list of what was heard, with what is out of order in another colour; once the call is over also that nobody could listen. */
export function earView(ear, { isOver, limits }) {
  if (ear === undefined || (ear === null && !isOver)) return [];
  const head = element('h3', '', 'As the caller has heard it');
  if (ear === null)
    return [head, element('p', 'quiet', 'Not measured: its line shows no sound, and none was recorded.')];
  const list = element('dl', 'call-result');
  for (const [name, value, isBad] of rowsOf(ear, limits))
    if (value) list.append(element('dt', '', name), element('dd', isBad ? 'out-of-order' : '', value));
  return [head, list];
}

/** Name, what is told of it, and whether an operator should look at it. */
function rowsOf(ear, limits) {
  const { answers, deadAir, talkOver, gaps, lostFrames, unheardTurns } = ear;
  const slowest = answers.toSorted((a, b) => b.waitMs - a.waitMs)[0];
  const off = answers.filter(({ inside }) => inside).toSorted((a, b) => offOf(b) - offOf(a))[0];
  const isLossy = lostFrames * FRAME_MS > LOST_SHARE * ear.lastedMs;
  return [
    ['Greeting', ear.greetingMs === null ? 'none' : `after ${durationText(ear.greetingMs)}`],
    ['Answers', answersText(answers)],
    ['Slowest', slowest && slowestText(slowest), slowest?.waitMs > limits.warningMs],
    ['Spent on', slowest?.charged && stagesText(slowest.charged)],
    ['On average', answers.length > 1 && averageText(answers)],
    ['Off the timeline', off && `at most ${durationText(offOf(off))}`, off && offOf(off) > OFF_MS],
    ['Not heard', unheardTurns.length > 0 && `what was said in ${turnsText(unheardTurns)}`, true],
    ['Dead air', deadAirText(deadAir), deadAir.longestMs > DEAD_AIR_MS],
    ['Both at once', talkOver.count > 0 && `${durationText(talkOver.sumMs)}, ${timesText(talkOver.count)}`],
    ["Bot's gaps", gaps.count > 0 && `${gaps.count}, ${durationText(gaps.longestMs)} at the longest`],
    ['Caller', levelText(ear.caller), isPoor(ear.caller)],
    ['Bot', levelText(ear.bot), isPoor(ear.bot)],
    ['Lost', lostText(lostFrames), isLossy],
    ['Measured', ear.from === 'recording' && 'in the recording: the line shows no sound'],
    ['Incomplete', ear.isPart && 'only the beginning: there was more sound than is kept count of', true],
  ];
}

function offOf({ inside }) {
  return Math.abs(inside.differenceMs);
}

function answersText(answers) {
  if (answers.length === 0) return 'none';
  if (answers.length === 1) return `1, after ${durationText(answers[0].waitMs)}`;
  return `${answers.length}, after ${durationText(meanOf(answers.map(({ waitMs }) => waitMs)))} on average`;
}

function slowestText({ botBeganAtMs, waitMs, inside }) {
  return `${durationText(waitMs)}, ${inside ? `turn ${inside.turn}, ` : ''}at ${clockText(botBeganAtMs)}`;
}

function averageText(answers) {
  const charged = answers.flatMap((answer) => answer.charged ?? []);
  if (charged.length === 0) return '';
  const mean = (stage) => meanOf(charged.map((each) => each[stage]));
  return stagesText(Object.fromEntries(Object.keys(STAGES).map((stage) => [stage, mean(stage)])));
}

/** The longest first. */
function stagesText(charged) {
  return Object.entries(STAGES)
    .map(([stage, name]) => [name, charged[stage]])
    .filter(([, ms]) => ms >= 1)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, ms]) => `${name} ${durationText(ms)}`)
    .join(', ');
}

function turnsText(turns) {
  return `${turns.length === 1 ? 'turn' : 'turns'} ${turns.join(', ')}`;
}

function timesText(count) {
  return count === 1 ? 'once' : `${count} times`;
}

function deadAirText({ count, longestMs, sumMs }) {
  if (count === 0) return 'none';
  return count === 1
    ? durationText(sumMs)
    : `${durationText(longestMs)} at the longest, ${durationText(sumMs)} in all`;
}

/** Null: what did not come may never have been sent. */
function lostText(lostFrames) {
  if (lostFrames === null) return 'not known';
  return lostFrames > 0 && `${durationText(lostFrames * FRAME_MS)} of the caller's sound`;
}

function levelText(side) {
  const { soundMs, levelDbfs, clippedMs } = side;
  if (isTooFaint(side)) return `too faint to be heard: ${Math.round(side.faintDbfs)} dBFS`;
  if (levelDbfs === null) return 'not heard';
  const faults = [
    levelDbfs < QUIET_DBFS && 'quiet',
    clippedMs >= 1 && `${durationText(clippedMs)} of it clipped`,
  ].filter(Boolean);
  return `heard for ${durationText(soundMs)}, ${Math.round(levelDbfs)} dBFS${faults.map((fault) => `, ${fault}`).join('')}`;
}

/** Most of what is there is louder than the line's own noise, and no words. */
function isTooFaint({ soundMs, faintMs = 0 }) {
  return faintMs > soundMs && faintMs >= LEAST_FAINT_MS;
}

function isPoor(side) {
  const { soundMs, levelDbfs, clippedMs } = side;
  return (
    isTooFaint(side) || (levelDbfs !== null && levelDbfs < QUIET_DBFS) || clippedMs > CLIPPED_SHARE * soundMs
  );
}

function meanOf(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
