/** Of the table of settings: what several processes share, of the speech API and of a fleet, and where audio lies. */
import { httpUrl, instanceId, key, redisUrl, storageUrl, text, whole } from './setting-kinds.ts';
import { optional, or } from './setting.ts';

export const STORES_SETTINGS = {
  REDIS_URL: optional(
    redisUrl,
    'the Redis through which processes share what was spoken, recognised and counted, and who has which classic call of Twilio; with INSTANCE_ID, the memory of a fleet',
  ),
  INSTANCE_ID: optional(
    instanceId,
    'the name of this daemon among those that answer calls together; host: the name of the machine. Without it, a daemon is alone',
  ),
  FLEET_MAX_CALLS: optional(
    whole('calls', 1, 1_000_000),
    'calls at once of all daemons of a fleet together; MAX_CALLS is what this one takes',
  ),
  VOICE_CACHE_TTL: or(
    '86400',
    whole('seconds', 0, 31_536_000),
    'how long the speech API, and the daemons of a fleet each other, give again what was spoken before; a transcript at most an hour',
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
