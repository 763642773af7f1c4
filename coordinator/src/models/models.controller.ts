import { Controller } from '@nestjs/common';
import { backboneDescriptionSchema, type BackboneDescription } from '@consilium/shared/protocol';
import { z } from 'zod';
import { Route } from '../platform/http/route.js';
import { RouteBody } from '../platform/http/route-input.js';
import { BackbonesService } from './backbones.service.js';

@Controller('v1/backbones')
export class ModelsController {
  constructor(private readonly backbones: BackbonesService) {}

  @Route({
    method: 'POST',
    path: '',
    permission: 'backbones.register',
    summary: 'Registers a backbone by the description that "consilium-agent model inspect" prints.',
    status: 201,
    body: { as: 'json', schema: backboneDescriptionSchema, maxBytes: 16_384 },
    response: backboneDescriptionSchema,
  })
  register(@RouteBody() body: BackboneDescription): Promise<BackboneDescription> {
    return this.backbones.register(body);
  }

  @Route({
    method: 'GET',
    path: '',
    permission: 'backbones.read',
    summary: 'The backbones that studies may name.',
    response: z.array(backboneDescriptionSchema),
  })
  list(): Promise<BackboneDescription[]> {
    return this.backbones.list();
  }
}
