import { expect, it } from 'vitest';
import { ownersIn } from './profile-shares.ts';

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
