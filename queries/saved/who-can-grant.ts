/** Who can give permissions on a repository. */
import { whoCanQuestion } from '../saved-lists.ts';

export const WHO_CAN_GRANT = whoCanQuestion({
  name: 'who-can-grant',
  text: 'Who can give permissions on this repository to others?',
  action: 'permission.grant',
  asked: 'PERMISSION_GRANT',
});
