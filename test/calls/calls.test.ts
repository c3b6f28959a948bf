/** The shipped calls, run again with today's code. */
import { join } from 'node:path';
import { test } from 'vitest';
import { projectRoot } from '../../src/base/project-root.ts';
import { testCalls } from '../../src/testing.ts';

await testCalls(join(projectRoot(), 'test/calls'), test);
