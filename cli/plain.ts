/**
 * Text of others on a terminal: names of repositories, messages of hosts. What a terminal would obey is shown instead.
 */

/** Control characters and those that turn the direction of text, as escapes. Line ends stay where they are wanted. */
export function plain(text: string, { lines = false }: { lines?: boolean } = {}): string {
  return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (char) =>
    lines && char === '\n' ? char : `\\u${(char.codePointAt(0) as number).toString(16).padStart(4, '0')}`,
  );
}
