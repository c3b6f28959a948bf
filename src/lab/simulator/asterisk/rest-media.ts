/** `/playbacks` and `/recordings`. */
import { AriError, found } from './ari-error.ts';
import type { Pbx } from './pbx.ts';
import { DONE, json, operations, type Operation, type Parameters } from './rest-table.ts';

export function playbackOperations(pbx: Pbx): readonly Operation[] {
  const operation = operations('playbacks');
  const playback = ({ playbackId = '' }: Parameters) => pbx.playback(playbackId);

  const control = (given: Parameters) => {
    const { operation: wanted } = given;
    const target = playback(given);
    if (!wanted) throw new AriError(400, 'Missing operation');
    if (wanted === 'pause') target.pause();
    else if (wanted === 'unpause') target.unpause();
    else throw new AriError(400, `Invalid operation ${wanted}`);
    return DONE;
  };
  const stop = (given: Parameters) => {
    playback(given).stop();
    return DONE;
  };
  return [
    operation('get', 'GET /playbacks/{playbackId}', 'Playback', [], (given) =>
      json(playback(given).toJson()),
    ),
    operation('stop', 'DELETE /playbacks/{playbackId}', 'void', [], stop),
    operation('control', 'POST /playbacks/{playbackId}/control', 'void', ['operation'], control),
  ];
}

export function recordingOperations(pbx: Pbx): readonly Operation[] {
  const operation = operations('recordings');
  const live = ({ recordingName = '' }: Parameters) => pbx.recording(recordingName);
  const stored = ({ recordingName = '' }: Parameters) => found(pbx.stored.file(recordingName), 'Recording');
  const describe = (name: string) => ({ name, format: 'wav' });

  const stop = (given: Parameters) => {
    live(given).stop();
    return DONE;
  };
  const cancel = (given: Parameters) => {
    live(given).cancel();
    return DONE;
  };
  const deleteStored = (given: Parameters) => {
    stored(given);
    pbx.stored.delete(given.recordingName ?? '');
    return DONE;
  };
  const getStored = (given: Parameters) => {
    stored(given);
    return json(describe(given.recordingName ?? ''));
  };
  const storedPath = '/recordings/stored/{recordingName}';
  const livePath = '/recordings/live/{recordingName}';
  return [
    operation('listStored', 'GET /recordings/stored', 'List[StoredRecording]', [], () =>
      json(pbx.stored.names.map(describe)),
    ),
    operation('getStored', `GET ${storedPath}`, 'StoredRecording', [], getStored),
    operation('deleteStored', `DELETE ${storedPath}`, 'void', [], deleteStored),
    operation('getStoredFile', `GET ${storedPath}/file`, 'binary', [], (given) => ({
      kind: 'file',
      type: 'audio/wav',
      bytes: stored(given),
    })),
    operation('getLive', `GET ${livePath}`, 'LiveRecording', [], (given) => json(live(given).toJson())),
    operation('cancel', `DELETE ${livePath}`, 'void', [], cancel),
    operation('stop', `POST ${livePath}/stop`, 'void', [], stop),
  ];
}
