/** A caller who says more than was asked, and one who thinks better of it. */
import { expect, it } from 'vitest';
import { flowSchema } from '../../config/profile-flow.ts';
import type { JsonObject } from '../../base/json.ts';
import { FlowMachine } from './flow-machine.ts';
import { flowStateSchema } from './flow-state.ts';
import type { FlowState } from './flow-state.ts';

const DRESS = flowSchema.parse({
  start: 'name',
  steps: {
    name: { ask: 'Как вас зовут?', slot: { name: 'name', type: 'name' }, next: 'size' },
    size: {
      say: 'Теперь о размере.',
      ask: 'Какой размер?',
      slot: {
        name: 'size',
        type: 'oneOf',
        values: { M: ['эм', 'м'], L: ['эль', 'l'], XL: ['икс эль', 'xl'] },
      },
      next: [{ when: "size == 'XL'", to: 'person' }, { to: 'day' }],
    },
    day: { ask: 'На какой день?', slot: { name: 'day', type: 'date' }, next: 'hour' },
    hour: { ask: 'Во сколько?', slot: { name: 'hour', type: 'time', confirm: true }, next: 'gift' },
    gift: { ask: 'Это подарок?', slot: { name: 'gift', type: 'yesNo' }, next: 'card' },
    card: {
      ask: 'Код карты?',
      slot: { name: 'card', type: 'digits', length: 4, sensitive: true },
      next: 'done',
    },
    person: { say: 'Такие размеры шьёт мастер.', end: 'person' },
    done: { say: 'Ждём вас, {{name}}.', end: 'booked' },
  },
});

const ALL = { size: 'L', day: '2026-11-30', hour: '17:00' };

function begun(state?: FlowState): FlowMachine {
  const machine = new FlowMachine(DRESS, { seed: 7, language: 'ru-RU' }, state);
  machine.begin();
  return machine;
}

async function told(machine: FlowMachine, text: string, tool: string, input: JsonObject): Promise<string> {
  machine.turnBegins({ text, language: 'ru-RU', today: '2026-11-29' });
  const found = machine.tools().find(({ name }) => name === tool);
  if (!found) throw new Error(`${tool} is not offered`);
  const call = { id: '', callerNumber: '', dialled: '', bot: '', direction: 'inbound' as const };
  const facts = { ...call, variables: {}, slots: {}, context: {} };
  await found.run(input, { idempotencyKey: '', call: facts }, new AbortController().signal);
  return machine.turnEnds({ modelSaid: '', interrupted: false }).said;
}

it('whoever answers several questions at once is asked for none of them again', async () => {
  const machine = begun();
  const said = await told(machine, 'Иван, размер эль, завтра в пять', 'fill_slot', {
    value: 'Иван',
    also: ALL,
  });
  expect(said).toBe('Верно: 17:00?');
  machine.turnBegins({ text: 'да', language: 'ru-RU', today: '2026-11-29' });
  expect(machine.turnEnds({ modelSaid: '', interrupted: false }).said).toBe('Это подарок?');
  expect(machine.slots).toEqual({ name: 'Иван', ...ALL });
  expect(machine.state.history).toEqual(['name', 'size', 'day', 'hour', 'gift']);
});

it('what was answered early leads where it would lead behind its question', async () => {
  const also = { ...ALL, size: 'XL' };
  const said = await told(begun(), 'Иван, икс эль, завтра в пять', 'fill_slot', { value: 'Иван', also });
  expect(said).toBe('Такие размеры шьёт мастер.');
});

it('what the caller has not said is asked, whatever the model makes of it', async () => {
  const machine = begun();
  const also = { ...ALL, gift: 'yes', card: '4276', colour: 'red' };
  expect(await told(machine, 'Иван, завтра', 'fill_slot', { value: 'Иван', also })).toBe(
    'Теперь о размере. Какой размер?',
  );
  expect(Object.keys(machine.state.ahead ?? {})).toEqual(['day']);
  expect(machine.slots).toEqual({ name: 'Иван' });
});

it('what was answered early is known after a restart', async () => {
  const machine = begun();
  await told(machine, 'Иван, завтра', 'fill_slot', { value: 'Иван', also: { day: '2026-11-30' } });
  const state = flowStateSchema.parse(JSON.parse(JSON.stringify(machine.state)));
  const again = begun(state);
  again.turnBegins({ text: 'эм', language: 'ru-RU', today: '2026-11-29' });
  expect(again.turnEnds({ modelSaid: '', interrupted: false }).said).toBe('Во сколько?');
});

it('a correction changes the earlier answer, and the open question is put again', async () => {
  const machine = begun();
  await told(machine, 'Иван, размер эль, завтра', 'fill_slot', { value: 'Иван', also: ALL });
  const said = await told(machine, 'нет, размер эм', 'go_to_step', { step: 'size', value: 'M' });
  expect(said).toBe('Во сколько?');
  expect(machine.slots).toEqual({ name: 'Иван', day: '2026-11-30', size: 'M' });
});
