/**
 * Whether this Asterisk is there, lets Parley in, and can do what Parley will ask of it.
 */
import type { Clock } from '../../base/clock.ts';
import type { AriPort } from '../../telephony/asterisk/ari/ari-port.ts';
import { chooseMediaMode } from '../../telephony/asterisk/media-mode.ts';
import type { Check } from './check.ts';

type AsksInfo = Pick<AriPort, 'info'>;

/** Without these there is no call in either mode. */
const NEEDED_MODULES = [
  'app_stasis',
  'res_ari',
  'res_ari_asterisk',
  'res_ari_channels',
  'res_ari_events',
  'res_ari_playbacks',
  'res_ari_recordings',
  'res_http_websocket',
  'res_stasis',
  'res_stasis_answer',
  'res_stasis_playback',
];

/** What records the caller and plays the answers in file mode. */
const FILE_MODULES = ['res_stasis_recording', 'res_stasis_snoop', 'func_talkdetect', 'format_wav'];

export function asteriskChecks(
  ari: AsksInfo,
  wanted: 'auto' | 'file' | 'stream',
  clock: Clock,
): readonly Check[] {
  return [reachable(ari, clock), mediaMode(ari, wanted), modules(ari, wanted)];
}

function reachable(ari: AsksInfo, clock: Clock): Check {
  return {
    name: 'Asterisk',
    async run() {
      const askedAtMs = clock.nowMs();
      const { version } = await ari.info();
      return {
        ok: true,
        finding: `version ${version}, user and password accepted`,
        latencyMs: clock.nowMs() - askedAtMs,
      };
    },
  };
}

function mediaMode(ari: AsksInfo, wanted: 'auto' | 'file' | 'stream'): Check {
  return {
    name: 'media mode',
    async run() {
      const { mode, why } = chooseMediaMode(await ari.info(), wanted);
      if (mode !== 'none') return { ok: true, finding: `${mode}: ${why}` };
      return {
        ok: false,
        finding: `MEDIA_MODE=stream, but ${why}`,
        advice: 'Set MEDIA_MODE=auto, or upgrade Asterisk and load chan_websocket.',
      };
    },
  };
}

function modules(ari: AsksInfo, wanted: 'auto' | 'file' | 'stream'): Check {
  return {
    name: 'Asterisk modules',
    async run() {
      const info = await ari.info();
      const { mode } = chooseMediaMode(info, wanted);
      const needed = mode === 'stream' ? NEEDED_MODULES : [...NEEDED_MODULES, ...FILE_MODULES];
      const missing = needed.filter((name) => !info.modules.includes(name));
      if (missing.length === 0) return { ok: true, finding: `all ${needed.length} that are needed run` };
      return {
        ok: false,
        finding: `not running: ${missing.join(', ')}`,
        advice: 'Load them (modules.conf), or install the package that brings them.',
      };
    },
  };
}
