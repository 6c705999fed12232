/**
 * Bodies of answers, read no further than they may be.
 */

/** A text that came, or why it was not taken. */
export type TextBody = { readonly text: string } | { readonly problem: 'size' | 'encoding' };

/** Pieces of a body as they arrive. */
export type BodyStream = AsyncIterable<Buffer> & { destroy(): unknown };

/** Null where there are more than that; the rest is not fetched. */
export async function readBytes(body: BodyStream, bytesMax: number): Promise<Buffer | null> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > bytesMax) {
      body.destroy();
      return null;
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** A file as text: a byte order mark is not part of it. */
async function readTextBody(body: BodyStream, bytesMax: number): Promise<TextBody> {
  const bytes = await readBytes(body, bytesMax);
  if (bytes === null) return { problem: 'size' };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { problem: 'encoding' };
  }
}

/** The same, where the body is a file: it has the type that its name says. A page is that of a proxy, and JSON says something about the file. */
export async function readFile(
  body: BodyStream & { dump(): Promise<unknown> },
  type: string,
  bytesMax: number,
): Promise<TextBody | 'html' | 'json'> {
  const other = type.startsWith('text/html') ? 'html' : type.startsWith('application/json') ? 'json' : null;
  if (other === null) return await readTextBody(body, bytesMax);
  await body.dump();
  return other;
}

/** undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
