/**
 * An OpenID provider (oidc-provider, certified by the OpenID Foundation) as a process of its own, for the tests. It asks for a
 * subject on a page and believes it. What it claims beside the subject is hostile: roles that nobody gave.
 * Arguments: client id, client secret, redirect URI. The first line on standard output is its address.
 */
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const [clientId, clientSecret, redirectUri] = process.argv.slice(2);
const server = createServer();
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: clientId,
      client_secret: clientSecret,
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code'],
      response_types: ['code'],
    },
  ],
  jwks: {
    keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'RS256' }],
  },
  cookies: { keys: [randomUUID()] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false } },
  claims: { openid: ['sub', 'roles', 'groups', 'email'] },
  conformIdTokenClaims: false,
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      roles: ['platform-admin', 'study-coordinator'],
      groups: ['operators.manage'],
      email: 'root@example.test',
    }),
  }),
  interactions: { url: (_, { uid }) => `/interaction/${uid}` },
});

const PAGE = `<!doctype html><html lang="en"><title>Provider</title><form method="post">
<label for="subject">Subject</label><input id="subject" name="subject"><button>Continue</button></form></html>`;

async function interact(request, response) {
  const details = await provider.interactionDetails(request, response);
  if (details.prompt.name === 'login') {
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
      return;
    }
    const parts = [];
    for await (const part of request) {
      parts.push(part);
    }
    const accountId = new URLSearchParams(Buffer.concat(parts).toString()).get('subject');
    await provider.interactionFinished(request, response, { login: { accountId } });
    return;
  }
  const { accountId } = details.session;
  const grant = new provider.Grant({ accountId, clientId: details.params.client_id });
  grant.addOIDCScope(details.params.scope);
  const consent = { grantId: await grant.save() };
  await provider.interactionFinished(
    request,
    response,
    { consent },
    { mergeWithLastSubmission: true },
  );
}

const answer = provider.callback();
server.on('request', (request, response) => {
  if (request.url.startsWith('/interaction/')) {
    interact(request, response).catch((error) => response.writeHead(500).end(error.message));
  } else {
    answer(request, response);
  }
});
process.on('SIGTERM', () => process.exit(0));
process.stdout.write(`${JSON.stringify({ event: 'listening', issuer })}\n`);
