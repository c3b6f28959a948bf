/** Speech that lies where its owner can fetch it: once for each owner, however often it is given again. */
import { LRUCache } from 'lru-cache';
import type { Storage, StoredFile } from '../storage/storage.ts';
import { sharedKey } from '../speech/cache/voice-key.ts';
import { keptSpeech } from './native-work.ts';
import type { Speech } from './speech-desk.ts';

/** Of whose files it is remembered which they are; the file of what is forgotten is made once more. */
const MOST_REMEMBERED = 10_000;

export class KeptFiles {
  readonly #storage: Storage;
  readonly #files = new LRUCache<string, Promise<StoredFile>>({ max: MOST_REMEMBERED });

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** An address of this speech. Throws STORAGE_*. */
  async linkTo(speech: Speech, audio: Uint8Array, owner: string): Promise<string> {
    const { id } = await this.#fileOf(speech, audio, owner);
    return this.#storage.link(id);
  }

  async #fileOf(speech: Speech, audio: Uint8Array, owner: string): Promise<StoredFile> {
    const name = `${owner} ${sharedKey(speech.key)}`;
    const known = speech.cached ? this.#files.get(name) : undefined;
    // Its owner may have deleted it, and so may its age.
    const file = known && (await known.catch(() => undefined));
    if (file && (await this.#storage.info(file.id))) return file;
    const made = keptSpeech(this.#storage, speech, audio, owner);
    this.#files.set(name, made);
    made.catch(() => this.#files.get(name) === made && this.#files.delete(name));
    return made;
  }
}
