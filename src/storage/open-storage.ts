/** The storage that the settings name. */
import { DirectoryStorage } from './directory-storage.ts';
import { S3Storage } from './s3-storage.ts';
import type { S3StorageOptions } from './s3-storage.ts';
import type { Storage } from './storage.ts';

export type StoragePlace =
  | { readonly kind: 'directory'; readonly dir: string }
  | ({ readonly kind: 's3' } & Omit<S3StorageOptions, 'nowMs'>);

/** Throws STORAGE_* where a directory cannot be used; an S3 service is asked first when there is something to be stored. */
export async function openStorage(place: StoragePlace): Promise<Storage> {
  return place.kind === 's3' ? new S3Storage(place) : DirectoryStorage.open(place);
}
