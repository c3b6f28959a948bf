import { join } from 'node:path';
import { loadSync, type Options, type PackageDefinition } from '@grpc/proto-loader';
import { projectRoot } from '../../base/project-root.ts';

const LOAD_OPTIONS = {
  keepCase: true,
  longs: Number,
  enums: String,
  defaults: true,
  oneofs: true,
} as const satisfies Options;

/** By file: what is in `proto/` does not change, and to read it takes longer than to build all the rest of a provider. */
const loaded = new Map<string, PackageDefinition>();

/** The typed definition of a service in a file of `proto/`, which is read from disk once; fields keep the wire's snake_case names. */
export function loadService<Service>(file: string, name: string): Service {
  const definitions =
    loaded.get(file) ?? loadSync(file, { ...LOAD_OPTIONS, includeDirs: [join(projectRoot(), 'proto')] });
  loaded.set(file, definitions);
  const service = definitions[name];
  if (service === undefined) throw new Error(`${file} defines no ${name}`);
  return service as unknown as Service;
}
