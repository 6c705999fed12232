/** Who can add a key that acts as itself to a repository. */
import { whoCanQuestion } from '../saved-lists.ts';

export const WHO_CAN_ADD_KEYS = whoCanQuestion({
  name: 'who-can-add-keys',
  text: 'Who can add an access key to this repository?',
  note: 'a key outlives the account that added it',
  action: 'deploykey.create',
  asked: 'DEPLOYKEY_CREATE',
});
