/** The OpenAPI 3.1 document, written from the declarations of the routes: it cannot drift from what they check. */
import { z } from 'zod';
import { rightsOf, type RouteDeclaration } from './route.js';
import type { RouteEntry } from './route-table.js';

type JsonSchema = Readonly<Record<string, unknown>>;

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: JsonSchema;
}

export function openApiDocument(routes: readonly RouteEntry[], version: string): OpenApiDocument {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.fullPath.replaceAll(/:([A-Za-z]+)/g, '{$1}');
    const operations = (paths[path] ??= {});
    operations[route.method.toLowerCase()] = operationOf(route);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Consilium coordinator', version },
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'An API token of an operator.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'consilium-session',
          description: 'The session of a browser; "__Host-consilium-session" where TLS is used.',
        },
      },
      responses: { problem: problemResponse() },
    },
  };
}

function operationOf(route: RouteEntry): JsonSchema {
  return {
    operationId: route.name,
    summary: route.summary,
    ...securityOf(route),
    parameters: [...parametersOf(route.params, 'path'), ...parametersOf(route.query, 'query')],
    ...(route.body === undefined ? {} : { requestBody: requestBodyOf(route.body) }),
    responses: {
      [String(route.status ?? 200)]: responseOf(route.response),
      default: { $ref: '#/components/responses/problem' },
    },
  };
}

/** OpenAPI 3.1 section 4.8.30: for schemes other than OAuth the list may name the roles that are needed; here rights. */
function securityOf({ permission }: RouteEntry): JsonSchema {
  if (permission === 'public') {
    return { security: [] };
  }
  const rights = rightsOf(permission);
  return { security: [{ token: rights }, { session: rights }] };
}

function parametersOf(schema: z.ZodType | undefined, place: 'path' | 'query'): JsonSchema[] {
  if (schema === undefined) {
    return [];
  }
  const { properties = {}, required = [] } = jsonSchema(schema, 'input');
  const names = required as readonly string[];
  return Object.entries(properties as Readonly<Record<string, unknown>>).map(([name, value]) => ({
    name,
    in: place,
    required: place === 'path' || names.includes(name),
    schema: value,
  }));
}

function requestBodyOf(body: NonNullable<RouteDeclaration['body']>): JsonSchema {
  const type = body.as === 'json' ? 'application/json' : 'text/plain';
  return { required: true, content: { [type]: { schema: jsonSchema(body.schema, 'input') } } };
}

function responseOf(response: RouteDeclaration['response']): JsonSchema {
  if (response === 'nothing') {
    return { description: 'Done.' };
  }
  if (typeof response === 'string') {
    return { description: 'The content.', content: { [response]: {} } };
  }
  return {
    description: 'The answer.',
    content: { 'application/json': { schema: jsonSchema(response, 'output') } },
  };
}

/** Transforms and brands have no JSON Schema; what is on the wire before them has. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const schemaAndDialect: JsonSchema = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return Object.fromEntries(Object.entries(schemaAndDialect).filter(([key]) => key !== '$schema'));
}

function problemResponse(): JsonSchema {
  const text = { type: 'string' };
  return {
    description: 'A problem (RFC 9457).',
    content: {
      'application/problem+json': {
        schema: {
          type: 'object',
          required: ['type', 'code', 'title', 'status', 'detail', 'help'],
          properties: {
            type: text,
            code: text,
            title: text,
            status: { type: 'integer' },
            detail: text,
            help: text,
            instance: text,
            evidence: { type: 'object' },
          },
        },
      },
    },
  };
}
