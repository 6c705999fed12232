/** Who can remove the rules of a repository. */
import { whoCanQuestion } from '../saved-lists.ts';

export const WHO_CAN_EDIT_RESTRICTIONS = whoCanQuestion({
  name: 'who-can-edit-restrictions',
  text: 'Who can change or remove the branch restrictions of this repository?',
  note: 'they can do whatever a restriction forbids, in two steps',
  action: 'restriction.edit',
  asked: 'RESTRICTION_EDIT',
});
