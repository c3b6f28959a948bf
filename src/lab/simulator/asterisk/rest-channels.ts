/** `/channels`: signalling, snoops, and what is played to and recorded from a channel. */
import { randomUUID } from 'node:crypto';
import { AriError } from './ari-error.ts';
import { Deed } from './command.ts';
import { mediaCodec } from './media-codec.ts';
import type { Pbx } from './pbx.ts';
import {
  created,
  DONE,
  json,
  operations,
  type Answer,
  type Operation,
  type Parameters,
} from './rest-table.ts';

export function channelOperations(pbx: Pbx): readonly Operation[] {
  const operation = operations('channels');
  const channel = ({ channelId = '' }: Parameters) => pbx.channel(channelId);

  const hangup = (given: Parameters) => {
    pbx.hangup(channel(given), { cause: 32, soft: true });
    return DONE;
  };
  const originate = (given: Parameters) => {
    const { channelId = randomUUID(), endpoint, originator, app, appArgs, callerId = '' } = given;
    if (!endpoint) throw new AriError(400, 'Endpoint must be specified');
    if (!app) throw new AriError(400, 'Application or extension must be specified');
    if (originator) pbx.channel(originator);
    const variables = (given.variables ?? {}) as unknown as Readonly<Record<string, string>>;
    const call = {
      id: channelId,
      endpoint,
      stasis: { app, args: appArgs ? appArgs.split(',') : [] },
      callerNumber: /<(.*)>/.exec(callerId)?.[1] ?? callerId,
      variables,
    };
    return json(pbx.originate(call).toJson());
  };
  const create = (given: Parameters) => {
    const { channelId: id = randomUUID(), endpoint, app, appArgs } = given;
    if (!endpoint || !app) throw new AriError(400, 'Endpoint and application must be specified');
    const variables = (given.variables ?? {}) as unknown as Readonly<Record<string, string>>;
    const stasis = { app, args: appArgs ? appArgs.split(',') : [] };
    return json(pbx.create({ id, endpoint, stasis, callerNumber: '', variables }).toJson());
  };
  const dial = (given: Parameters) => {
    pbx.dial(channel(given));
    return DONE;
  };
  const answer = (given: Parameters) =>
    new Promise<Answer>((resolve, reject) => {
      const called = channel(given);
      const work = () => {
        called.answer();
        resolve(DONE);
      };
      called.command(new Deed(work, () => reject(new AriError(500, 'Failed to answer channel'))));
    });
  const continueInDialplan = (given: Parameters) => {
    const { context = 'default', extension = 's', priority = '1' } = given;
    pbx.continue(channel(given), `${context},${extension},${priority}`);
    return DONE;
  };
  const setVariable = (given: Parameters) => {
    const target = channel(given);
    if (!given.variable) throw new AriError(400, 'Variable name is required');
    target.setVariable(given.variable, given.value ?? '');
    return DONE;
  };
  const getVariable = (given: Parameters) => {
    const [, place] = /^DIALPLAN_EXISTS\((.*)\)$/.exec(given.variable ?? '') ?? [];
    const target = channel(given);
    if (place !== undefined) return json({ value: pbx.hasPlace(place) ? '1' : '0' });
    const value = target.variable(given.variable ?? '');
    if (value === undefined) throw new AriError(404, 'Provided variable was not found');
    return json({ value });
  };
  const snoop = (given: Parameters) => {
    const spied = pbx.channels.find(({ id }) => id === given.channelId);
    if (!spied) throw new AriError(404, 'Provided channel was not found');
    const { spy, app, appArgs, snoopId } = given;
    if (!app) throw new AriError(400, 'Application name is required');
    if (!spy) throw new AriError(400, 'Direction must be specified for at least spy or whisper');
    if (spy !== 'in') throw new AriError(400, 'Invalid direction specified for spy');
    return json(pbx.snoop(spied, snoopId, app, appArgs ? appArgs.split(',') : []).toJson());
  };
  const externalMedia = (given: Parameters) => {
    const { app, data, format = '', connection_type, encapsulation, external_host, transport } = given;
    if (!app) throw new AriError(400, 'app cannot be empty');
    if (connection_type !== 'server' || external_host !== 'INCOMING' || transport !== 'websocket')
      throw new AriError(400, "'server' connection_type can only be used with the websocket transport");
    if (encapsulation !== 'none')
      throw new AriError(400, "encapsulation must be 'none' for websocket transport");
    const codec = mediaCodec(format);
    if (!codec || given.transport_data !== 'f(json)')
      throw new AriError(500, 'An internal error prevented this request from being handled');
    const made = pbx.externalMedia(given.channelId, codec, { app, args: data ? data.split(',') : [] });
    return json({ ...made.channel.toJson(), channelvars: made.end.variables });
  };
  const play = (given: Parameters) => {
    const target = channel(given);
    if (!given.media) throw new AriError(500, 'Failed to queue media for playback');
    return created(pbx.play(target, given.playbackId ?? randomUUID(), given.media, given.lang ?? 'en'));
  };
  const record = (given: Parameters) => {
    const target = channel(given);
    const { name, format, ifExists = 'fail', maxDurationSeconds = '0' } = given;
    if (!name) throw new AriError(500, 'Error parsing request');
    if (format !== 'wav') throw new AriError(422, 'specified format is unknown on this system');
    if (ifExists !== 'fail' && ifExists !== 'overwrite') throw new AriError(400, 'ifExists invalid');
    const request = {
      name,
      format,
      channelId: target.id,
      maxDurationSeconds: Number.parseInt(maxDurationSeconds, 10),
    };
    return created(pbx.record(target, request, ifExists));
  };

  const mediaQuery = [
    ...['channelId', 'app', 'data', 'external_host', 'encapsulation'],
    ...['transport', 'connection_type', 'format', 'transport_data'],
  ];
  const playQuery = ['media', 'lang'];
  const snoopQuery = ['spy', 'app', 'appArgs'];
  return [
    operation('list', 'GET /channels', 'List[Channel]', [], () =>
      json(pbx.channels.map((one) => one.toJson())),
    ),
    operation('get', 'GET /channels/{channelId}', 'Channel', [], (given) => json(channel(given).toJson())),
    operation(
      'originateWithId',
      'POST /channels/{channelId}',
      'Channel',
      ['endpoint', 'originator', 'app', 'appArgs', 'callerId', 'timeout', 'variables'],
      originate,
    ),
    operation(
      'create',
      'POST /channels/create',
      'Channel',
      ['endpoint', 'app', 'appArgs', 'channelId', 'variables'],
      create,
    ),
    operation('dial', 'POST /channels/{channelId}/dial', 'void', ['timeout'], dial),
    operation('hangup', 'DELETE /channels/{channelId}', 'void', ['reason'], hangup),
    operation('answer', 'POST /channels/{channelId}/answer', 'void', [], answer),
    operation(
      'continueInDialplan',
      'POST /channels/{channelId}/continue',
      'void',
      ['context', 'extension', 'priority'],
      continueInDialplan,
    ),
    operation('getChannelVar', 'GET /channels/{channelId}/variable', 'Variable', ['variable'], getVariable),
    operation(
      'setChannelVar',
      'POST /channels/{channelId}/variable',
      'void',
      ['variable', 'value'],
      setVariable,
    ),
    operation(
      'snoopChannel',
      'POST /channels/{channelId}/snoop',
      'Channel',
      [...snoopQuery, 'snoopId'],
      snoop,
    ),
    operation(
      'snoopChannelWithId',
      'POST /channels/{channelId}/snoop/{snoopId}',
      'Channel',
      snoopQuery,
      snoop,
    ),
    operation('externalMedia', 'POST /channels/externalMedia', 'Channel', mediaQuery, externalMedia),
    operation('play', 'POST /channels/{channelId}/play', 'Playback', [...playQuery, 'playbackId'], play),
    operation('playWithId', 'POST /channels/{channelId}/play/{playbackId}', 'Playback', playQuery, play),
    operation(
      'record',
      'POST /channels/{channelId}/record',
      'LiveRecording',
      ['name', 'format', 'maxDurationSeconds', 'ifExists'],
      record,
    ),
  ];
}
