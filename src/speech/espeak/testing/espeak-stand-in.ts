/** A program that speaks as espeak-ng 1.51 does into a pipe, or fails as it is told to: 22 050 Hz, and sizes in the header that are not true. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromSamples } from '../../../audio/pcm.ts';
import type { Trouble } from '../../synthesis/testing/conformance.ts';

const RATE_HZ = 22_050;
const SPEECH_MS = 300;

export interface EspeakStandIn {
  readonly program: string;
  /** `waits`: it speaks once it may. */
  befall(trouble: Trouble | 'waits'): void;
  letGo(): void;
  /** The arguments of each run, in one line. */
  asked(): string[];
  /** What it has read last. */
  text(): string;
  /** Processes that are still there. */
  underWay(): number;
  uninstall(): void;
  install(): void;
  remove(): void;
}

export function espeakStandIn(): EspeakStandIn {
  const dir = mkdtempSync(join(tmpdir(), 'parley-espeak-'));
  const program = join(dir, 'espeak-ng');
  const at = (name: string) => join(dir, name);
  mkdirSync(at('processes'));
  writeFileSync(at('asked'), '');
  writeFileSync(at('trouble'), 'well');
  writeFileSync(at('speech'), Buffer.concat([header(), ramp()]));
  writeFileSync(program, script(dir));
  chmodSync(program, 0o755);
  return {
    program,
    letGo: () => writeFileSync(at('go'), ''),
    befall: (trouble) => writeFileSync(at('trouble'), trouble),
    asked: () => readFileSync(at('asked'), 'utf8').split('\n').filter(Boolean),
    text: () => readFileSync(at('text'), 'utf8'),
    underWay: () => readdirSync(at('processes')).filter((id) => isAlive(Number(id))).length,
    uninstall: () => renameSync(program, at('away')),
    install: () => renameSync(at('away'), program),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

const script = (dir: string) => `#!/bin/sh
cd '${dir}'
trouble=$(cat trouble)
: > processes/$$
[ "$1" = --version ] && exit 0
echo "$*" >> asked
cat > text
case "$trouble" in
  silent | neverAnswers) exec sleep 1000 ;;
  waits) while [ ! -e go ]; do sleep 0.1; done; cat speech ;;
  stalls) cat speech; exec sleep 1000 ;;
  breaksOff) cat speech; exit 1 ;;
  halfSample) cat speech; printf x ;;
  garbage) printf '<html>502</html>' ;;
  *) cat speech ;;
esac
`;

function header(): Buffer {
  const bytes = Buffer.alloc(44);
  bytes.write('RIFF');
  bytes.writeUInt32LE(0x7fff_f024, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(RATE_HZ, 24);
  bytes.writeUInt32LE(RATE_HZ * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(0x7fff_f000, 40);
  return bytes;
}

function ramp(): Uint8Array {
  const length = (RATE_HZ * SPEECH_MS) / 1000;
  return fromSamples(
    Int16Array.from({ length }, (_, sample) => sample),
    RATE_HZ,
  ).data;
}

function isAlive(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
}
