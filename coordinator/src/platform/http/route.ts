/**
 * A route is a declaration: method, path, permission, what goes in and what comes out. The guard, the input checks and the
 * OpenAPI document all read it; a handler without one does not start.
 */
import {
  applyDecorators,
  Header,
  HttpCode,
  RequestMapping,
  RequestMethod,
  SetMetadata,
} from '@nestjs/common';
import 'reflect-metadata';
import type { Right } from '@consilium/shared/vocabulary';
import type { z } from 'zod';
import type { RefusedAccess } from './refusals.js';

/** Everybody, every person with an account, or whoever holds the right (of a list, any one). There is none by role. */
export type Permission = 'public' | 'signed-in' | Right | readonly Right[];

export interface RouteDeclaration {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the controller's path; parameters as `:name`. */
  readonly path: string;
  /** Who may call it. */
  readonly permission: Permission;
  /** One sentence for the API document. */
  readonly summary: string;
  /** 200 if not given. */
  readonly status?: number;
  /** Path parameters; required where the path has any. */
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: RouteBodyDeclaration;
  /** Tighter than what every address may ask of all routes together. */
  readonly limit?: RouteLimit;
  /** What a wrong secret is here, for the log: where strangers try to become somebody. */
  readonly refusedAs?: RefusedAccess;
  /** The JSON that comes back, or the media type of what is no JSON, or 'nothing'. */
  readonly response: z.ZodType | MediaType | 'nothing';
}

export interface RouteLimit {
  /** A third of it may come at once. */
  readonly perMinute: number;
  /** Of one address, or of one signed-in account from wherever it asks. */
  readonly by: 'address' | 'actor';
}

export type MediaType = `${string}/${string}`;

export interface RouteBodyDeclaration {
  /** 'json' is parsed strictly; 'text' arrives as a string, whatever text type it claims. */
  readonly as: 'json' | 'text';
  readonly schema: z.ZodType;
  readonly maxBytes: number;
}

const ROUTE = Symbol('route');

export function Route(declaration: RouteDeclaration): MethodDecorator {
  const { response } = declaration;
  const mediaType =
    typeof response === 'string' && response !== 'nothing'
      ? [Header('Content-Type', response)]
      : [];
  return applyDecorators(
    RequestMapping({ path: declaration.path, method: RequestMethod[declaration.method] }),
    HttpCode(declaration.status ?? 200),
    SetMetadata(ROUTE, declaration),
    ...mediaType,
  );
}

/** @param handler a method of a controller. */
export function declarationOf(handler: object): RouteDeclaration | undefined {
  return Reflect.getMetadata(ROUTE, handler) as RouteDeclaration | undefined;
}

/** The rights of which one opens the route; none for a route that needs no right. */
export function rightsOf(permission: Permission): readonly Right[] {
  if (permission === 'public' || permission === 'signed-in') {
    return [];
  }
  return typeof permission === 'string' ? [permission] : permission;
}
