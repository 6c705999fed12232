/** Who can delete a branch. */
import { whoCanOnBranch } from '../saved-lists.ts';

export const WHO_CAN_DELETE_BRANCH = whoCanOnBranch({
  name: 'who-can-delete-branch',
  text: 'Who can delete this branch?',
  action: 'branch.delete',
  asked: 'BRANCH_DELETE',
});
