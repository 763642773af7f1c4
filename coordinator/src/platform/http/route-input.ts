/** Hands a route's handler its parameters, query and body, checked by the schemas of the route's declaration. */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { parseJson } from '@consilium/shared/encoding';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Request } from 'express';
import type { z } from 'zod';
import { actorOf, type Actor } from './actor.js';
import { readBody } from './request-body.js';
import { declarationOf, type RouteDeclaration } from './route.js';
import { parseWith } from './zod-input.js';

/** The path parameters, as the declaration's `params` makes them. */
export const RouteParams = createParamDecorator(
  (_: undefined, context: ExecutionContext): unknown => {
    const { request, declaration } = routeOf(context);
    return parseWith(required(declaration.params, 'params'), request.params, 'path');
  },
);

/** The query, as the declaration's `query` makes it; values arrive as text. */
export const RouteQuery = createParamDecorator(
  (_: undefined, context: ExecutionContext): unknown => {
    const { request, declaration } = routeOf(context);
    return parseWith(required(declaration.query, 'query'), { ...request.query }, 'query');
  },
);

/** The body. It is read here, after the guard: who may not call the route cannot make the coordinator hold bytes. */
export const RouteBody = createParamDecorator(
  async (_: undefined, context: ExecutionContext): Promise<unknown> => {
    const { request, declaration } = routeOf(context);
    const body = required(declaration.body, 'body');
    const text = await readBody(request, body);
    const value = body.as === 'json' ? parseJson(text, { maxBytes: body.maxBytes }) : text;
    return parseWith(body.schema, value, 'body');
  },
);

/** Who asks. */
export const RouteActor = createParamDecorator((_: undefined, context: ExecutionContext): Actor =>
  actorOf(context.switchToHttp().getRequest<Request>()),
);

function routeOf(context: ExecutionContext): { request: Request; declaration: RouteDeclaration } {
  const declaration = required(declarationOf(context.getHandler()), 'a declaration');
  return { request: context.switchToHttp().getRequest<Request>(), declaration };
}

function required<T extends z.ZodType | object>(value: T | undefined, name: string): T {
  if (value === undefined) {
    throw new ConsiliumError(
      'internal',
      `a handler asks for ${name} that its route does not declare`,
    );
  }
  return value;
}
