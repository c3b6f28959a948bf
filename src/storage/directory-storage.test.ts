import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectRoot } from '../base/project-root.ts';
import { DirectoryStorage } from './directory-storage.ts';
import type { NewFile } from './storage.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const START_MS = Date.UTC(2026, 0, 1);

describe('files in a directory', () => {
  let dir: string;
  let nowMs: number;
  let storage: DirectoryStorage;

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'parley-storage-'));
    nowMs = START_MS;
    storage = await open();
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const open = async () => DirectoryStorage.open({ dir, nowMs: () => nowMs });
  const file = (given: Partial<NewFile> = {}): NewFile => ({
    bucket: 'voice-files',
    content: new Uint8Array([1, 2, 3]),
    contentType: 'audio/mpeg',
    metadata: { owner: 'ключ "один"\r\n' },
    ...given,
  });
  const namesIn = (bucket: string) => readdirSync(join(dir, bucket));

  it('are read as they were stored, also after a restart', async () => {
    const { id } = await storage.store(file());
    storage = await open();
    expect(await storage.info(id)).toEqual({
      id,
      bucket: 'voice-files',
      contentType: 'audio/mpeg',
      bytes: 3,
      createdAtMs: START_MS,
      metadata: { owner: 'ключ "один"\r\n' },
    });
    expect(Array.from((await storage.read(id))?.content ?? [])).toEqual([1, 2, 3]);
  });

  it('are gone once they are deleted', async () => {
    const { id } = await storage.store(file({ bucket: 'temp' }));
    expect(await storage.delete(id)).toBe(true);
    expect(await storage.delete(id)).toBe(false);
    expect(await storage.read(id)).toBeUndefined();
    expect(namesIn('temp')).toEqual([]);
  });

  it.each(['../link-secret', 'voice_../../link-secret', '/etc/passwd', '', 'v'.repeat(100_000), 'voice_\0'])(
    'are not found under %j',
    async (id) => {
      expect(await storage.info(id)).toBeUndefined();
      expect(await storage.read(id)).toBeUndefined();
      expect(await storage.delete(id)).toBe(false);
    },
  );

  it('are not there while they are half written, and are swept up later', async () => {
    const { id } = await storage.store(file());
    rmSync(join(dir, 'voice-files', `${id}.json`));
    writeFileSync(join(dir, 'voice-files', `${id}.json.new`), '{"contentType"');
    expect(await storage.read(id)).toBeUndefined();
    expect(await storage.cleanUp('voice-files', 0)).toBe(0);
    const longAgo = new Date(START_MS - 2 * DAY_MS);
    for (const name of namesIn('voice-files')) utimesSync(join(dir, 'voice-files', name), longAgo, longAgo);
    await storage.cleanUp('voice-files', 0);
    expect(namesIn('voice-files')).toEqual([]);
  });

  it('are not handed out when they were cut short, or what is known of them is no JSON', async () => {
    const [cut, garbled] = [await storage.store(file()), await storage.store(file())];
    writeFileSync(join(dir, 'voice-files', cut.id), 'x');
    writeFileSync(join(dir, 'voice-files', `${garbled.id}.json`), '{{');
    expect(await storage.read(cut.id)).toBeUndefined();
    expect(await storage.read(garbled.id)).toBeUndefined();
  });

  it('go when they are old, and no sooner', async () => {
    const old = await storage.store(file({ bucket: 'temp' }));
    nowMs += DAY_MS;
    const young = await storage.store(file({ bucket: 'temp' }));
    const kept = await storage.store(file());
    expect(await storage.cleanUp('temp', START_MS + 1)).toBe(1);
    expect(await storage.info(old.id)).toBeUndefined();
    expect(await storage.info(young.id)).toBeDefined();
    expect(await storage.info(kept.id)).toBeDefined();
  });

  it('are opened by a link for an hour, and by no other', async () => {
    const { id } = await storage.store(file());
    const other = await storage.store(file());
    const url = new URL(await storage.link(id), 'http://parley');
    expect(url.pathname).toBe(`/v1/files/${id}`);
    const proof = {
      expires: url.searchParams.get('expires') ?? '',
      signature: url.searchParams.get('signature') ?? '',
    };
    storage = await open();
    expect(storage.admits(id, proof)).toBe(true);
    expect(storage.admits(other.id, proof)).toBe(false);
    expect(storage.admits(id, { ...proof, expires: String(Number(proof.expires) + 1) })).toBe(false);
    expect(storage.admits(id, { ...proof, signature: `${proof.signature}x` })).toBe(false);
    nowMs += 3_600_000;
    expect(storage.admits(id, proof)).toBe(false);
  });

  it('are refused with more metadata than S3 would take', async () => {
    await expect(storage.store(file({ metadata: { name: 'я'.repeat(5000) } }))).rejects.toMatchObject({
      code: 'STORAGE_REFUSED',
    });
    expect(namesIn('voice-files')).toEqual([]);
  });

  it('tell that the directory has gone, and that it is there again', async () => {
    rmSync(join(dir, 'voice-files'), { recursive: true });
    await expect(storage.store(file())).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    expect(storage.fault?.code).toBe('STORAGE_UNAVAILABLE');
    storage = await open();
    await storage.store(file());
    expect(storage.fault).toBeUndefined();
  });

  it('leave nothing behind where the disk is full, and tell so', async () => {
    // What a process may write is bounded for it as the room on a disk is, and needs no disk of its own.
    const { stdout } = await promisify(execFile)(
      'bash',
      [
        '-c',
        'ulimit -f 64 && exec "$@"',
        'bash',
        process.execPath,
        '--import',
        'tsx',
        '-e',
        STORES_A_MEGABYTE,
        dir,
      ],
      { cwd: projectRoot() },
    );
    expect(stdout).toBe('STORAGE_FULL');
    expect(namesIn('voice-files')).toEqual([]);
  });
});

const STORES_A_MEGABYTE = `
  import { DirectoryStorage } from './src/storage/directory-storage.ts';
  const storage = await DirectoryStorage.open({ dir: process.argv[1] });
  const file = { bucket: 'voice-files', content: new Uint8Array(1_000_000), contentType: 'audio/wav' };
  await storage.store(file).catch(({ code }) => process.stdout.write(code));
`;
