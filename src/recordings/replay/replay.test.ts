import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../base/project-root.ts';
import { readBundle } from '../bundle/bundle.ts';
import { withChanges } from './changed-profile.ts';
import { outcomeJson, outcomeOf } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { recordedProfile, replayCall } from './replay.ts';
import { bundlesIn } from './test-bundle.ts';

const CALLS = join(projectRoot(), 'test/calls');
const SHIPPED = (await bundlesIn(CALLS)).map((path) => basename(path));

async function replayed(name: string, ...settings: readonly string[]): Promise<Outcome> {
  const bundle = await readBundle(join(CALLS, name));
  return outcomeOf(await replayCall(bundle, withChanges(recordedProfile(bundle.call), settings)));
}

/** What was said, without the small words that bridge a wait. */
function said({ dialogue }: Outcome): readonly string[] {
  const bridges = ['filler', 'hold'];
  return dialogue.flatMap(({ who, text, kind = '' }) => (bridges.includes(kind) ? [] : [`${who}: ${text}`]));
}

function answeredAfterMs({ turns }: Outcome): readonly number[] {
  return turns.map(({ stagesMs }) => stagesMs.firstAudio ?? NaN);
}

describe('a replay', () => {
  it.each(SHIPPED)('of %s comes to the same, byte for byte, and at once', async (name) => {
    const bundle = await readBundle(join(CALLS, name));
    const beganAtMs = performance.now();
    const entries = await replayCall(bundle);
    expect(performance.now() - beganAtMs).toBeLessThan(1000);
    for (let again = 0; again < 3; again++)
      expect(JSON.stringify(await replayCall(bundle))).toBe(JSON.stringify(entries));
    const [before, after] = [outcomeOf(bundle.call.timeline), outcomeOf(entries)];
    expect(said(after)).toEqual(said(before));
    expect(after.endedBy).toBe(before.endedBy);
  });

  it('says what was said where chance was rounded up to 1 in the bundle', async () => {
    const { call, caller } = await readBundle(join(CALLS, 'slow-model'));
    const roundedUp = { ...call, draws: call.draws.map(() => 1) };
    const { dialogue } = outcomeOf(await replayCall({ call: roundedUp, caller }));
    expect(dialogue.some(({ kind }) => kind === 'filler')).toBe(true);
  });

  it('without the early answers comes to the same dialogue, later', async () => {
    for (const name of ['ordinary-dialogue', 'barge-in', 'noisy-line']) {
      const [before, after] = [await replayed(name), await replayed(name, 'earlyAnswer.enabled=false')];
      expect(said(after)).toEqual(said(before));
      for (const [turn, ms] of answeredAfterMs(after).entries())
        expect(ms, `turn ${turn + 1} of ${name}`).toBeGreaterThan(
          (answeredAfterMs(before)[turn] ?? NaN) + 100,
        );
    }
  });

  it('without the fillers leaves them out, and all else is the same', async () => {
    const [before, after] = [
      await replayed('slow-model'),
      await replayed('slow-model', 'fillers.enabled=false'),
    ];
    expect(before.dialogue.some(({ kind }) => kind === 'filler')).toBe(true);
    expect(after.dialogue.some(({ kind }) => kind === 'filler')).toBe(false);
    expect(said(after)).toEqual(said(before));
    expect(after.longestSilenceMs).toBeGreaterThan(before.longestSilenceMs);
  });

  it('that waits less for the caller answers sooner, and takes no pause in a number for its end', async () => {
    const [before, after] = [
      await replayed('dictating-digits'),
      await replayed('dictating-digits', 'endpointing.mode=fixed', 'endpointing.silenceMs=1500'),
    ];
    expect(said(after).at(-1)).toBe(said(before).at(-1));
    expect(before.turns[0]?.stagesMs.endOfTurn).toBe(2500);
    expect(after.turns[0]?.stagesMs.endOfTurn).toBe(1500);
  });

  it('that takes a pause for the end asks what nobody asked then, and names it', async () => {
    const replaying = replayed('dictating-digits', 'endpointing.mode=fixed', 'endpointing.silenceMs=600');
    await expect(replaying).rejects.toMatchObject({
      code: 'REPLAY_NO_ANSWER',
      message: expect.stringMatching(/«המספר שלי אפס חמש\.?».*--live llm/) as string,
    });
  });

  it.each(['bargeIn.mode=stopAtOnce', 'bargeIn.ignoreBackchannels=false'])(
    'with %s answers what was only a sign of listening, and names it',
    async (setting) => {
      await expect(replayed('false-barge-in', setting)).rejects.toMatchObject({
        code: 'REPLAY_NO_ANSWER',
        message: expect.stringContaining('«Угу.»') as string,
      });
    },
  );

  it('with one chunk at a time says the second one later', async () => {
    const [before, after] = [
      await replayed('ordinary-dialogue'),
      await replayed('ordinary-dialogue', 'TTS_WINDOW=0'),
    ];
    const second = ({ dialogue }: Outcome) =>
      dialogue.find(({ text }) => text === 'В субботу до двух.')?.atMs ?? NaN;
    expect(second(after)).toBeGreaterThan(second(before) + 100);
    expect(said(after)).toEqual(said(before));
  });

  it.each([
    ['another greeting', 'greeting=Слушаю.', /The phrase «Слушаю\.».*--live tts/],
    ['another prompt', 'prompt=Ты отвечаешь грубо.', /asked «Скажите, пожалуйста,.*--live llm/],
    ['another model', 'llm.model=other', /asked «Скажите, пожалуйста,.*--live llm/],
    ['another voice', 'voice.speed=1.5', /A voice was asked to say «Мы работаем.*--live tts/],
    ['another language', 'recognition.language=en-US', /Speech at .* as en-US.*--live asr/],
  ])('of a bot with %s names what it has no answer to', async (_, setting, message) => {
    await expect(replayed('ordinary-dialogue', setting)).rejects.toMatchObject({
      code: 'REPLAY_NO_ANSWER',
      message: expect.stringMatching(message) as string,
    });
  });

  it('of a bot with another filler names it, where one is said', async () => {
    await expect(replayed('slow-model', 'fillers.phrases.question=[So.]')).rejects.toMatchObject({
      code: 'REPLAY_NO_ANSWER',
      message: expect.stringContaining('The phrase «So.»') as string,
    });
  });

  it('does not mind other words that are never said', async () => {
    const other = await replayed('ordinary-dialogue', 'apology=Ой.', 'silence.goodbye=Пока.');
    expect(outcomeJson(other)).toBe(outcomeJson(await replayed('ordinary-dialogue')));
  });

  it('in real time comes to the same dialogue', async () => {
    const bundle = await readBundle(join(CALLS, 'hangup-in-mid-answer'));
    const beganAtMs = performance.now();
    const outcome = outcomeOf(await replayCall(bundle, { realTime: true }));
    expect(performance.now() - beganAtMs).toBeGreaterThan(outcome.lengthMs - 100);
    expect(said(outcome)).toEqual(said(outcomeOf(bundle.call.timeline)));
  });
});
