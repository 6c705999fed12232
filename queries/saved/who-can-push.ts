/** Who can push to a branch. */
import { whoCanOnBranch } from '../saved-lists.ts';

export const WHO_CAN_PUSH = whoCanOnBranch({
  name: 'who-can-push',
  text: 'Who can push to this branch?',
  action: 'branch.push',
  asked: 'BRANCH_PUSH',
});
