/**
 * Which branches a rule matches, for stores that keep that as edges: three answers, as the tables of restrictions say.
 *
 * Absent on purpose: who is exempt, and what a rule forbids. A store tells what binds, an engine what follows.
 */
import { decodeKeyPart, type NodeKey, refWord } from '../fact.ts';
import { NODE_KINDS } from '../model/node-kinds.ts';
import { MATCHERS } from '../model/restrictions.ts';

/** An open RESTRICTS edge, with what is known of its rule. */
export interface MatchingRule {
  readonly glob: string | null;
  readonly branchType: string | null;
  /** A gap hides which branches it matches. */
  readonly isHidden: boolean;
}

/** What a branching model says of a branch or pattern. */
export interface BranchClass {
  readonly type: string;
  /** Of the branch or of the pattern. */
  readonly key: NodeKey;
  readonly isStale: boolean;
}

export interface BranchingModel {
  readonly classes: readonly BranchClass[];
  /** A gap hides the rest of it. */
  readonly isHidden: boolean;
}

/** `maybe` where a gap, a stale fact or a pattern of unknown meaning leaves it open. `branch` is a name. */
export function ruleMatches(rule: MatchingRule, model: BranchingModel, branch: string): 'yes' | 'maybe' | 'no' {
  const { glob, branchType, isHidden } = rule;
  if (isHidden) return 'maybe';
  if (glob !== null) return MATCHERS.glob.undecided.test(glob) ? 'maybe' : globMatches(glob, branch) ? 'yes' : 'no';
  const named = model.classes.filter(({ type, key }) => type === branchType && covers(key, branch));
  if (named.some(({ isStale }) => !isStale)) return 'yes';
  return model.isHidden || named.length > 0 ? 'maybe' : 'no';
}

/** The name of a branch, or the pattern, that a key spells. */
export function nameInKey(key: NodeKey): string {
  return decodeKeyPart(key.slice(key.indexOf('#') + 1));
}

function covers(key: NodeKey, branch: string): boolean {
  const name = nameInKey(key);
  return refWord(key) === NODE_KINDS.BranchPattern.ref ? globMatches(name, branch) : name === branch;
}

/** `*` stands for any characters, every other one for itself. The parts between stars are found from left to right, each as early as it can be. */
function globMatches(glob: string, name: string): boolean {
  const [first = '', ...others] = glob.split('*');
  const last = others.pop();
  if (last === undefined) return name === first;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  const end = name.length - last.length;
  let at = first.length;
  for (const part of others) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
