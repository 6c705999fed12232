/** A public key of the form that people add, of nobody: always the same for the same comment. */
export function publicKey(comment: string): string {
  const sized = (bytes: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
  const blob = Buffer.concat([sized(Buffer.from('ssh-ed25519')), sized(Buffer.alloc(32, comment))]);
  return `ssh-ed25519 ${blob.toString('base64')} ${comment}`;
}
