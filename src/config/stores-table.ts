/** Of the table of settings: what several processes of the speech API share, and where its audio lies. */
import { httpUrl, key, redisUrl, storageUrl, text, whole } from './setting-kinds.ts';
import { optional, or } from './setting.ts';

export const STORES_SETTINGS = {
  REDIS_URL: optional(
    redisUrl,
    'the Redis through which processes share what was spoken, recognised and counted; each is on its own without',
  ),
  VOICE_CACHE_TTL: or(
    '86400',
    whole('seconds', 0, 31_536_000),
    'how long the speech API gives again what was spoken before; a transcript at most an hour',
  ),
  STORAGE_URL: optional(
    storageUrl,
    'where its audio lies: file:DIRECTORY, s3://BUCKET, or s3: for the buckets voice-files and temp; DATA_DIR/audio if not given',
  ),
  STORAGE_KEEP_DAYS: or(
    '30',
    whole('days', 1, 3650),
    'audio older than that is deleted; temporary files after a day',
  ),
  MINIO_ENDPOINT: optional(httpUrl, 'the S3 service, such as http://minio:9000; that of AWS if not given'),
  MINIO_REGION: or('us-east-1', text, 'its region; MinIO itself takes any'),
  MINIO_ACCESS_KEY: optional(key, "the name of an account's key there; required for s3"),
  MINIO_SECRET_KEY: optional(key, 'and its secret; required for s3'),
} as const;
