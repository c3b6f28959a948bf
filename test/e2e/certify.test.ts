/** `parley certify`, short form, against Parley on a real Asterisk: what it says of the bot is what it has heard of it. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeWav } from '../../src/audio/wav.ts';
import type { Certificate } from '../../src/lab/certify/certify.ts';
import { freeTcpPort } from '../../src/base/free-ports.ts';
import { describeCalls } from '../support/describe-calls.ts';
import { understoodCaller } from '../support/recorded-callers.ts';
import { runParley } from '../support/run-parley.ts';

const WEEKDAYS = 'С понедельника по пятницу мы открыты с девяти до шести.';
const SATURDAY = 'А в субботу мы открыты с десяти утра и до двух.';
const reply = [['', `${WEEKDAYS}|${SATURDAY}`]] as const;

/** The bot reaches its model here, through the proxy that the certifier opens. */
const modelPort = await freeTcpPort();
const env = { OPENAI_BASE_URL: `http://127.0.0.1:${modelPort}` };

/** What a busy machine does to a bot is no fault of the bot: nothing here is about being quick. */
const PATIENCE = [
  '--voice-to-voice',
  '12000',
  '--barge-in',
  '8000',
  '--dead-air',
  '14000',
  '--bot-silence',
  '900',
];

describeCalls(
  'a certificate',
  { reply, env, hears: 'voices', modes: ['stream'], kinds: ['asterisk'] },
  (suite) => {
    let dir: string;
    beforeAll(async () => {
      dir = await mkdtemp(join(tmpdir(), 'parley-certify-'));
    });
    afterAll(() => rm(dir, { recursive: true, force: true }));

    it('tells how a bot bears interruptions, coughs, hang-ups and a model that breaks off', async () => {
      const { speech, chat, telephony } = suite.world;
      const clips = { question: 'interruption', interruption: 'yes', number: 'thanks' };
      for (const [name, clip] of Object.entries(clips))
        await writeFile(join(dir, `${name}.wav`), encodeWav(await understoodCaller(speech, clip)));
      const page = join(dir, 'certificate.html');
      const tones = [WEEKDAYS, SATURDAY].map((text) => speech.toneOf(text)).join(',');
      const { status, stdout, stderr } = await runParley([
        ...['certify', `sip:100@${telephony.sip?.host ?? ''}:${telephony.sip?.port ?? 0}`, '--short'],
        ...['--voice', dir, '--tones', tones, '--proxy', `chat=${modelPort},${chat.baseUrl}`],
        ...[...PATIENCE, '--json', '--html', page],
      ]);
      expect(stderr).toBe('');
      const { ok, verdicts } = JSON.parse(stdout) as Certificate;
      const of = (name: string) => verdicts.find(({ situation }) => situation === name)?.figures;
      expect(verdicts.map(({ complaints, situation }) => [situation, complaints])).toEqual(
        ['question', 'cough', 'interrupted answer', 'hang-up', 'chat dropped'].map((name) => [name, []]),
      );
      expect({ ok, status }).toEqual({ ok: true, status: 0 });
      expect(of('question')).toMatchObject({ bargeInMs: null, recoveryMs: null });
      expect(verdicts.map(({ figures }) => figures.order)).toContain('kept');
      expect(of('question')?.voiceToVoiceMs[0]).toBeGreaterThan(0);
      expect(of('interrupted answer')?.bargeInMs).toBeGreaterThan(0);
      expect(of('chat dropped')?.recoveryMs).toBeGreaterThan(0);
      expect(await readFile(page, 'utf8')).toContain('5 of 5');
    });
  },
);
