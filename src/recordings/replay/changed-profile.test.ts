import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../base/project-root.ts';
import type { BotProfile } from '../../config/bot-profile.ts';
import { readBundle } from '../bundle/bundle.ts';
import { withChanges } from './changed-profile.ts';
import { recordedProfile } from './replay.ts';

let profile: BotProfile;

beforeAll(async () => {
  profile = recordedProfile((await readBundle(join(projectRoot(), 'test/calls/barge-in'))).call);
});

describe('settings by name', () => {
  it('change what they name and nothing else', () => {
    const { profile: changed, synthesisWindow } = withChanges(profile, [
      'bargeIn.minSpeechMs=200',
      'fillers.enabled=false',
      'hold=[Ещё немного., Почти готово.]',
      'llm.model=other',
      'TTS_WINDOW=3',
    ]);
    expect(changed).toEqual({
      ...profile,
      bargeIn: { ...profile.bargeIn, minSpeechMs: 200 },
      fillers: { ...profile.fillers, enabled: false },
      hold: ['Ещё немного.', 'Почти готово.'],
      llm: { ...profile.llm, model: 'other' },
    });
    expect(synthesisWindow).toBe(3);
    expect(withChanges(profile, [])).toEqual({ profile });
  });

  it('leave texts as they are written', () => {
    const text = 'Ты отвечаешь так: [коротко], да = нет';
    expect(withChanges(profile, [`prompt=${text}`]).profile.prompt).toBe(text);
  });

  it.each([
    ['nonsense.key=5', /nonsense\.key: .*expected one of language,.* bargeIn\.minSpeechMs,.* TTS_WINDOW/],
    ['ASR_EAGER=true', /ASR_EAGER: no replay can change that/],
    ['bargeIn=5', /bargeIn: no replay can change that/],
    ['__proto__.polluted=1', /__proto__\.polluted: no replay can change that/],
    ['bargeIn.minSpeechMs=-5', /bargeIn\.minSpeechMs: .*>=0/],
    ['bargeIn.mode=loud', /bargeIn\.mode: .*"pauseFirst"\|"stopAtOnce"/],
    ['endpointing.silenceMs=', /endpointing\.silenceMs: .*number/],
    ['hold=[a', /hold: «\[a» is no value in YAML/],
    ['TTS_WINDOW=many', /TTS_WINDOW: expected a whole number/],
    ['result.deadlineMs=2000', /result\.schema: expected the JSON Schema/],
    ['fillers.enabled', /fillers\.enabled: expected NAME=VALUE/],
  ])('refuse %s and say what is allowed', (change, message) => {
    expect(() => withChanges(profile, [change])).toThrowError(
      expect.objectContaining({
        code: 'SETTINGS_INVALID',
        message: expect.stringMatching(message) as string,
      }) as Error,
    );
  });
});
