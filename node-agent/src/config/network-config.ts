/** `network:` of agent.yaml: the hospital's own authority, its proxy, and the certificate that it shows. */
import { resolve } from 'node:path';
import { z } from 'zod';
import type { Home } from './home.js';

const fileSchema = z.string().min(1).max(4096);

const proxySchema = z.union(
  [
    z.literal('environment'),
    z
      .url({ protocol: /^http$/ })
      .refine((text) => new URL(text).username === '' && new URL(text).password === '')
      .transform((text) => new URL(text).origin),
  ],
  {
    error:
      'must be http://host:port without name and password, or "environment" for HTTPS_PROXY and NO_PROXY',
  },
);

export const networkConfigSchema = z
  .strictObject({
    /** PEM: the only authorities whose certificates are believed; those of the system if absent. */
    authorityFile: fileSchema.optional(),
    /** An HTTP proxy that everything goes through, by CONNECT. */
    proxy: proxySchema.optional(),
    /** One line, `name:password`, for a proxy that asks; readable for its owner only. */
    proxyCredentialsFile: fileSchema.optional(),
    /** PEM: what the site shows a coordinator or proxy that asks for a client certificate. */
    clientCertificateFile: fileSchema.optional(),
    /** PEM, without a password, readable for its owner only. */
    clientKeyFile: fileSchema.optional(),
    /** Accept secrets that the group may read, as a Kubernetes secret volume with an fsGroup has them. */
    groupReadable: z.boolean().optional(),
  })
  .refine(
    ({ clientCertificateFile, clientKeyFile }) =>
      (clientCertificateFile === undefined) === (clientKeyFile === undefined),
    { error: 'clientCertificateFile and clientKeyFile go together' },
  )
  .refine(
    ({ proxy, proxyCredentialsFile }) => proxy !== undefined || proxyCredentialsFile === undefined,
    { path: ['proxyCredentialsFile'], error: 'has no proxy beside it' },
  );
export type NetworkConfig = z.infer<typeof networkConfigSchema>;

/** Files are relative to the home folder. */
export function resolveNetworkFiles(home: Home, config: NetworkConfig): NetworkConfig {
  const { proxy, groupReadable, ...files } = config;
  const resolved: Record<string, string> = {};
  for (const [name, file] of Object.entries(files)) {
    resolved[name] = resolve(home.folder, file);
  }
  return {
    ...(proxy === undefined ? {} : { proxy }),
    ...(groupReadable === undefined ? {} : { groupReadable }),
    ...resolved,
  };
}
