/**
 * What all lists have in common, as SDL: the arguments and fields of connections, and the types of a page.
 */
/** The arguments that every connection field has. */
export const PAGE_ARGUMENTS = `
  "At most so many entries, 0 to 1000."
  first: Int = 20
  "The cursor of the entry before the first one wanted: \`pageInfo.endCursor\` of the page before."
  after: String`;

/** The fields that every connection has. */
export const CONNECTION_FIELDS = `
  "Where the page ends."
  pageInfo: PageInfo!
  "The number of entries on all pages; null where counting would mean enumerating."
  totalCount: Int
  "False if an entry could be missing for want of knowledge; \`gaps\` says why."
  complete: Boolean!
  "Why the list may not be complete."
  gaps: [Gap!]!
  "The snapshot that every page of this list belongs to."
  snapshot: SnapshotRef!`;

export const PAGE_TYPES = `
"What every list has."
interface Connection {${CONNECTION_FIELDS}
}

"Where a page starts and ends."
type PageInfo {
  "Are there entries after this page?"
  hasNextPage: Boolean!
  "Are there entries before this page?"
  hasPreviousPage: Boolean!
  "The cursor of the first entry; null for an empty page."
  startCursor: String
  "The cursor of the last entry, for \`after\`; null for an empty page."
  endCursor: String
}
`;

/** A connection type and its edge type: `XConnection` and `XEdge`, with further fields of the edge, and of the connection. */
export function renderConnection(name: string, node: string, edgeFields = '', fields = ''): string {
  return `
"A page of a list."
type ${name}Connection implements Connection {
  "The entries of the page, in a stable order."
  edges: [${name}Edge!]!${CONNECTION_FIELDS}${fields}
}

"One entry of a list."
type ${name}Edge {
  "Its place, for \`after\`."
  cursor: String!
  "What the entry is."
  node: ${node}${edgeFields}
}
`;
}
