/** Accounts and what proves their people, without any secret but the fresh one that is shown once. */
import { z } from 'zod';

export const operatorViewSchema = z.object({
  operatorId: z.string(),
  name: z.string(),
  roles: z.array(z.string()),
  siteId: z.string().optional(),
  studies: z.array(z.string()),
  createdAtMs: z.int(),
  disabledAtMs: z.int().optional(),
  /** False until the person has set one; an OpenID provider or a token does without. */
  hasPassword: z.boolean(),
});
export type OperatorView = z.infer<typeof operatorViewSchema>;

/** The secret with which somebody activates an account, once. */
export const activationSchema = z.object({
  operatorId: z.string(),
  activation: z.string(),
  expiresAtMs: z.int(),
});
export type ActivationView = z.infer<typeof activationSchema>;

export const sessionViewSchema = z.object({
  sessionId: z.string(),
  method: z.string(),
  createdAtMs: z.int(),
  /** The last request of the person, to the minute. */
  seenAtMs: z.int(),
  authenticatedAtMs: z.int(),
});
export type SessionView = z.infer<typeof sessionViewSchema>;

export const tokenViewSchema = z.object({
  tokenId: z.string(),
  label: z.string(),
  rights: z.array(z.string()),
  createdAtMs: z.int(),
  expiresAtMs: z.int(),
  usedAtMs: z.int().optional(),
});
export type TokenView = z.infer<typeof tokenViewSchema>;

/** The one answer that has the token itself. */
export const newTokenViewSchema = tokenViewSchema.extend({ token: z.string() });
export type NewTokenView = z.infer<typeof newTokenViewSchema>;

export const passkeySummarySchema = z.object({
  credentialId: z.string(),
  label: z.string(),
  createdAtMs: z.int(),
  usedAtMs: z.int().optional(),
});
export type PasskeySummary = z.infer<typeof passkeySummarySchema>;

/** What proves a person; sessions and tokens are shown to whoever manages accounts, and left out for others. */
export const operatorCredentialsSchema = z.object({
  passkeys: z.array(passkeySummarySchema),
  /** Subjects of the OpenID provider that open the account. */
  identities: z.int(),
  /** Until when the account can be activated with a secret that was given out. */
  activationEndsAtMs: z.int().optional(),
  sessions: z.array(sessionViewSchema).optional(),
  tokens: z.array(tokenViewSchema).optional(),
});
export type OperatorCredentials = z.infer<typeof operatorCredentialsSchema>;
