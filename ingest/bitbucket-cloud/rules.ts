/**
 * Branch restrictions and branching models as facts. What no row describes is kept and marked by a gap of its rule or repository.
 */
import { encodeKeyPart, type NodeKey, refPath, type Scalar } from '../../graph/fact.ts';
import type { GapReason, Hidden } from '../../graph/model/gaps.ts';
import { BRANCH_TYPES, isRestrictionKind, MATCHERS, restrictionRow } from '../../graph/model/restrictions.ts';
import type { BranchingModel, BranchRestriction } from './decode.ts';
import { type Here, quoted, rankOf, seeAccount, seeGroup } from './here.ts';

export function stateRestriction(here: Here, rule: BranchRestriction): void {
  const key = `restriction:${refPath(here.container)}#${encodeKeyPart(String(rule.id))}`;
  const path = here.pathByContainer.get(here.container);
  const ref = path === undefined ? undefined : `restriction:${path}#${rule.id}`;
  here.out.see({ key, kind: 'BranchRestriction', rank: rankOf(here.endpoint), ref, name: rule.kind }, here.where);
  const known = isRestrictionKind(rule.kind) && rule.kind !== 'unknown';
  const props: Record<string, Scalar> = known ? {} : { upstreamKind: rule.kind.slice(0, 100) };
  if (typeof rule.value === 'number') props['value'] = rule.value;
  const gap = gapOf(here, key);
  if (!known) gap('unknown-value', 'rule-match', `restriction kind ${quoted(rule.kind)}`);
  else stateMatcher(rule, props, gap);
  here.out.edge({ kind: 'RESTRICTS', from: key, to: here.container, word: known ? rule.kind : 'unknown', props }, here.where);
  stateExempt(here, rule, key, gap);
}

export function stateBranchingModel(here: Here, model: BranchingModel): void {
  const classify = (to: NodeKey, word: string) =>
    here.out.edge({ kind: 'CLASSIFIES', from: here.container, to, word, props: {} }, here.where);
  for (const word of ['development', 'production'] as const) {
    const name = branchOf(here, model[word], word);
    if (name !== null) classify(seeBranch(here, here.container, name), word);
  }
  for (const { kind, prefix } of model.branch_types ?? []) {
    if (!(BRANCH_TYPES as readonly string[]).includes(kind)) {
      gapOf(here, here.container)('unknown-value', 'branching-model', `branch type ${quoted(kind)}`);
      continue;
    }
    const glob = `${prefix}*`;
    const key = `pattern:${refPath(here.container)}#${encodeKeyPart(glob)}`;
    const path = here.pathByContainer.get(here.container);
    const ref = path === undefined ? undefined : `pattern:${path}#${glob}`;
    here.out.see({ key, kind: 'BranchPattern', rank: rankOf(here.endpoint), ref, name: glob, props: { glob } }, here.where);
    classify(key, kind);
  }
}

/** The branch that is the development or production branch; null where there is none, and where it is not known, which is a gap. */
function branchOf(here: Here, target: BranchingModel['development'], word: 'development' | 'production'): string | null {
  if (!target || target.enabled === false) return null;
  // The name is that of the main branch too where the model follows it. It is null while the upstream knows none.
  if (target.name) return target.name;
  const gap = gapOf(here, here.container);
  if (target.use_mainbranch !== true) {
    gap('unknown-value', 'branching-model', `the ${word} branch has no name`);
    return null;
  }
  const main = here.mainBranches.get(here.container);
  if (main === undefined) gap('missing', 'branching-model', `the ${word} branch is the main branch, which is not known`);
  return main ?? null;
}

/** States the branch and that the repository contains it. Whether it exists changes no verdict. */
export function seeBranch(here: Here, repository: NodeKey, name: string): NodeKey {
  const key = `branch:${refPath(repository)}#${encodeKeyPart(name)}`;
  const path = here.pathByContainer.get(repository);
  here.out.see(
    { key, kind: 'Branch', rank: rankOf(here.endpoint), ref: path === undefined ? undefined : `branch:${path}#${name}`, name },
    here.where,
  );
  here.out.edge({ kind: 'CONTAINS', from: repository, to: key, word: '', props: {} }, here.where);
  return key;
}

type GapOf = (reason: GapReason, hides: Hidden, detail: string) => void;

function gapOf(here: Here, scope: NodeKey): GapOf {
  return (reason, hides, detail) => here.out.gap({ reason, hides, scope, subject: '', detail }, here.where);
}

/** Writes into `props` which branches the rule binds. */
function stateMatcher(rule: BranchRestriction, props: Record<string, Scalar>, gap: GapOf): void {
  const by = rule.branch_match_kind ?? 'glob';
  if (by === 'glob' && typeof rule.pattern === 'string') {
    props['glob'] = rule.pattern;
    if (MATCHERS.glob.undecided.test(rule.pattern)) gap('unknown-pattern', 'rule-match', `pattern ${quoted(rule.pattern)}`);
  } else if (by === 'branching_model' && rule.branch_type) {
    props['branchType'] = rule.branch_type;
    if (!(BRANCH_TYPES as readonly string[]).includes(rule.branch_type))
      gap('unknown-value', 'rule-match', `branch type ${quoted(rule.branch_type)}`);
  } else gap('unknown-value', 'rule-match', `matcher ${quoted(by)}`);
}

function stateExempt(here: Here, rule: BranchRestriction, key: NodeKey, gap: GapOf): void {
  const { exemptKinds } = restrictionRow(rule.kind);
  const listed = [...(rule.users ?? []), ...(rule.groups ?? [])].length;
  if (exemptKinds.length === 0) {
    if (listed > 0) gap('unknown-value', 'exempt', `a list of exempt identities on kind ${quoted(rule.kind)}`);
    return;
  }
  if (!rule.users || !rule.groups) gap('unknown-value', 'exempt', 'no list of exempt users or groups');
  const exempts = (to: NodeKey) => here.out.edge({ kind: 'EXEMPTS', from: key, to, word: '', props: {} }, here.where);
  for (const account of rule.users ?? []) exempts(seeAccount(here, account));
  for (const group of rule.groups ?? []) exempts(seeGroup(here, group));
}
