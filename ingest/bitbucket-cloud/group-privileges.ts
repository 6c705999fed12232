/**
 * Whether a group confers administration of its workspace, where nothing shows it.
 *
 * 1.0 lists groups without that. 2.0 shows it as `account_privilege` in group objects, and those stand only in grants and rules:
 * a group that holds no explicit grant and is exempt from no rule, as the `administrators` that a workspace begins with, shows
 * it nowhere. No definite no follows from that. But the roles endpoint gives the effective role of each member, and every member
 * of a group that confers administration is an owner: a group with a member who is none confers none. What is left are groups
 * of owners alone and groups of nobody: each is a gap of its own, which blurs nobody who is not an owner anyway.
 *
 * Where the roles cannot be read, their own gap says that any group may hold anything, and nothing is added here. Where they
 * were read by an earlier run only, nobody is known not to be an owner: the gap then is wider than it need be, never narrower.
 * INVARIANT: nothing here depends on the order of pages.
 */
import type { GapFact, NodeKey } from '../../graph/fact.ts';
import type { Where } from '../statements.ts';

const DETAIL =
  'whether the group confers administration is shown only where a grant or a rule names it: none does, and no member is known not to be an owner';

interface Listed {
  readonly rank: number;
  readonly where: Where;
}

export class GroupPrivileges {
  /** Where each group of the workspace was seen, by the endpoint that knows best. */
  readonly #groups = new Map<NodeKey, Listed>();
  readonly #shown = new Set<NodeKey>();
  readonly #members = new Map<NodeKey, Set<NodeKey>>();
  /** Users that the roles endpoint lists; true for those that may be owners. */
  readonly #mayOwn = new Map<NodeKey, boolean>();

  /** `shown`: the object has the field, whatever its value. */
  seeGroup(group: NodeKey, { rank, where, shown }: Listed & { readonly shown: boolean }): void {
    const known = this.#groups.get(group);
    if (known === undefined || rank < known.rank || (rank === known.rank && text(where) < text(known.where)))
      this.#groups.set(group, { rank, where });
    if (shown) this.#shown.add(group);
  }

  seeMember(group: NodeKey, user: NodeKey): void {
    const members = this.#members.get(group) ?? new Set();
    this.#members.set(group, members.add(user));
  }

  /** `mayOwn`: the role is that of an owner, or a word without a row. */
  seeRole(user: NodeKey, mayOwn: boolean): void {
    this.#mayOwn.set(user, mayOwn || this.#mayOwn.get(user) === true);
  }

  /** The gaps of the workspace, each with where to state it. */
  gaps(workspace: NodeKey): { readonly gap: Omit<GapFact, 'type'>; readonly where: Where }[] {
    return [...this.#groups]
      .filter(([group]) => !this.#shown.has(group) && !this.#hasOther(group))
      .map(([group, { where }]) => ({
        gap: { reason: 'unknown-value', hides: 'grant-level', scope: workspace, subject: group, detail: DETAIL },
        where,
      }));
  }

  /** Is a member known not to be an owner? */
  #hasOther(group: NodeKey): boolean {
    return [...(this.#members.get(group) ?? [])].some((user) => this.#mayOwn.get(user) === false);
  }
}

function text({ scope, fetchedAt }: Where): string {
  return `${scope} ${fetchedAt}`;
}
