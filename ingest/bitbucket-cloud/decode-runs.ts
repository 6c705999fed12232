/**
 * Decoders of what pipelines do and of the identity that they show. A run without a creator, or a deployment without an
 * environment, says nothing that is read, and is no trouble.
 */
import { z } from 'zod';
import { account, decoder, name, optionalName } from './decode.ts';

const run = z.object({
  creator: account.nullish(),
  trigger: z.object({ type: optionalName, name: optionalName }).nullish(),
  created_on: name,
});
const deployment = z.object({
  environment: z.object({ uuid: name }).nullish(),
  state: z.object({ name: optionalName, status: z.object({ name: optionalName }).nullish(), started_on: optionalName }),
  release: z.object({ commit: z.object({ hash: optionalName }).nullish(), created_on: optionalName }).nullish(),
});
/** `public_key` is kept as its fingerprint. */
const sshKeyPair = z.object({ public_key: name });
const knownHost = z.object({
  uuid: name,
  hostname: name,
  public_key: z.object({ sha256_fingerprint: optionalName, md5_fingerprint: optionalName }).nullish(),
});
const oidcConfiguration = z.object({ issuer: name, claims_supported: z.array(name).nullish() });
const oidcKeys = z.object({ keys: z.array(z.object({ kid: name })) });

export type PipelineRun = z.infer<typeof run>;
export type Deployment = z.infer<typeof deployment>;

export const decodePipelineRun = decoder(run);
export const decodeDeployment = decoder(deployment);
export const decodeSshKeyPair = decoder(sshKeyPair);
export const decodeKnownHost = decoder(knownHost);
export const decodeOidcConfiguration = decoder(oidcConfiguration);
export const decodeOidcKeys = decoder(oidcKeys);
