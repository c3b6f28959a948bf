/** What is wrong with a flow that can be read: places that do not exist, circles without a question, no way out. */
import { namesIn, parseCondition } from './flow-condition.ts';
import { likelyMeant } from './nearest-name.ts';
import { placeholdersOf } from './placeholders.ts';
import type { Flow, FlowSlot, FlowStep, FlowText } from './flow-shape.ts';

export interface FlowFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export function flowFaults(flow: Flow): readonly FlowFault[] {
  const steps = Object.entries(flow.steps);
  const each = steps.flatMap(([id, step]) => [...shapeFaults(id, step), ...placeFaults(id, step, flow)]);
  const names = steps.flatMap(([id, step]) => [
    ...conditionFaults(id, step, flow),
    ...templateFaults(id, step, flow),
  ]);
  const start = Object.hasOwn(flow.steps, flow.start)
    ? []
    : [{ path: ['start'], message: unknown(flow.start, flow) }];
  const faults = [...start, ...returnFaults(flow), ...each, ...names];
  // Whether one can get anywhere is only told of what can be walked.
  return faults.length > 0 ? faults : [...reachFaults(flow), ...circleFaults(flow)];
}

/** Where one can go from here; nowhere from an end. */
function placesBehind({ next = [], otherwise }: FlowStep): readonly string[] {
  return [...next.map(({ to }) => to), ...(otherwise === undefined ? [] : [otherwise])];
}

export function isEnd(step: FlowStep): boolean {
  return step.end !== undefined || step.do?.transfer !== undefined || step.do?.hangUp !== undefined;
}

/** The slots of a flow by name. */
export function slotsOf(flow: Flow): ReadonlyMap<string, FlowSlot> {
  return new Map(Object.values(flow.steps).flatMap(({ slot }) => (slot ? [[slot.name, slot] as const] : [])));
}

function shapeFaults(id: string, step: FlowStep): readonly FlowFault[] {
  const { ask, slot, next, otherwise } = step;
  const path = ['steps', id];
  const faults: FlowFault[] = [];
  const fault = (key: string, message: string) =>
    faults.push({ path: [...path, ...(key === '' ? [] : [key])], message });
  if (ask !== undefined && !slot) fault('ask', 'asks for nothing; expected a slot beside it');
  if (slot && ask === undefined) fault('slot', 'is not asked for; expected ask beside it');
  if (slot && step.do) fault('do', 'cannot stand beside ask: give what is done a step of its own');
  if (
    step.do &&
    [step.do.transfer, step.do.tool, step.do.hangUp].filter((one) => one !== undefined).length !== 1
  )
    fault('do', 'expected one of transfer, tool and hangUp');
  if (step.do?.arguments && step.do.tool === undefined) fault('do', 'arguments belong to a tool');
  if (isEnd(step) && next) fault('next', 'nothing comes behind an end');
  if (!isEnd(step) && !next) fault('', 'leads nowhere; expected next or end');
  if (next && next.at(-1)?.when !== undefined)
    faults.push({
      path: [...path, 'next', next.length - 1, 'when'],
      message: 'the last place must do without a condition',
    });
  if (otherwise !== undefined && !slot) fault('otherwise', 'belongs to a step that asks');
  return [...faults, ...(slot ? slotFaults([...path, 'slot'], slot) : [])];
}

function slotFaults(
  path: FlowFault['path'],
  { type, values, length, min, max }: FlowSlot,
): readonly FlowFault[] {
  const belongs: readonly (readonly [key: string, given: unknown, to: string])[] = [
    ['values', values, 'oneOf'],
    ['length', length, 'digits'],
    ['min', min, 'number'],
    ['max', max, 'number'],
  ];
  const faults = belongs
    .filter(([, given, to]) => given !== undefined && type !== to)
    .map(([key, , to]) => ({ path: [...path, key], message: `belongs to the type ${to}, not ${type}` }));
  if (type === 'oneOf' && !values) return [...faults, { path, message: 'oneOf: expected values' }];
  if (min !== undefined && max !== undefined && min > max)
    return [...faults, { path: [...path, 'min'], message: 'is above max' }];
  if (typeof length === 'object' && length.min > length.max)
    return [...faults, { path: [...path, 'length'], message: 'min is above max' }];
  return faults;
}

function placeFaults(id: string, { next = [], otherwise }: FlowStep, flow: Flow): readonly FlowFault[] {
  const places = next.map(({ to }, at) => ({ path: ['steps', id, 'next', at, 'to'], to }));
  if (otherwise !== undefined) places.push({ path: ['steps', id, 'otherwise'], to: otherwise });
  return places
    .filter(({ to }) => !Object.hasOwn(flow.steps, to))
    .map(({ path, to }) => ({ path, message: unknown(to, flow) }));
}

function unknown(id: string, { steps }: Flow): string {
  return `there is no step ${id}; ${hint(id, Object.keys(steps), '')}`;
}

function hint(name: string, known: readonly string[], mark: '' | '{{'): string {
  const [meant] = likelyMeant(name, known);
  const shown = mark === '' ? meant : `{{${meant}}}`;
  return meant === undefined ? `known are: ${known.join(', ')}` : `did you mean ${shown}?`;
}

function conditionFaults(id: string, { next = [] }: FlowStep, flow: Flow): readonly FlowFault[] {
  return next.flatMap(({ when }, at) => {
    if (when === undefined) return [];
    const path = ['steps', id, 'next', at, 'when'];
    try {
      return namesIn(parseCondition(when))
        .filter((name) => !isKnown(name, flow))
        .map((name) => ({
          path,
          message: `${name} is no slot of this flow; ${hint(name, [...slotsOf(flow).keys()], '')}`,
        }));
    } catch (error) {
      return [{ path, message: error instanceof SyntaxError ? error.message : String(error) }];
    }
  });
}

function templateFaults(id: string, step: FlowStep, flow: Flow): readonly FlowFault[] {
  const texts: readonly (readonly [key: string, text: string])[] = [
    ...textsOf(step.say).map((text) => ['say', text] as const),
    ...textsOf(step.ask).map((text) => ['ask', text] as const),
    ...stringsIn(step.do?.arguments).map((text) => ['do', text] as const),
  ];
  return texts.flatMap(([key, text]) =>
    placeholdersOf(text)
      .filter(
        (name) =>
          !isKnown(name, flow) &&
          !/^(?:now|direction|variables\.[A-Za-z_]\w*|caller\.number|call\.(?:id|dialled|bot)|context\..+)$/.test(
            name,
          ),
      )
      .map((name) => ({
        path: ['steps', id, key],
        message: `{{${name}}} is no slot of this flow and nothing that is known of a call; ${hint(name, [...slotsOf(flow).keys()], '{{')}`,
      })),
  );
}

/** A slot, or `result.TOOL` and what lies in it. */
function isKnown(name: string, flow: Flow): boolean {
  return slotsOf(flow).has(name) || /^result\.[^.]+/.test(name);
}

function returnFaults({ returnPhrases = [] }: Flow): readonly FlowFault[] {
  return returnPhrases.flatMap((phrase, at) =>
    textsOf(phrase).some((text) => placeholdersOf(text).length > 0)
      ? [{ path: ['returnPhrases', at], message: 'is said as it is; expected nothing in {{…}}' }]
      : [],
  );
}

function textsOf(text: FlowText | undefined): readonly string[] {
  if (text === undefined) return [];
  return typeof text === 'string' ? [text] : Object.values(text);
}

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}

function reachFaults(flow: Flow): readonly FlowFault[] {
  const ids = Object.keys(flow.steps);
  const reached = spread([flow.start], (id) => placesBehind(stepOf(flow, id)));
  const ends = ids.filter((id) => isEnd(stepOf(flow, id)));
  const canEnd = spread(ends, (end) => ids.filter((id) => placesBehind(stepOf(flow, id)).includes(end)));
  return ids.flatMap((id) => {
    const path = ['steps', id];
    if (!reached.has(id)) return [{ path, message: `no way leads here from ${flow.start}` }];
    return canEnd.has(id) ? [] : [{ path, message: 'no way leads from here to an end' }];
  });
}

/** Walked without a question, it would never stop. */
function circleFaults(flow: Flow): readonly FlowFault[] {
  const silent = (id: string) => stepOf(flow, id).slot === undefined;
  return Object.keys(flow.steps)
    .filter((id) => silent(id))
    .filter((id) =>
      spread(placesBehind(stepOf(flow, id)), (at) => (silent(at) ? placesBehind(stepOf(flow, at)) : [])).has(
        id,
      ),
    )
    .map((id) => ({ path: ['steps', id], message: 'comes back to itself without asking anything' }));
}

function spread(from: readonly string[], on: (id: string) => readonly string[]): ReadonlySet<string> {
  const found = new Set(from);
  for (const id of found) for (const other of on(id)) found.add(other);
  return found;
}

function stepOf({ steps }: Flow, id: string): FlowStep {
  const step = steps[id];
  if (!step) throw new Error(`no step ${id}`);
  return step;
}
