import { expect, it } from 'vitest';
import { silentLog } from './log.ts';
import { openRedis } from './redis.ts';
import { runScript } from './redis-script.ts';
import { describeWithRedis } from './testing/describe-with-redis.ts';

const ADD = `return redis.call('INCRBY', KEYS[1], ARGV[1])`;

describeWithRedis('a script in Redis', (start) => {
  it('goes there once, and again after Redis has forgotten it', async () => {
    const redis = openRedis((await start()).url, silentLog);
    await new Promise((resolve) => redis.once('ready', resolve));
    const evals = async () => /cmdstat_eval:calls=(\d+)/.exec(await redis.info('commandstats'))?.[1];
    for (let times = 1; times <= 5; times++) expect(await runScript(redis, ADD, ['n'], [2])).toBe(times * 2);
    expect(await evals()).toBe('1');
    await redis.script('FLUSH');
    expect(await Promise.all([runScript(redis, ADD, ['n'], [1]), runScript(redis, ADD, ['n'], [1])])).toEqual(
      [11, 12],
    );
    await expect(runScript(redis, 'return redis.call("NONSENSE")', [], [])).rejects.toThrow(
      'Unknown Redis command',
    );
    redis.disconnect();
  });
});
