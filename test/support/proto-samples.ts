/** Example messages made from a proto file's own description: one for every field, however deep, and for every value of an enum. */
import { isDeepStrictEqual } from 'node:util';
import { loadSync, type MessageTypeDefinition, type PackageDefinition } from '@grpc/proto-loader';

/** A message that holds one leaf and the path to it, as Parley's codec takes it and as protobuf's JSON writes it. */
export interface ProtoSample {
  readonly path: string;
  readonly fields: object;
  readonly json: object;
}

export interface ProtoFile {
  /** Below `proto/`. */
  readonly path: string;
  readonly packageName: string;
}

/** The samples of the message `name`, and the JSON names of every field of every message below it. */
export function protoSamples({ path, packageName }: ProtoFile, name: string): readonly ProtoSample[] {
  const loaded = loadSync(path, { keepCase: true, includeDirs: ['proto'] });
  return samplesOf(descriptorOf(loaded, `${packageName}.${name}`), (typeName) =>
    descriptorOf(loaded, `${packageName}.${typeName}`),
  );
}

/** The JSON names of the fields of each message of the file, nested ones as `Outer_Inner`. */
export function protoFields({ path, packageName }: ProtoFile): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, readonly string[]>();
  const note = (descriptor: Descriptor, prefix: string): void => {
    const name = prefix + descriptor.name;
    fields.set(
      name,
      descriptor.field.map((field) => camelCase(field.name)),
    );
    for (const nested of descriptor.nestedType) note(nested, `${name}_`);
  };
  for (const [name, definition] of Object.entries(loadSync(path, { includeDirs: ['proto'] }))) {
    if (name.startsWith(packageName) && isMessage(definition)) note(definition.type as Descriptor, '');
  }
  return fields;
}

/** True if `whole` holds everything of `part`; what else it holds are defaults. */
export function holds(whole: unknown, part: unknown): boolean {
  if (Array.isArray(part)) {
    return Array.isArray(whole) && part.every((item, at) => holds((whole as unknown[])[at], item));
  }
  if (typeof part !== 'object' || part === null || part instanceof Uint8Array)
    return isDeepStrictEqual(whole, part);
  if (typeof whole !== 'object' || whole === null) return false;
  return Object.entries(part).every(([key, value]) => holds((whole as Record<string, unknown>)[key], value));
}

interface FieldDescriptor {
  readonly name: string;
  readonly number: number;
  readonly label: string;
  readonly type: string;
  readonly typeName: string;
}

interface EnumDescriptor {
  readonly name: string;
  readonly value: readonly { readonly name: string }[];
}

interface Descriptor {
  readonly name: string;
  readonly field: readonly FieldDescriptor[];
  readonly nestedType: readonly Descriptor[];
  readonly enumType: readonly EnumDescriptor[];
  /** An enum's own description has these instead. */
  readonly value?: EnumDescriptor['value'];
}

type Lookup = (typeName: string) => Descriptor;
/** A value as Parley's codec takes it, and as protobuf's JSON writes it. */
type Value = readonly [path: string, ours: unknown, json: unknown];

function samplesOf(message: Descriptor, lookup: Lookup): ProtoSample[] {
  return message.field.flatMap((field) =>
    valuesOf(field, message, lookup).map(([path, ours, json]) => {
      const many = field.label === 'LABEL_REPEATED';
      return {
        path: `${field.name}${path}`,
        fields: { [field.name]: many ? [ours, ours] : ours },
        json: { [camelCase(field.name)]: many ? [json, json] : json },
      };
    }),
  );
}

function valuesOf(field: FieldDescriptor, within: Descriptor, lookup: Lookup): readonly Value[] {
  switch (field.type) {
    case 'TYPE_STRING':
      return same(`слово ${field.number}`);
    case 'TYPE_BOOL':
      return same(true);
    case 'TYPE_DOUBLE':
      return same(field.number + 0.25);
    case 'TYPE_INT64':
      // Beyond 32 bits, so that a field of the wrong width is found.
      return same(5_000_000_000 + field.number);
    case 'TYPE_BYTES':
      return [
        ['', Buffer.from([field.number, 0, 255]), Buffer.from([field.number, 0, 255]).toString('base64')],
      ];
    case 'TYPE_ENUM':
      return enumValues(field, within, lookup).map(({ name }) => [`=${name}`, name, name]);
    case 'TYPE_MESSAGE':
      return messageValues(field, within, lookup);
    default:
      throw new Error(`${field.name} is of a type without a sample: ${field.type}`);
  }
}

function enumValues(field: FieldDescriptor, within: Descriptor, lookup: Lookup): EnumDescriptor['value'] {
  const inside = within.enumType.find(({ name }) => name === field.typeName);
  const values = inside?.value ?? lookup(field.typeName).value ?? [];
  if (values.length < 2) throw new Error(`${field.name}: an enum without values`);
  return values;
}

function messageValues(field: FieldDescriptor, within: Descriptor, lookup: Lookup): readonly Value[] {
  if (field.typeName === 'google.protobuf.Struct') {
    return [['', { fields: { type: { stringValue: 'object' } } }, { type: 'object' }]];
  }
  const message = within.nestedType.find(({ name }) => name === field.typeName) ?? lookup(field.typeName);
  if (message.field.length === 0) return [['', {}, {}]];
  return samplesOf(message, lookup).map(({ path, fields, json }) => [`.${path}`, fields, json]);
}

function same(value: unknown): readonly Value[] {
  return [['', value, value]];
}

function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function isMessage(
  definition: PackageDefinition[string],
): definition is MessageTypeDefinition<object, object> {
  return 'format' in definition && definition.format === 'Protocol Buffer 3 DescriptorProto';
}

function descriptorOf(loaded: PackageDefinition, name: string): Descriptor {
  const definition = loaded[name];
  if (definition === undefined || !('type' in definition)) throw new Error(`no type ${name}`);
  return definition.type as Descriptor;
}
