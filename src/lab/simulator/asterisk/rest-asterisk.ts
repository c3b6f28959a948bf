/** `/asterisk`: what an application asks before it trusts the switchboard. */
import { AriError } from './ari-error.ts';
import { timestamp } from './ari-events.ts';
import { ASTERISK_ID } from './events-hub.ts';
import { json, operations, type Operation, type Parameters } from './rest-table.ts';

/** Modules of a stock Asterisk 22 that Parley may ask for. */
export const DEFAULT_MODULES: readonly string[] = [
  'app_stasis',
  'chan_websocket',
  'format_wav',
  'func_talkdetect',
  'res_ari',
  'res_ari_asterisk',
  'res_ari_bridges',
  'res_ari_channels',
  'res_ari_events',
  'res_ari_playbacks',
  'res_ari_recordings',
  'res_http_websocket',
  'res_stasis',
  'res_stasis_answer',
  'res_stasis_playback',
  'res_stasis_recording',
  'res_stasis_snoop',
];

export function asteriskOperations(version: string, modules: readonly string[]): readonly Operation[] {
  const operation = operations('asterisk');
  const startedAt = timestamp(new Date());
  const facts: Readonly<Record<string, unknown>> = {
    build: {
      os: 'Linux',
      kernel: 'unknown',
      machine: 'unknown',
      options: '',
      date: '1970-01-01 00:00:00 UTC',
      user: 'simulator',
    },
    system: { version, entity_id: ASTERISK_ID },
    config: { name: '', default_language: 'en', setid: { user: '', group: '' } },
    status: { startup_time: startedAt, last_reload_time: startedAt },
  };
  const info = ({ only }: Parameters) => {
    const wanted = only === undefined ? Object.keys(facts) : only.split(',');
    return json(Object.fromEntries(Object.entries(facts).filter(([name]) => wanted.includes(name))));
  };
  const describe = (name: string) => ({
    name: `${name}.so`,
    description: name,
    use_count: 0,
    status: 'Running',
    support_level: 'core',
  });
  const getModule = ({ moduleName }: Parameters) => {
    const name = modules.find((module) => `${module}.so` === moduleName);
    if (name === undefined) throw new AriError(404, 'Module could not be found in running modules');
    return json(describe(name));
  };
  const ping = () => json({ ping: 'pong', timestamp: timestamp(new Date()), asterisk_id: ASTERISK_ID });
  return [
    operation('getInfo', 'GET /asterisk/info', 'AsteriskInfo', ['only'], info),
    operation('ping', 'GET /asterisk/ping', 'AsteriskPing', [], ping),
    operation('listModules', 'GET /asterisk/modules', 'List[Module]', [], () => json(modules.map(describe))),
    operation('getModule', 'GET /asterisk/modules/{moduleName}', 'Module', [], getModule),
  ];
}
