/**
 * How audio travels between this Asterisk and Parley. Pure.
 *
 * Stream mode needs chan_websocket with JSON control messages and marks: Asterisk 20.18, 22.8, 23.2 and later of each line, and
 * everything after 23 (docs.asterisk.org, WebSocket channel). File mode works with every Asterisk that has ARI.
 */
import type { AsteriskInfo } from './ari/ari-port.ts';

export interface MediaChoice {
  /** `none`: what was asked for is not possible with this Asterisk. */
  readonly mode: 'file' | 'stream' | 'none';
  /** For the log and the doctor: one clause, without a full stop. */
  readonly why: string;
}

const STREAM_MODULE = 'chan_websocket';

/** The first minor version of each major one that can stream; of 21 none can. */
const FIRST_STREAMING_MINOR: Readonly<Record<number, number>> = { 20: 18, 22: 8, 23: 2 };
const FIRST_MAJOR_THAT_ALWAYS_STREAMS = 24;

export function chooseMediaMode(info: AsteriskInfo, wanted: 'auto' | 'file' | 'stream'): MediaChoice {
  if (wanted === 'file') return { mode: 'file', why: 'MEDIA_MODE says so' };
  const obstacle = streamObstacle(info);
  if (wanted === 'stream') {
    return obstacle === undefined
      ? {
          mode: 'stream',
          why: `MEDIA_MODE says so, and Asterisk ${info.version} has ${STREAM_MODULE} with marks`,
        }
      : { mode: 'none', why: obstacle };
  }
  return obstacle === undefined
    ? { mode: 'stream', why: `Asterisk ${info.version} has ${STREAM_MODULE} with marks` }
    : { mode: 'file', why: obstacle };
}

function streamObstacle({ version, modules }: AsteriskInfo): string | undefined {
  if (!canStream(version))
    return `Asterisk ${version} is not known to stream; 20.18, 22.8, 23.2 and later do`;
  if (!modules.includes(STREAM_MODULE)) return `Asterisk ${version} runs without ${STREAM_MODULE}`;
  return undefined;
}

/** `22.10.1`, `certified/20.18-cert1`, `23.2.0-rc1`; a build from git does not tell its minor version. */
function canStream(version: string): boolean {
  const [, major, minor] = /^(?:certified\/)?(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined || minor === undefined) return false;
  if (Number(major) >= FIRST_MAJOR_THAT_ALWAYS_STREAMS) return true;
  return Number(minor) >= (FIRST_STREAMING_MINOR[Number(major)] ?? Infinity);
}
