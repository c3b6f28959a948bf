import { join } from 'node:path';
import { loadSync, type Options } from '@grpc/proto-loader';
import { projectRoot } from '../../base/project-root.ts';

const LOAD_OPTIONS = {
  keepCase: true,
  longs: Number,
  enums: String,
  defaults: true,
  oneofs: true,
} as const satisfies Options;

/** The typed definition of a service in a file of `proto/`, which is read from disk; fields keep the wire's snake_case names. */
export function loadService<Service>(file: string, name: string): Service {
  const definitions = loadSync(file, { ...LOAD_OPTIONS, includeDirs: [join(projectRoot(), 'proto')] });
  const service = definitions[name];
  if (service === undefined) throw new Error(`${file} defines no ${name}`);
  return service as unknown as Service;
}
