/** A call that Parley has made, from the answer to the first word: who is greeted, when, and what a machine gets. */
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import type { CallEndCause } from '../../timeline/timeline.ts';
import { answeredBy } from '../answered-by.ts';
import { Call } from '../call.ts';
import { personasOf } from '../persona.ts';
import { FIRST_AUDIO_MS, GREETING, MESSAGE, placedCallParts, saidIn } from '../testing/placed-call.ts';
import type { Callee } from '../testing/placed-call.ts';
import type { ScriptedSynthesizer } from '../../speech/synthesis/testing/scripted-synthesizer.ts';

const WITH_MESSAGE = { whenMachine: { say: MESSAGE } };
/** As the scripted synthesizer speaks. */
const MESSAGE_MS = 300;

let clock: ManualClock;
let callee: Callee;
let call: Call;
let ended: CallEndCause | undefined;
let synthesizer: ScriptedSynthesizer;

beforeEach(() => {
  clock = new ManualClock();
  ended = undefined;
});

async function begun(outbound?: object, further?: object): Promise<void> {
  const { line, profile, book, kit, ...parts } = await placedCallParts(clock, outbound, further);
  ({ callee, synthesizer } = parts);
  call = new Call(line, profile, personasOf(profile, book), kit);
  void call.run().then((cause) => (ended = cause));
  await clock.advance(1);
}

const said = () => saidIn(call.timeline.entries);
const texts = () => said().map(({ text }) => text);
const by = () => answeredBy(call.timeline.entries);

describe('whoever answers and waits', () => {
  it('is greeted at once, with what was made ready meanwhile, and not answered for the "hello"', async () => {
    await begun();
    await clock.advance(FIRST_AUDIO_MS);
    await callee.says('Алло?', 400);
    await clock.advance(240);
    expect(said()).toEqual([]);
    const decidedAtMs = clock.nowMs();
    callee.is('person', 'shortGreeting');
    await clock.advance(3000);
    expect(said()).toEqual([{ kind: 'greeting', text: GREETING, atMs: decidedAtMs }]);
    expect(call.timeline.entries.map(({ type }) => type)).not.toContain('bargeIn.stopped');
    expect(call.messages).toEqual([
      { role: 'user', content: 'Алло?' },
      { role: 'assistant', content: GREETING },
    ]);
    expect([by(), callee.isWatched]).toEqual(['person', false]);
  });

  it('is answered as ever when words follow the greeting', async () => {
    await begun();
    callee.is('person', 'shortGreeting');
    await clock.advance(3000);
    await callee.says('Когда можно забрать?', 900);
    await clock.advance(4000);
    expect(texts()).toEqual([GREETING, 'Да.']);
  });

  it('is greeted also in silence, and is a person as soon as something is heard', async () => {
    await begun();
    callee.is('silence', 'nothingSaid');
    await clock.advance(2000);
    expect([texts(), by()]).toEqual([[GREETING], 'silence']);
    await callee.says('Алло?', 400);
    expect(by()).toBe('person');
  });

  it('is somebody who presses a key, whatever it was taken for', async () => {
    await begun();
    callee.is('machine', 'longGreeting');
    await clock.advance(100);
    callee.listener?.digit('5');
    await clock.advance(2000);
    expect([texts(), by(), ended]).toEqual([[GREETING], 'person', undefined]);
  });

  it('and hangs up before anything is said has hung up', async () => {
    await begun();
    callee.end.abort(undefined);
    await clock.advance(100);
    expect([ended, by(), said(), callee.isWatched]).toEqual(['lost', 'silence', [], false]);
    expect(synthesizer.attempts.map(({ outcome }) => outcome)).toEqual(['cancelled']);
  });
});

describe('a call that is recorded', () => {
  const further = { recording: { consent: 'announce' } };

  it('tells a person so first, and greets then', async () => {
    await begun(undefined, further);
    await callee.says('Алло?', 400);
    callee.is('person', 'shortGreeting');
    await clock.advance(3000);
    expect(said().map(({ kind }) => kind)).toEqual(['consent', 'greeting']);
  });

  it('tells a machine nothing but its message', async () => {
    await begun(WITH_MESSAGE, further);
    callee.is('machine', 'beep');
    await clock.advance(FIRST_AUDIO_MS);
    callee.records('beep');
    await clock.advance(2000);
    expect(said().map(({ kind }) => kind)).toEqual(['message']);
    expect(ended).toBe('machine');
  });
});

describe('a machine', () => {
  it('gets nothing where nothing is to be said, and the greeting is no longer made', async () => {
    await begun();
    callee.is('machine', 'phrase');
    await clock.advance(100);
    expect([ended, by(), said()]).toEqual(['machine', 'machine', []]);
    expect(synthesizer.attempts.map(({ outcome }) => outcome)).toEqual(['cancelled']);
  });

  it('that may be a person who speaks for long is not hung up on before its greeting ends', async () => {
    await begun();
    callee.is('machine', 'longGreeting');
    await clock.advance(3000);
    expect(ended).toBeUndefined();
    callee.records('silence');
    await clock.advance(100);
    expect(ended).toBe('machine');
  });

  it('that never ends its greeting is not listened to for long', async () => {
    await begun();
    callee.is('machine', 'longGreeting');
    await clock.advance(6100);
    expect(ended).toBe('machine');
  });

  it('is hung up on as soon as its words make it certain', async () => {
    await begun();
    callee.is('machine', 'longGreeting');
    await callee.says('Оставьте сообщение', 500);
    expect(callee.wordsTold).toContain('Оставьте сообщение');
    callee.is('machine', 'phrase');
    await clock.advance(10);
    expect(ended).toBe('machine');
  });

  it('gets its message when it records, whole, whatever it sounds meanwhile, and nothing else', async () => {
    await begun(WITH_MESSAGE);
    callee.is('machine', 'longGreeting');
    await clock.advance(4000);
    expect(said()).toEqual([]);
    const recordsAtMs = clock.nowMs();
    callee.records('beep');
    callee.listener?.speechStarted(clock.nowMs());
    await clock.advance(MESSAGE_MS + 10);
    expect(said()).toEqual([{ kind: 'message', text: MESSAGE, atMs: recordsAtMs }]);
    expect(ended).toBe('machine');
    const heard = call.timeline.entries.filter(({ type }) => type === 'playback.finished');
    expect(heard).toMatchObject([{ kind: 'message', outcome: 'heard', heardMs: MESSAGE_MS }]);
    expect(call.messages).toEqual([{ role: 'assistant', content: MESSAGE }]);
  });

  it('that beeps late gets the message from its beginning', async () => {
    await begun(WITH_MESSAGE);
    callee.is('machine', 'longGreeting');
    await clock.advance(2000);
    callee.records('silence');
    await clock.advance(100);
    callee.records('beep');
    await clock.advance(FIRST_AUDIO_MS + MESSAGE_MS + 10);
    expect(texts()).toEqual([MESSAGE, MESSAGE]);
    const outcomes = call.timeline.entries.flatMap((entry) =>
      entry.type === 'playback.finished' ? [entry.outcome] : [],
    );
    expect(outcomes).toEqual(['stopped', 'heard']);
    expect(ended).toBe('machine');
  });

  it.each(['before', 'in the middle of'] as const)(
    'that turns out to be a person %s the message is greeted',
    async (when) => {
      await begun(WITH_MESSAGE);
      callee.is('machine', 'longGreeting');
      await clock.advance(2000);
      if (when !== 'before') callee.records('silence');
      await clock.advance(100);
      callee.is('person', 'spokeAgain');
      await clock.advance(2000);
      expect(texts().at(-1)).toBe(GREETING);
      expect([by(), ended]).toEqual(['person', undefined]);
    },
  );

  it('that is a fax is hung up on', async () => {
    await begun(WITH_MESSAGE);
    callee.is('fax', 'faxTone');
    await clock.advance(100);
    expect([ended, by(), said()]).toEqual(['fax', 'fax', []]);
  });

  it('ends with its own cause also where the message cannot be made', async () => {
    await begun(WITH_MESSAGE);
    synthesizer.closed = true;
    callee.is('machine', 'beep');
    callee.records('beep');
    await clock.advance(100);
    expect(ended).toBe('machine');
  });
});
