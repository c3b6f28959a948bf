import { describe, expect, it } from 'vitest';
import { seeded } from '../../base/seeded.ts';
import type { Flow } from '../../config/flow-shape.ts';
import { FlowMachine } from './flow-machine.ts';
import { ANSWERS, ASIDES, OFFENCES, QUESTIONS, REPLIES, TAGS } from './testing/callers.ts';
import type { Tongue } from './testing/callers.ts';
import { CLINIC, REMINDER, SHOP } from './testing/flows.ts';

const TODAY = '2026-11-29';
const DIGRESSIONS = 500;
const FLOWS: readonly Flow[] = [SHOP, CLINIC, REMINDER];
const TONGUES: readonly Tongue[] = ['ru', 'en', 'he'];
const LONGEST_DIALOGUE = 60;

interface Count {
  digressions: number;
  returned: number;
  doubleQuestions: number;
  skippedSteps: number;
  finished: number;
}

/** One call: at every open question the caller digresses once or twice before they answer it. */
function converse(flow: Flow, tongue: Tongue, seed: number, count: Count): void {
  const chance = seeded(seed);
  const machine = new FlowMachine(flow, { seed, language: TAGS[tongue] });
  let open = machine.begin().said;
  const turn = (text: string, reply: readonly string[]) => {
    machine.turnBegins({ text, language: TAGS[tongue], today: TODAY });
    const kept = reply.filter((sentence) => machine.keeps(sentence));
    const saying = machine.turnEnds({ modelSaid: kept.join(' '), interrupted: false });
    const whole = [...kept, saying.said].join(' ');
    if ((whole.match(/\?/g) ?? []).length > 1) count.doubleQuestions++;
    return saying;
  };
  for (let turns = 0; turns < LONGEST_DIALOGUE && machine.state.phase !== 'ended'; turns++) {
    const question = lastSentence(open);
    for (let aside = chance.whole(1, 2); aside > 0; aside--) {
      const before = machine.state;
      const text = chance.next() < 0.85 ? chance.one(QUESTIONS[tongue]) : chance.one(ASIDES[tongue]);
      const reply = [
        chance.one(REPLIES[tongue]),
        ...(chance.next() < 0.5 ? [chance.one(OFFENCES[tongue])] : []),
      ];
      const { said } = turn(text, reply);
      count.digressions++;
      if (said.endsWith(question) && said.length > question.length && machine.state.step === before.step)
        count.returned++;
      if (machine.state.step !== before.step) count.skippedSteps++;
    }
    const { step, phase } = machine.state;
    const answers = ANSWERS[tongue][phase === 'confirming' ? 'confirm' : step] ?? [];
    const saying = turn(chance.one(answers), []);
    const slot = flow.steps[step]?.slot?.name ?? '';
    if (machine.state.step !== step && !(slot in machine.state.slots)) count.skippedSteps++;
    open = saying.said;
    if (saying.then?.kind === 'tool')
      open = machine.toolFinished(saying.then.name, { status: 'done', content: '{"number":17}' }).said;
  }
  if (machine.state.phase === 'ended') count.finished++;
}

function lastSentence(text: string): string {
  return /[^.!?]+[.!?]?$/.exec(text)?.[0].trim() ?? '';
}

describe('five hundred digressions', () => {
  it('come back to the open step within one turn, without a second question and without a step left out', () => {
    const count: Count = { digressions: 0, returned: 0, doubleQuestions: 0, skippedSteps: 0, finished: 0 };
    let calls = 0;
    while (count.digressions < DIGRESSIONS || calls % (FLOWS.length * TONGUES.length) !== 0) {
      const flow = FLOWS[calls % FLOWS.length];
      const tongue = TONGUES[Math.floor(calls / FLOWS.length) % TONGUES.length];
      if (!flow || !tongue) break;
      converse(flow, tongue, calls, count);
      calls++;
    }
    console.info(`${calls} calls: ${JSON.stringify(count)}`);
    expect(count.digressions).toBeGreaterThanOrEqual(DIGRESSIONS);
    expect(count.returned / count.digressions).toBeGreaterThanOrEqual(0.99);
    expect(count).toMatchObject({ doubleQuestions: 0, skippedSteps: 0, finished: calls });
  });
});
