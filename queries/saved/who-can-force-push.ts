/** Who can rewrite the history of a branch. */
import { whoCanOnBranch } from '../saved-lists.ts';

export const WHO_CAN_FORCE_PUSH = whoCanOnBranch({
  name: 'who-can-force-push',
  text: 'Who can rewrite the history of this branch?',
  action: 'branch.force_push',
  asked: 'BRANCH_FORCE_PUSH',
});
