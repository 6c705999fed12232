/** Who can change the pipeline variables of a repository. */
import { whoCanOnContent } from '../saved-lists.ts';

export const WHO_CAN_EDIT_VARIABLES = whoCanOnContent({
  name: 'who-can-edit-variables',
  text: 'Who can change which pipeline variable of this repository?',
  note: 'variables of its environments and of the workspace are not among them',
  action: 'variable.edit',
  asked: 'VARIABLE_EDIT',
  kind: 'Variable',
  walk: 'variables',
});
