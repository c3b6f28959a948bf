import { describe, expect, it } from 'vitest';
import { flowSchema } from '../../config/profile-flow.ts';
import { FlowMachine } from './flow-machine.ts';
import { flowStateSchema } from './flow-state.ts';
import type { FlowState } from './flow-state.ts';
import { CLINIC, REMINDER, SHOP } from './testing/flows.ts';

/** A Sunday. */
const TODAY = '2026-11-29';
const PHONE = 'восемь девятьсот двенадцать триста сорок пять шестьдесят семь восемьдесят девять';
const NO_CALL = {
  idempotencyKey: '1',
  call: {
    id: '1',
    callerNumber: '',
    dialled: '',
    bot: '',
    direction: 'inbound' as const,
    variables: {},
    slots: {},
    context: {},
  },
};

class Talk {
  readonly machine: FlowMachine;
  language = 'ru-RU';

  constructor(flow = SHOP, state?: FlowState) {
    const options = {
      seed: 7,
      language: 'ru-RU',
      known: (name: string) => (name === 'caller.number' ? '101' : undefined),
    };
    this.machine = new FlowMachine(flow, options, state);
  }

  /** One turn: what is said behind the model's words. */
  turn(text: string, modelSaid = '', interrupted = false): string {
    this.machine.turnBegins({ text, language: this.language, today: TODAY });
    return this.machine.turnEnds({ modelSaid, interrupted }).said;
  }

  /** One turn in which the model calls a tool. */
  async called(text: string, tool: string, input: Record<string, string>, modelSaid = '') {
    this.machine.turnBegins({ text, language: this.language, today: TODAY });
    const outcome = await this.call(tool, input);
    return { outcome, said: this.machine.turnEnds({ modelSaid, interrupted: false }).said };
  }

  call(name: string, input: Record<string, string>) {
    const tool = this.machine.tools().find((one) => one.name === name);
    if (!tool) throw new Error(`${name} is not offered`);
    return tool.run(input, NO_CALL, new AbortController().signal);
  }
}

describe('a flow', () => {
  it('is walked by certain answers even if the model does nothing', () => {
    const talk = new Talk();
    expect(talk.machine.begin().said).toBe('Что вы хотите заказать?');
    expect(talk.turn('насос, пожалуйста')).toBe('Сколько штук?');
    expect(talk.turn('две')).toBe('Ваш номер телефона?');
    expect(talk.turn(PHONE)).toBe('Верно: 8 912 345 67 89?');
    talk.machine.turnBegins({ text: 'да, верно', language: 'ru-RU', today: TODAY });
    expect(talk.machine.turnEnds({ modelSaid: '', interrupted: false })).toEqual({
      said: '',
      written: '',
      then: {
        kind: 'tool',
        name: 'order',
        arguments: { product: 'pump', count: '2', phone: '+79123456789' },
        key: 'flow:4',
      },
    });
    expect(
      talk.machine.toolFinished('order', { status: 'done', content: '{"number": 17, "more": 1}' }),
    ).toEqual({
      said: 'Заказ 17 принят.',
      written: 'Заказ 17 принят.',
      then: { kind: 'hangUp', outcome: 'ordered' },
    });
    expect(talk.machine.state).toMatchObject({
      phase: 'ended',
      outcome: 'ordered',
      results: { 'result.order.number': 17 },
    });
  });

  it('comes back to exactly the open step behind the answer to a question, not always with the same words', () => {
    const talk = new Talk();
    const ask = talk.machine.begin().said;
    const returns = Array.from({ length: 6 }, () => talk.turn('а сколько стоит доставка?', 'Триста рублей.'));
    for (const said of returns) expect(said.endsWith(ask)).toBe(true);
    for (const [at, said] of returns.entries()) expect(said).not.toBe(returns[at - 1]);
    expect(talk.machine.state).toMatchObject({ step: 'product', digressions: 6, attempts: 0 });
  });

  it('takes an answer and a question in one breath as both', () => {
    const talk = new Talk();
    talk.machine.begin();
    expect(talk.turn('насос, а сколько стоит доставка?', 'Триста рублей.')).toBe('Сколько штук?');
  });

  it('asks whether a wish is the answer, which it may well be', () => {
    const talk = new Talk(CLINIC);
    talk.machine.begin();
    expect(talk.turn('а можно на завтра?', 'Завтра есть время.')).toBe('Верно: 30 ноября?');
    expect(talk.turn('да')).toBe('На какое время?');
    expect(talk.turn('а можно картой?', 'Можно.')).toMatch(/На какое время\?$/);
    talk.language = 'en-US';
    expect(talk.turn('could I come at five?', 'Yes.')).toBe('Is that right: 17:00?');
  });

  it('never takes a question for an answer, whatever the model proposes', async () => {
    const talk = new Talk();
    talk.machine.begin();
    const { outcome, said } = await talk.called(
      'а насос у вас есть?',
      'fill_slot',
      { value: 'pump' },
      'Есть.',
    );
    expect(outcome.status).toBe('failed');
    expect(said).toMatch(/Что вы хотите заказать\?$/);
  });

  it('refuses what the caller did not say, and asks whether what they may have said is right', async () => {
    const talk = new Talk();
    talk.machine.begin();
    talk.turn('насос');
    expect((await talk.called('возьмём три для дачи', 'fill_slot', { value: '5' })).outcome.status).toBe(
      'failed',
    );
    const other = new Talk();
    other.machine.begin();
    expect((await other.called('ту штуку для колодца', 'fill_slot', { value: 'pump' })).said).toBe(
      'Верно: pump?',
    );
    expect(other.turn('нет')).toBe('Хорошо, тогда ещё раз. Что вы хотите заказать?');
  });

  it('asks again for an unclear answer, and then does otherwise', () => {
    const talk = new Talk();
    talk.machine.begin();
    talk.turn('насос');
    talk.turn('две');
    expect(talk.turn('восемь девятьсот', 'Слушаю.')).toBe(
      'Извините, слышно не полностью. Ваш номер телефона?',
    );
    expect(talk.turn('мммм')).toBe('Извините, ответ не получилось разобрать. Ваш номер телефона?');
    talk.machine.turnBegins({ text: 'восемь', language: 'ru-RU', today: TODAY });
    expect(talk.machine.turnEnds({ modelSaid: '', interrupted: false })).toMatchObject({
      said: 'Соединяю с менеджером.',
      then: { kind: 'transfer', to: 'sales', warm: false },
    });
  });

  it('takes a right value in place of the one that was said back', () => {
    const talk = new Talk();
    talk.machine.begin();
    for (const answer of ['насос', 'две', PHONE]) talk.turn(answer);
    expect(
      talk.turn('нет, восемь девятьсот тринадцать триста сорок пять шестьдесят семь восемьдесят девять'),
    ).toBe('Верно: 8 913 345 67 89?');
  });

  it('asks what was not heard as if for the first time, and moves on only once', () => {
    const talk = new Talk();
    talk.machine.begin();
    expect(talk.turn('насос', '', true)).toBe('');
    expect(talk.turn('и побыстрее', 'Хорошо.')).toBe('Сколько штук?');
    talk.machine.notHeard();
    expect(talk.turn('подождите', 'Жду.')).toBe('Сколько штук?');
    expect(talk.machine.state).toMatchObject({
      history: ['product', 'count'],
      slots: { product: { value: 'pump' } },
    });
  });

  it('is undone with a turn that was begun too early', async () => {
    const talk = new Talk();
    talk.machine.begin();
    const before = talk.machine.state;
    await talk.called('насос', 'fill_slot', { value: 'pump' }).catch(() => undefined);
    talk.machine.restore(before);
    expect(talk.turn('шланг')).toBe('Сколько штук?');
    expect(talk.machine.slots).toEqual({ product: 'hose' });
  });

  it('goes back to a corrected answer, and from there to the open question without asking what is known', async () => {
    const talk = new Talk();
    talk.machine.begin();
    for (const answer of ['насос', 'две']) talk.turn(answer);
    expect((await talk.called('нет, штук не две, а пятнадцать', 'go_to_step', { step: 'count' })).said).toBe(
      'Сколько штук?',
    );
    expect(talk.turn('пятнадцать')).toBe('Ваш номер телефона?');
    const { said } = await talk.called('мне не насос, а шланг', 'go_to_step', {
      step: 'product',
      value: 'hose',
    });
    expect(said).toBe('Ваш номер телефона?');
    expect(talk.machine.slots).toEqual({ product: 'hose', count: '15' });
  });

  it('offers no way ahead, and none back behind what was done', async () => {
    const talk = new Talk();
    talk.machine.begin();
    expect(talk.machine.tools().map(({ name }) => name)).toEqual(['fill_slot']);
    talk.turn('насос');
    expect((await talk.called('дальше', 'go_to_step', { step: 'done' })).outcome.status).toBe('failed');
  });

  it('speaks the language that the caller speaks', () => {
    const talk = new Talk(REMINDER);
    expect(talk.machine.begin().said).toBe('Я говорю с Иваном Петровым?');
    talk.language = 'en-US';
    expect(talk.turn('yes, that is right')).toBe('There is an unpaid bill. Can you pay this week?');
    expect(talk.turn('how much is it', 'Two hundred.')).toMatch(/Can you pay this week\?$/);
  });

  it('says values as they are said, and hands them to tools as they are kept', () => {
    const talk = new Talk(REMINDER);
    talk.machine.begin();
    for (const answer of ['да', 'да', 'завтра', 'да']) talk.turn(answer);
    expect(talk.turn('иван собака яндекс точка ру')).toBe('Спасибо, ждём 30 ноября.');
    expect(talk.machine.slots).toMatchObject({ day: '2026-11-30', email: 'ivan@yandex.ru' });
  });

  it('withholds the questions of the model, and what goes on without the script', () => {
    const talk = new Talk();
    talk.machine.begin();
    expect(talk.machine.keeps('Доставка стоит триста рублей.')).toBe(true);
    expect(talk.machine.keeps('Какой размер вам нужен?')).toBe(false);
    expect(talk.machine.keeps('Назовите ваш телефон.')).toBe(false);
    expect(talk.machine.keeps('Что вы хотите заказать.')).toBe(false);
    expect(talk.machine.keeps('Ваш заказ оформлен.')).toBe(false);
  });

  it('says nothing where nothing was said', () => {
    const talk = new Talk();
    talk.machine.begin();
    expect(talk.machine.turnEnds({ modelSaid: '', interrupted: false }).said).toBe('');
  });
});

describe('the state of a flow', () => {
  it('survives a restart as plain JSON, and nothing is asked twice', () => {
    const talk = new Talk();
    talk.machine.begin();
    for (const answer of ['насос', 'две', PHONE]) talk.turn(answer);
    const kept = flowStateSchema.parse(JSON.parse(JSON.stringify(talk.machine.state)));
    const again = new Talk(SHOP, kept);
    expect(again.machine.begin().said).toBe('Верно: 8 912 345 67 89?');
    expect(again.machine.state).toEqual(talk.machine.state);
    again.machine.turnBegins({ text: 'да', language: 'ru-RU', today: TODAY });
    const { then } = again.machine.turnEnds({ modelSaid: '', interrupted: false });
    const third = new Talk(SHOP, again.machine.state);
    expect(third.machine.begin().then).toEqual(then);
  });

  it('begins anew where the profile has no such step any more', () => {
    const talk = new Talk();
    talk.machine.begin();
    expect(new Talk(REMINDER, talk.machine.state).machine.begin().said).toBe('Я говорю с Иваном Петровым?');
  });

  it('holds nothing that is sensitive, and asks for it again after a restart', () => {
    const flow = flowSchema.parse({
      start: 'card',
      steps: {
        card: {
          ask: 'Номер карты?',
          slot: { name: 'card', type: 'digits', length: 4, sensitive: true, confirm: true },
          next: 'name',
        },
        name: { ask: 'Как вас зовут?', slot: { name: 'who', type: 'name' }, next: 'pay' },
        pay: { do: { tool: 'pay', arguments: { card: '{{card}}', who: '{{who}}' } }, next: 'done' },
        done: { say: 'Карта {{card}}, {{who}}.', end: 'paid' },
      },
    });
    const talk = new Talk(flow);
    talk.machine.begin();
    expect(talk.machine.isSensitiveNow).toBe(true);
    const written = talk.machine.turnBegins({ text: 'один два три четыре', language: 'ru-RU', today: TODAY });
    expect(written).toBe('•••');
    expect(talk.machine.prompt()).not.toMatch(/1234|1 2 3 4/);
    expect(talk.machine.turnEnds({ modelSaid: '', interrupted: false })).toMatchObject({
      said: 'Верно: 1 2 3 4?',
      written: 'Верно: •••?',
    });
    expect(talk.turn('да')).toBe('Как вас зовут?');
    expect(talk.machine.isSensitiveNow).toBe(false);
    expect(JSON.stringify(talk.machine.state) + talk.machine.prompt()).not.toMatch(/1234|1 2 3 4/);
    expect(talk.machine.slots).toEqual({ card: '1234' });
    const again = new Talk(flow, talk.machine.state);
    expect(again.machine.begin().said).toBe('Номер карты?');
    expect(again.turn('четыре три два один')).toBe('Верно: 4 3 2 1?');
    expect(again.turn('да')).toBe('Как вас зовут?');
    again.machine.turnBegins({ text: 'меня зовут Иван', language: 'ru-RU', today: TODAY });
    expect(again.machine.turnEnds({ modelSaid: '', interrupted: false }).then).toMatchObject({
      arguments: { card: '4321', who: 'Иван' },
    });
    expect(again.machine.toolFinished('pay', { status: 'done', content: 'ok' })).toMatchObject({
      written: 'Карта •••, Иван.',
    });
  });

  it('tells what is being asked for', () => {
    const talk = new Talk(CLINIC);
    expect(talk.machine.begin().said).toBe('Записываем к врачу. На какой день?');
    expect(talk.machine.expects?.type).toBe('date');
    talk.turn('завтра');
    talk.turn('в пять вечера');
    expect(talk.machine.expects?.type).toBe('yesNo');
    expect(talk.machine.prompt()).toContain('is "17:00"');
  });
});
