import { Controller } from '@nestjs/common';
import { challengeSchema, type Challenge } from '@consilium/shared/protocol';
import { Route } from '../platform/http/route.js';
import { HandshakeService } from './handshake.service.js';

@Controller('v1/handshake')
export class HandshakeController {
  constructor(private readonly handshakes: HandshakeService) {}

  @Route({
    method: 'GET',
    path: 'challenge',
    permission: 'public',
    summary: 'Random bytes for a site to sign when it opens its socket.',
    response: challengeSchema,
  })
  challenge(): Challenge {
    return this.handshakes.challenge();
  }
}
