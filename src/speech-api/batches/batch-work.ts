/** What is done for one item of a batch. */
import type { Storage } from '../../storage/storage.ts';
import type { Desks } from '../desks.ts';
import { heardWish, keptSpeech, spokenWish, toldSpeech } from '../native-work.ts';
import { SpeechRefusal } from '../refusal.ts';
import type { ItemWork } from './batch-runner.ts';

/** What is spoken is kept in the storage; a recording is deleted there once it was heard. */
export function batchWork(desks: Desks, storage: Storage): ItemWork {
  return async (job, index, signal) => {
    if (job.operation === 'tts') {
      const item = job.items[index];
      if (!item) throw missing();
      const { speech, audio } = await spokenWish(desks, item, signal);
      const { id } = await keptSpeech(storage, speech, audio, job.owner);
      const details = { warnings: speech.warnings };
      return { file_id: id, result: { ...toldSpeech(speech, audio), details } };
    }
    const item = job.items[index];
    const recording = item && (await storage.read(item.file));
    if (!recording) throw missing();
    const result = await heardWish(desks, recording.content, item, signal);
    // What cannot be deleted now is deleted by its age.
    await storage.delete(item.file).catch(() => false);
    return { result };
  };
}

const missing = () => new SpeechRefusal('RESOURCE_NOT_FOUND', 'The recording is not there any more.');
