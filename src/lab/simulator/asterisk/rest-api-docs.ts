/**
 * ARI's self-description in Swagger 1.1, which clients such as ari-client read before anything else: made from the simulator's own
 * operations and events, so it tells exactly what the simulator can do.
 */
import { EVENT_OBJECTS } from './ari-events.ts';
import type { Operation } from './rest-table.ts';

/** All documents by name: `resources` lists the others. */
export function apiDocs(
  operations: readonly Operation[],
  baseUrl: string,
): Readonly<Record<string, unknown>> {
  const basePath = `${baseUrl}/ari`;
  const head = { apiVersion: '2.0.0', swaggerVersion: '1.1', basePath };
  const resources = [...new Set(operations.map(({ resource }) => resource)), 'events'];
  const listed = resources.map((name) => ({ path: `/api-docs/${name}.{format}`, description: name }));
  const documents: Record<string, unknown> = { resources: { ...head, apis: listed } };
  for (const name of resources) {
    const own = operations.filter(({ resource }) => resource === name);
    documents[name] = {
      ...head,
      resourcePath: `/api-docs/${name}.{format}`,
      apis: own.map(describe),
      models: name === 'events' ? eventModels() : {},
    };
  }
  return documents;
}

function describe({ path, method, nickname, answers, query }: Operation) {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => parameter(name ?? '', 'path'));
  const inQuery = query.map((name) => parameter(name, 'query'));
  const operation = {
    httpMethod: method,
    summary: nickname,
    nickname,
    responseClass: answers,
    parameters: [...inPath, ...inQuery],
  };
  return { path, description: nickname, operations: [operation] };
}

function parameter(name: string, paramType: 'path' | 'query') {
  return {
    name,
    description: name,
    paramType,
    required: paramType === 'path',
    allowMultiple: false,
    dataType: 'string',
  };
}

function eventModels() {
  const models = Object.entries(EVENT_OBJECTS).map(([id, objects]) => {
    const properties = Object.entries(objects).map(
      ([name, type]) => [name, { type, description: name }] as const,
    );
    return [id, { id, description: id, properties: Object.fromEntries(properties) }] as const;
  });
  return Object.fromEntries(models);
}
