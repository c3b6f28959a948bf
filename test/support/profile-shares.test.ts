import { expect, it } from 'vitest';
import { ownersIn, sharesOfEntries } from './profile-shares.ts';

it('tells whose code the processor was in, by time, without the time in which it was in none', () => {
  const node = (id: number, functionName: string, url = '') => ({ id, callFrame: { functionName, url } });
  const nodes = [
    node(1, 'hear', 'file:///opt/parley/src/vad/voice-detector.ts'),
    node(2, 'frame', 'file:///opt/parley/node_modules/ws/lib/sender.js'),
    node(3, 'write', 'node:internal/fs/promises'),
    node(4, '(idle)'),
    node(5, 'call', 'file:///opt/parley/node_modules/@grpc/grpc-js/build/src/client.js'),
  ];
  const shares = ownersIn({ nodes, samples: [1, 2, 4, 3, 5], timeDeltas: [500, 200, 9000, 200, 100] });
  expect([...shares]).toEqual([
    ['Parley', 0.5],
    ['ws', 0.2],
    ['Node', 0.2],
    ['@grpc/grpc-js', 0.1],
  ]);
});

it('tells what part of the time came by way of certain functions, from a moment on', () => {
  const node = (id: number, functionName: string, file: string, children: readonly number[] = []) => ({
    ...{ id, children },
    callFrame: { functionName, url: `file:///opt/parley/dist/src/${file}` },
  });
  const nodes = [
    { id: 1, callFrame: { functionName: '(root)', url: '' }, children: [2, 6, 7] },
    node(2, 'notice', 'telephony/caller-audio.js', [3]),
    node(3, 'caller', 'ear/call-ear.js', [4]),
    node(4, 'hear', 'ear/side-meter.js', [5]),
    node(5, 'set', 'x.js'),
    node(6, 'note', 'ops/ear-metrics.js'),
    { id: 7, callFrame: { functionName: '(idle)', url: '' } },
  ];
  const entries = [
    { what: 'heard', file: '/src/ear/call-ear.js', name: 'caller' },
    { what: 'told', file: '/src/ops/ear-metrics.js' },
    { what: 'heard', file: '/src/ear/' },
  ];
  const samples = [5, 5, 2, 3, 7, 6];
  const timeDeltas = [1000, 100, 400, 200, 5000, 300];
  const { shares, busyUs } = sharesOfEntries([{ nodes, startTime: 500, samples, timeDeltas }], entries, 1501);
  expect(busyUs).toBe(1000);
  expect([...shares]).toEqual([
    ['heard', 0.3],
    ['told', 0.3],
  ]);
});
