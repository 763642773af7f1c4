/** All routes of the running application, found once at the start; it refuses one without a permission that somebody can have. */
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { ConsiliumError, isRight } from '@consilium/shared/vocabulary';
import { Authenticators } from './actor.js';
import { declarationOf, rightsOf, type RouteDeclaration } from './route.js';

export interface RouteEntry extends RouteDeclaration {
  /** From the root, with parameters as `:name`. */
  readonly fullPath: string;
  /** Controller and method, for messages and as operation id. */
  readonly name: string;
}

@Injectable()
export class RouteTable implements OnApplicationBootstrap {
  private found: readonly RouteEntry[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly authenticators: Authenticators,
  ) {}

  get routes(): readonly RouteEntry[] {
    return this.found;
  }

  /** @throws ConsiliumError 'internal' naming the handler that has no permission, an unknown right or one that nobody can prove. */
  onApplicationBootstrap(): void {
    this.found = this.discovery
      .getControllers()
      .flatMap(({ metatype }) => (typeof metatype === 'function' ? this.routesOf(metatype) : []));
  }

  private routesOf(
    controller: object & { readonly name: string; readonly prototype?: unknown },
  ): RouteEntry[] {
    const prototype = controller.prototype as Readonly<Record<string, unknown>>;
    const base = Reflect.getMetadata(PATH_METADATA, controller) as string;
    return this.scanner.getAllMethodNames(prototype).flatMap((method) => {
      const handler = prototype[method];
      if (typeof handler !== 'function' || !Reflect.hasMetadata(PATH_METADATA, handler)) {
        return [];
      }
      const name = `${controller.name}.${method}`;
      const declaration = declarationOf(handler);
      if (declaration === undefined) {
        throw new ConsiliumError(
          'internal',
          `route ${name} has no permission: declare it with @Route`,
        );
      }
      this.requireProvable(name, declaration);
      const fullPath = `/${[base, declaration.path].map(trimSlashes).filter(Boolean).join('/')}`;
      return [{ ...declaration, fullPath, name }];
    });
  }

  private requireProvable(name: string, { permission }: RouteDeclaration): void {
    if (permission === 'public') {
      return;
    }
    const rights: readonly string[] = rightsOf(permission);
    const unknown = rights.find((right) => !isRight(right));
    if (unknown !== undefined || (permission !== 'signed-in' && rights.length === 0)) {
      const what = unknown === undefined ? 'an empty list of rights' : `the right ${unknown}`;
      throw new ConsiliumError('internal', `route ${name} names ${what}, which there is not`);
    }
    if (this.authenticators.count === 0) {
      throw new ConsiliumError('internal', `route ${name} needs a person, which nothing can prove`);
    }
  }
}

function trimSlashes(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}
