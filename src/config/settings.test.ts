import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isParleyError } from '../base/errors.ts';
import { readSettings } from './settings.ts';
import type { Environment } from './settings.ts';

const enough = {
  ARI_USERNAME: 'parley',
  ARI_PASSWORD: 'ari-hush',
  YANDEX_API_KEY: 'yandex-hush',
  YANDEX_FOLDER_ID: 'b1g',
  OPENAI_API_KEY: 'openai-hush',
};

describe('settings', () => {
  it('need only what has no default', () => {
    const settings = readSettings(enough);
    expect(settings.ari).toEqual({
      url: 'http://127.0.0.1:8088',
      username: 'parley',
      password: 'ari-hush',
      app: 'voicebot',
    });
    expect(settings.yandex.credentials).toEqual({ kind: 'apiKey', apiKey: 'yandex-hush' });
    expect(settings.media).toEqual({ mode: 'auto', format: 'slin16', dir: resolve('data/media') });
    expect(settings.tts).toEqual({
      channels: 4,
      firstAudioMs: 700,
      window: 3,
      cacheBytes: 67_108_864,
      breaker: { failures: 5, openSeconds: 60, successes: 3 },
    });
    expect(settings.fallbacks).toEqual([]);
    expect(settings.log.transcripts).toBe(false);
  });

  it('tell every fault at once, each with its variable and what is expected', () => {
    const lines = faultsOf({
      ...enough,
      ARI_USERNAME: undefined,
      ARI_URL: 'asterisk:8088',
      HTTP_PORT: '80800',
      MEDIA_MODE: 'streaming',
      DIALPLAN_FALLBACK: 'operator',
    });
    expect(lines[0]).toBe('5 settings are wrong:');
    expect(lines).toContain(
      '  ARI_URL: is "asterisk:8088"; expected an address such as http://pbx:8088: a name or IPv4 (for IPv6 give it a name), no path, no password',
    );
    expect(lines).toContain('  ARI_USERNAME: is missing; expected the user in ari.conf');
    expect(lines).toContain('  MEDIA_MODE: is "streaming"; expected one of auto, file, stream');
    expect(lines).toContain('  HTTP_PORT: is "80800"; expected a port number up to 65535');
    expect(
      lines.some((line) => line.startsWith('  DIALPLAN_FALLBACK: is "operator"; expected context')),
    ).toBe(true);
  });

  it.each(['http://[::1]:8088', 'http://pbx:8088/asterisk', 'http://pbx:8088/?x=1'])(
    'say why Asterisk is not asked at %s, which ari-client cannot read',
    (ARI_URL) => expect(faultsOf({ ...enough, ARI_URL })[1]).toMatch(/ARI_URL: .*IPv4.*no path/),
  );

  it('let Asterisk be asked where its HTTP server is, also if /ari is given', () => {
    for (const ARI_URL of ['http://pbx:8088', 'https://pbx/', 'http://10.0.0.1:8088/ari/'])
      expect(readSettings({ ...enough, ARI_URL }).ari.url).toBe(ARI_URL.replace(/\/$/, ''));
  });

  it('never show a secret, even a faulty one or one inside an address', () => {
    const told = faultsOf({
      ...enough,
      ARI_PASSWORD: 'top\nhush',
      OPENAI_API_KEY: 'clé hush',
      OPENAI_BASE_URL: 'https://me:hush@example.org',
    }).join('\n');
    expect(told).toContain('ARI_PASSWORD: has 8 characters and is not usable');
    expect(told).toContain('is "https://***@example.org"');
    expect(told).not.toContain('hush');
  });

  it('take a secret from a file, without the newline at its end', () => {
    const { ARI_PASSWORD: _, ...rest } = enough;
    const settings = readSettings({ ...rest, ARI_PASSWORD_FILE: fileWith('from-file\n') });
    expect(settings.ari.password).toBe('from-file');
  });

  it('refuse a secret that is given twice, or as a file that cannot be read', () => {
    const twice = faultsOf({ ...enough, ARI_PASSWORD_FILE: fileWith('other') });
    expect(twice[1]).toBe('  ARI_PASSWORD: is given, and ARI_PASSWORD_FILE too; expected one of them');
    const unreadable = faultsOf({ ...enough, ARI_PASSWORD: '', ARI_PASSWORD_FILE: '/nowhere/ari' });
    expect(unreadable.slice(1, -1)).toEqual([
      '  ARI_PASSWORD_FILE: "/nowhere/ari" cannot be read (ENOENT); expected a file with the secret in it',
    ]);
  });

  it('hold the secrets of bots, each by itself or as a file, and never show them', () => {
    const named = { ...enough, BOT_SECRETS: 'SHOP_TOKEN, CRM_KEY' };
    const given = { ...named, SHOP_TOKEN: 'shop-hush', CRM_KEY_FILE: fileWith('crm-hush\n') };
    expect(readSettings(given).bots.secrets).toEqual(
      new Map([
        ['SHOP_TOKEN', 'shop-hush'],
        ['CRM_KEY', 'crm-hush'],
      ]),
    );
    expect(readSettings(enough).bots.secrets).toEqual(new Map());
    expect(faultsOf({ ...named, SHOP_TOKEN: 'shop\nhush' }).slice(1, -1)).toEqual([
      '  SHOP_TOKEN: has 9 characters and is not usable; expected one line of text',
      '  CRM_KEY: is missing; BOT_SECRETS names it',
    ]);
    // It is no slip of HTTP_TOKEN.
    expect(() => readSettings({ ...enough, BOT_SECRETS: 'HTTP_TOKENS', HTTP_TOKENS: 'x' })).not.toThrow();
  });

  describe('of Twilio', () => {
    const { ARI_USERNAME: _, ARI_PASSWORD: __, ...noAsterisk } = enough;
    const account = { TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`, TWILIO_AUTH_TOKEN: 'twilio-hush' };

    it('make Asterisk unnecessary, by a host and a port alone as deployments have them', () => {
      const settings = readSettings({
        ...noAsterisk,
        ...account,
        DOMAIN_NAME: 'voice.example.com',
        PORT: '5050',
      });
      expect(settings.telephones).toEqual({ asterisk: false });
      expect(settings.twilio).toMatchObject({
        publicUrl: 'https://voice.example.com',
        wsUrl: 'wss://voice.example.com/ws',
      });
      expect(settings.http.port).toBe(5050);
    });

    it('stand beside those of Asterisk, and HTTP_PORT goes before PORT', () => {
      const given = { ...enough, ...account, PUBLIC_URL: 'https://a.example/', PORT: '1', HTTP_PORT: '2' };
      const settings = readSettings(given);
      expect(settings.telephones).toEqual({ asterisk: true });
      expect(settings.twilio?.publicUrl).toBe('https://a.example');
      expect(settings.http.port).toBe(2);
      expect(readSettings(enough).twilio).toBeUndefined();
    });

    it('are told to be missing by name, also where there is no telephone at all', () => {
      const half = faultsOf({ ...noAsterisk, TWILIO_AUTH_TOKEN: 'twilio-hush' }).join('\n');
      expect(half).toContain('TWILIO_ACCOUNT_SID: is missing');
      expect(half).toContain('PUBLIC_URL, DOMAIN_NAME: none is given');
      expect(half).not.toContain('hush');
      expect(faultsOf(noAsterisk).join('\n')).toContain('ARI_USERNAME: is missing');
    });
  });

  it('let nobody give orders over the network without a token', () => {
    expect(faultsOf({ ...enough, HTTP_HOST: '0.0.0.0' })[1]).toBe(
      '  HTTP_TOKEN: is missing; others can reach HTTP_HOST "0.0.0.0"; expected at least 16 printable characters without spaces',
    );
    const [, short] = faultsOf({ ...enough, HTTP_HOST: '0.0.0.0', HTTP_TOKEN: 'short-hush' });
    expect(short).toBe(
      '  HTTP_TOKEN: has 10 characters and is not usable; expected at least 16 printable characters without spaces',
    );
    const token = 'correct-horse-battery';
    expect(readSettings({ ...enough, HTTP_HOST: '::', HTTP_TOKEN_FILE: fileWith(token) }).http.token).toBe(
      token,
    );
    for (const HTTP_HOST of ['127.0.0.1', '::1', 'localhost'])
      expect(readSettings({ ...enough, HTTP_HOST }).http.token).toBeUndefined();
  });

  it('want exactly one of the ways to prove who we are to Yandex', () => {
    expect(faultsOf({ ...enough, YANDEX_API_KEY: '' })[1]).toContain('none is given; expected exactly one');
    expect(faultsOf({ ...enough, YANDEX_IAM_TOKEN_FILE: fileWith('t1.x') })[1]).toContain(
      '2 are given (YANDEX_API_KEY, YANDEX_IAM_TOKEN); expected exactly one',
    );
    const path = fileWith('{}');
    const { YANDEX_API_KEY: _, ...rest } = enough;
    expect(readSettings({ ...rest, YANDEX_SERVICE_ACCOUNT_KEY_FILE: path }).yandex.credentials).toEqual({
      kind: 'serviceAccountKeyFile',
      path,
    });
    expect(faultsOf({ ...rest, YANDEX_SERVICE_ACCOUNT_KEY_FILE: '/nowhere/key.json' })[1]).toContain(
      'ENOENT',
    );
  });

  it('find slips of the keyboard', () => {
    const lines = faultsOf({
      ...enough,
      OPENAI_API_KEY: '',
      OPENAI_APIKEY: 'x',
      YANDEX_TTS_URL: 'x',
      HTTP_PROXY: 'x',
      HOME: '/root',
    });
    expect(lines).toContain('  OPENAI_APIKEY: is no setting of Parley; did you mean OPENAI_API_KEY?');
    expect(lines).toContain(
      '  YANDEX_TTS_URL: is no setting of Parley; did you mean YANDEX_TTS_GRPC_URL or YANDEX_TTS_HTTP_URL?',
    );
    expect(lines.join()).not.toMatch(/PROXY|HOME/);
  });

  it('let a password have any characters', () => {
    expect(readSettings({ ...enough, ARI_PASSWORD: 'loopback; only "для нас"' }).ari.password).toBe(
      'loopback; only "для нас"',
    );
  });

  it('take the model of Google where there is no other, and for bots that name it where there is', () => {
    const { OPENAI_API_KEY: _, ...others } = enough;
    const google = {
      ...{ apiKey: 'g-hush', model: 'gemini-2.5-flash', dialect: 'gemini' },
      baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai',
    };
    const alone = readSettings({ ...others, GEMINI_API_KEY: 'g-hush' }).openai;
    expect(alone).toMatchObject({ ...google, named: { openai: undefined, gemini: google } });
    expect(alone.fallback).toMatchObject({ apiKey: 'g-hush', baseUrl: google.baseUrl, isGiven: false });
    const both = readSettings({ ...enough, GEMINI_API_KEY: 'g-hush' }).openai;
    expect(both).toMatchObject({ apiKey: 'openai-hush', dialect: 'openai', named: { gemini: google } });
    expect(faultsOf(others).join()).toContain('OPENAI_API_KEY: is missing');
  });

  it('count an empty variable as not given', () => {
    expect(readSettings({ ...enough, OPENAI_MODEL: '', DIALPLAN_FALLBACK: ' ' }).openai.model).toBe(
      'gpt-4.1-mini',
    );
  });

  it('understand the dialplan fallback', () => {
    const settings = readSettings({ ...enough, DIALPLAN_FALLBACK: 'from-parley, operator, 1' });
    expect(settings.fallbacks).toEqual([
      { kind: 'dialplan', context: 'from-parley', extension: 'operator', priority: 1 },
    ]);
  });

  describe('of where callers go', () => {
    const twilio = {
      TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
      ...{ TWILIO_AUTH_TOKEN: 'token', DOMAIN_NAME: 'voice.example.com' },
    };
    const alone = { ...enough, ...twilio, ARI_USERNAME: undefined, ARI_PASSWORD: undefined };

    it('are places of the dialplan for Asterisk and numbers for Twilio', () => {
      const both = readSettings({
        ...{ ...enough, ...twilio, DIALPLAN_FALLBACK: 'fallback,s,1; +74951234567' },
        TRANSFER_TARGETS: 'desk=queues,desk,1; boss = +74957654321; pbx=sip:201@pbx.example.com',
      });
      expect(both.fallbacks.map(({ kind }) => kind)).toEqual(['dialplan', 'number']);
      expect(both.operator.transferTargets.get('boss')).toEqual({ kind: 'number', number: '+74957654321' });
      expect(both.operator.transferTargets.get('pbx')?.kind).toBe('refer');
      expect(readSettings({ ...alone, DIALPLAN_FALLBACK: '+74951234567' }).fallbacks).toHaveLength(1);
    });

    it('say which telephone could not go there', () => {
      expect(faultsOf({ ...alone, DIALPLAN_FALLBACK: 'fallback,s,1' })[1]).toMatch(
        /DIALPLAN_FALLBACK: "fallback,s,1" is a place of the dialplan, and there is no Asterisk/,
      );
      expect(faultsOf({ ...enough, TRANSFER_TARGETS: 'boss=+74957654321' })[1]).toMatch(
        /TRANSFER_TARGETS: "\+74957654321" is a number, which Twilio alone dials/,
      );
      expect(faultsOf({ ...enough, DIALPLAN_FALLBACK: '84957654321' })[1]).toMatch(/DIALPLAN_FALLBACK: is/);
    });
  });

  describe('of the providers of speech', () => {
    it('name Yandex alone where nothing is said', () => {
      expect(readSettings(enough).speech.providers).toEqual(['yandex']);
      expect(readSettings({ ...enough, SPEECH_PROVIDERS: ' Yandex, espeak ' }).speech.providers).toEqual([
        'yandex',
        'espeak',
      ]);
    });

    it.each(['alexa', 'yandex,yandex', 'yandex;espeak', ','])('refuse %s', (SPEECH_PROVIDERS) => {
      expect(faultsOf({ ...enough, SPEECH_PROVIDERS })[1]).toMatch(/SPEECH_PROVIDERS: is .*each once/);
    });

    it('want what those need who are asked, and nothing of the others', () => {
      const { YANDEX_API_KEY: _, YANDEX_FOLDER_ID: __, ...others } = enough;
      const openai = { ...others, SPEECH_PROVIDERS: 'openai,espeak' };
      expect(faultsOf(openai)[1]).toBe('  OPENAI_SPEECH_API_KEY: is missing; expected the key for speech');
      expect(readSettings({ ...openai, OPENAI_SPEECH_API_KEY: 'k' }).openaiSpeech.apiKey).toBe('k');
      const own = readSettings({ ...openai, OPENAI_SPEECH_BASE_URL: 'http://127.0.0.1:8000/v1' });
      expect([own.openaiSpeech.apiKey, own.yandex.credentials]).toEqual([undefined, undefined]);
      expect(faultsOf({ ...openai, SPEECH_PROVIDERS: 'yandex' }).join()).toContain(
        'YANDEX_FOLDER_ID: is missing',
      );
    });

    it('want the key file of Google where Google is asked', () => {
      const google = { ...enough, SPEECH_PROVIDERS: 'google' };
      expect(faultsOf(google)[1]).toContain('GOOGLE_APPLICATION_CREDENTIALS: is missing');
      const file = fileWith('{}');
      expect(readSettings({ ...google, GOOGLE_APPLICATION_CREDENTIALS: file }).google.keyPath).toBe(file);
      expect(faultsOf({ ...google, GOOGLE_APPLICATION_CREDENTIALS: '/nowhere.json' })[1]).toContain(
        'cannot be read',
      );
    });

    it('refuse a list in which nobody hears', () => {
      expect(faultsOf({ ...enough, SPEECH_PROVIDERS: 'espeak' }).join()).toContain('nobody among them hears');
    });
  });
});

/** The lines of the message that the faulty environment is refused with. */
function faultsOf(env: Environment): string[] {
  try {
    readSettings(env);
  } catch (error) {
    if (isParleyError(error, 'SETTINGS_INVALID')) return error.message.split('\n');
    throw error;
  }
  throw new Error('the settings were accepted');
}

function fileWith(content: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'parley-settings-')), 'secret');
  writeFileSync(file, content);
  return file;
}
