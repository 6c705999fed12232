/** Who can merge into a branch. */
import { whoCanOnBranch } from '../saved-lists.ts';

export const WHO_CAN_MERGE = whoCanOnBranch({
  name: 'who-can-merge',
  text: 'Who can merge a pull request into this branch?',
  note: 'what a merge must still meet is asked by `merge-conditions`',
  action: 'branch.merge',
  asked: 'BRANCH_MERGE',
});
