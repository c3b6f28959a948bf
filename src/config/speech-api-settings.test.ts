import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSpeechApiSettings } from './speech-api-settings.ts';

const placeOf = (env: Record<string, string>) => readSpeechApiSettings(env).storage.place;
const MINIO = { MINIO_ACCESS_KEY: 'name', MINIO_SECRET_KEY: 'hush' };

describe('the audio of the speech API', () => {
  it.each([
    [{}, 'data/audio'],
    [{ DATA_DIR: 'elsewhere' }, 'elsewhere/audio'],
    [{ STORAGE_URL: 'file:sounds' }, 'sounds'],
    [{ STORAGE_URL: 'file:///srv/sounds' }, '/srv/sounds'],
  ])('lies with %j in the directory %s', (env, dir) => {
    expect(placeOf(env as Record<string, string>)).toEqual({ kind: 'directory', dir: resolve(dir) });
  });

  it('lies in one bucket, or in one for each kind, or where MinIO is if nothing else is said', () => {
    const endpoint = 'http://minio:9000';
    expect(placeOf({ ...MINIO, STORAGE_URL: 's3://parley' })).toMatchObject({
      endpoint: 'https://s3.us-east-1.amazonaws.com',
      bucket: 'parley',
    });
    expect(placeOf({ ...MINIO, STORAGE_URL: 's3:', MINIO_ENDPOINT: endpoint })).toMatchObject({ endpoint });
    expect(placeOf({ ...MINIO, MINIO_ENDPOINT: endpoint })).toMatchObject({
      kind: 's3',
      bucket: undefined,
      accessKey: 'name',
    });
    expect(placeOf({ STORAGE_URL: 'file:/srv', MINIO_ENDPOINT: endpoint })).toMatchObject({ dir: '/srv' });
  });

  it('is kept nowhere without a key, and no fault shows one', () => {
    expect(() => placeOf({ STORAGE_URL: 's3://parley', MINIO_SECRET_KEY: 'hush' })).toThrow(
      /MINIO_ACCESS_KEY/,
    );
    expect(() => placeOf({ STORAGE_URL: 'ftp://parley' })).toThrow(/STORAGE_URL/);
    const wrong = { REDIS_URL: 'http://:hush@redis' };
    expect(() => readSpeechApiSettings(wrong)).toThrow(/REDIS_URL/);
    expect(() => readSpeechApiSettings(wrong)).not.toThrow(/hush/);
  });
});
