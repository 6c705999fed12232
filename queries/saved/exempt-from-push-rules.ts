/** Who can push to a branch only because a restriction lists him or a group of his. */
import { whoCanOnBranch } from '../saved-lists.ts';

export const EXEMPT_FROM_PUSH_RULES = whoCanOnBranch(
  {
    name: 'exempt-from-push-rules',
    text: 'Who can push to this branch because the restrictions on it exempt him?',
    note: 'nobody, where no restriction binds the branch: everybody who can write pushes then',
    action: 'branch.push',
    asked: 'BRANCH_PUSH',
  },
  'exempt',
);
