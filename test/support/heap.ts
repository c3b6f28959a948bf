/** What a service in a process of its own holds in memory, read from a snapshot of its heap. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pauseMs } from 'node:timers/promises';
import type { ServiceProcess } from '../bench/service-process.ts';

/** With it, the service writes a snapshot whenever it is asked for one. */
export const HEAP_OPTIONS = ['--heapsnapshot-signal=SIGUSR2'] as const;

export interface Heap {
  readonly bytes: number;
  readonly timers: number;
}

/** How long a snapshot may take, ms: it holds the process up for a second or two. */
const SNAPSHOT_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 500;

/** What a full collection leaves: a snapshot begins with one. The service must have been started with HEAP_OPTIONS. */
export async function heapOf(service: ServiceProcess): Promise<Heap> {
  service.signal('SIGUSR2');
  const untilMs = performance.now() + SNAPSHOT_WITHIN_MS;
  while (performance.now() < untilMs) {
    await pauseMs(LOOK_EVERY_MS);
    const name = (await readdir(service.dir)).find((file) => file.endsWith('.heapsnapshot'));
    if (name === undefined) continue;
    const path = join(service.dir, name);
    const snapshot = parsed(await readFile(path, 'utf8'));
    if (!snapshot) continue;
    await rm(path);
    return heapIn(snapshot);
  }
  throw new Error('no snapshot of the heap was written');
}

interface Snapshot {
  readonly snapshot: { readonly meta: { readonly node_fields: readonly string[] } };
  /** The fields of one node after those of the other. */
  readonly nodes: readonly number[];
  readonly strings: readonly string[];
}

/** Undefined while the file is still being written. */
function parsed(text: string): Snapshot | undefined {
  try {
    return JSON.parse(text) as Snapshot;
  } catch {
    return undefined;
  }
}

/** Where `object` stands in the format's list of types. */
const OBJECT = 3;

function heapIn({ snapshot, nodes, strings }: Snapshot): Heap {
  const { node_fields: fields } = snapshot.meta;
  const [typeAt, nameAt, sizeAt] = [
    fields.indexOf('type'),
    fields.indexOf('name'),
    fields.indexOf('self_size'),
  ];
  const timeout = strings.indexOf('Timeout');
  let bytes = 0;
  let timers = 0;
  for (let at = 0; at < nodes.length; at += fields.length) {
    bytes += nodes[at + sizeAt] ?? 0;
    if (nodes[at + nameAt] === timeout && nodes[at + typeAt] === OBJECT) timers++;
  }
  return { bytes, timers };
}
