/** `/bridges`. */
import { randomUUID } from 'node:crypto';
import { AriError } from './ari-error.ts';
import type { Channel } from './channel.ts';
import type { Pbx } from './pbx.ts';
import { DONE, json, operations, type Operation, type Parameters } from './rest-table.ts';

export function bridgeOperations(pbx: Pbx): readonly Operation[] {
  const operation = operations('bridges');
  const bridge = ({ bridgeId = '' }: Parameters) => pbx.bridge(bridgeId);

  const members = ({ channel }: Parameters): readonly Channel[] => {
    if (!channel) throw new AriError(400, 'Missing parameter channel');
    return channel.split(',').map((id) => {
      const member = pbx.channels.find((one) => one.id === id);
      if (!member) throw new AriError(400, 'Channel not found');
      if (!member.stasis) throw new AriError(422, 'Channel not in Stasis application');
      return member;
    });
  };
  const create = (given: Parameters) => json(pbx.createBridge(given.bridgeId ?? randomUUID()).toJson());
  const destroy = (given: Parameters) => {
    pbx.destroyBridge(bridge(given));
    return DONE;
  };
  const add = (given: Parameters) => {
    const target = bridge(given);
    for (const member of members(given)) {
      // A channel is in one bridge at a time: it leaves the one that it is in.
      for (const other of pbx.bridges) if (other !== target) other.remove(member);
      target.add(member);
    }
    return DONE;
  };
  const remove = (given: Parameters) => {
    const target = bridge(given);
    for (const member of members(given)) {
      if (!target.has(member)) throw new AriError(422, 'Channel not in this bridge');
      target.remove(member);
    }
    return DONE;
  };
  return [
    operation('list', 'GET /bridges', 'List[Bridge]', [], () => json(pbx.bridges.map((one) => one.toJson()))),
    operation('create', 'POST /bridges', 'Bridge', ['type', 'bridgeId'], create),
    operation('createWithId', 'POST /bridges/{bridgeId}', 'Bridge', ['type'], create),
    operation('get', 'GET /bridges/{bridgeId}', 'Bridge', [], (given) => json(bridge(given).toJson())),
    operation('destroy', 'DELETE /bridges/{bridgeId}', 'void', [], destroy),
    operation('addChannel', 'POST /bridges/{bridgeId}/addChannel', 'void', ['channel'], add),
    operation('removeChannel', 'POST /bridges/{bridgeId}/removeChannel', 'void', ['channel'], remove),
  ];
}
