import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listedKeys } from './s3-listing.ts';
import { S3Storage } from './s3-storage.ts';
import type { NewFile } from './storage.ts';

const BUCKETS = ['voice-files', 'temp', 'parley'];
/** Those that this server knows. */
const KEY = 'S3RVER';

const file = (given: Partial<NewFile> = {}): NewFile => ({
  bucket: 'voice-files',
  content: new Uint8Array([1, 2, 3]),
  contentType: 'audio/mpeg',
  metadata: { owner: 'ключ "один"\r\n' },
  ...given,
});

const at = (endpoint: string, accessKey = KEY, bucket?: string) =>
  new S3Storage({ endpoint, region: 'us-east-1', accessKey, secretKey: KEY, bucket });

describe('files with an S3 service', () => {
  let dir: string;
  let server: S3rver;
  let endpoint: string;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'parley-s3-'));
    const configureBuckets = BUCKETS.map((name) => ({ name }));
    server = new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory: dir, configureBuckets });
    endpoint = `http://127.0.0.1:${(await server.run()).port}`;
  });
  afterAll(async () => {
    await server.close();
    rmSync(dir, { recursive: true });
  });

  it.each([undefined, 'parley'])(
    'are read as they were stored, and gone once deleted: bucket %s',
    async (bucket) => {
      const storage = at(endpoint, KEY, bucket);
      const { id } = await storage.store(file());
      const told = await storage.info(id);
      expect(told).toMatchObject({ id, bucket: 'voice-files', contentType: 'audio/mpeg', bytes: 3 });
      expect(told?.metadata).toEqual({ owner: 'ключ "один"\r\n' });
      expect(Math.abs((told?.createdAtMs ?? 0) - Date.now())).toBeLessThan(60_000);
      expect(Array.from((await storage.read(id))?.content ?? [])).toEqual([1, 2, 3]);
      expect(readdirSync(join(dir, bucket ?? 'voice-files')).length).toBeGreaterThan(0);
      expect(await storage.delete(id)).toBe(true);
      expect(await storage.delete(id)).toBe(false);
      expect(await storage.read(id)).toBeUndefined();
    },
  );

  it('are fetched by a link, without a key', async () => {
    const storage = at(endpoint);
    const { id } = await storage.store(file());
    const link = await storage.link(id);
    expect(link).toContain('X-Amz-Expires=3600');
    const answer = await fetch(link);
    expect(answer.headers.get('content-type')).toBe('audio/mpeg');
    expect(Array.from(new Uint8Array(await answer.arrayBuffer()))).toEqual([1, 2, 3]);
  });

  it.each([undefined, 'parley'])('go when they are old, and nobody else’s: bucket %s', async (bucket) => {
    const storage = at(endpoint, KEY, bucket);
    const [one, kept] = [await storage.store(file({ bucket: 'temp' })), await storage.store(file())];
    expect(await storage.cleanUp('temp', Date.now() - 60_000)).toBe(0);
    expect(await storage.cleanUp('temp', Date.now() + 60_000)).toBe(1);
    expect(await storage.info(one.id)).toBeUndefined();
    expect(await storage.info(kept.id)).toBeDefined();
  });

  it('are refused to wrong credentials and in a bucket that is not there', async () => {
    // This server looks at the name of the key, and not at what was signed with it.
    const wrong = at(endpoint, 'STRANGER');
    await expect(wrong.store(file())).rejects.toMatchObject({ code: 'STORAGE_REFUSED' });
    expect(wrong.fault?.message).not.toContain('STRANGER');
    await expect(at(endpoint, KEY, 'nowhere').store(file())).rejects.toMatchObject({
      code: 'STORAGE_REFUSED',
    });
  });

  it('tell an address that nobody made as a file that is not there', async () => {
    expect(await at(endpoint).read('../temp/x')).toBeUndefined();
  });
});

describe('an S3 service that does not serve', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function answering(...statuses: readonly number[]): Promise<{ url: string; asked: () => number }> {
    let asked = 0;
    server = createServer((request, response) => {
      request.resume();
      const status = statuses[Math.min(asked++, statuses.length - 1)] ?? 500;
      response.writeHead(status).end('<Error><Code>SlowDown</Code></Error>');
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => asked };
  }

  it('is told of as away when nobody listens', async () => {
    const { url } = await answering(200);
    server?.close();
    const storage = at(url);
    await expect(storage.store(file())).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      retryable: true,
    });
    expect(storage.fault?.message).toContain('ECONNREFUSED');
  });

  it('is asked once more when it is busy, and no further', async () => {
    const busy = await answering(503);
    await expect(at(busy.url).store(file())).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    expect(busy.asked()).toBe(2);
  });

  it('has stored what it took at the second try', async () => {
    const { url, asked } = await answering(503, 200);
    const storage = at(url);
    expect((await storage.store(file())).bytes).toBe(3);
    expect(asked()).toBe(2);
    expect(storage.fault).toBeUndefined();
  });

  it('is told of as full', async () => {
    const { url } = await answering(507);
    await expect(at(url).store(file())).rejects.toMatchObject({ code: 'STORAGE_FULL' });
  });

  it('lists nothing when it answers with something else', () => {
    expect(listedKeys('<html><body>Login')).toEqual({ keys: [], next: undefined });
    expect(listedKeys('')).toEqual({ keys: [], next: undefined });
  });
});
