/** Who administers which repository. */
import { whoCanOnEach } from '../saved-lists.ts';

export const REPOSITORY_ADMINS = whoCanOnEach({
  name: 'repository-admins',
  text: 'Who administers which repository, by whatever way?',
  action: 'repository.admin',
  asked: 'REPOSITORY_ADMIN',
  kind: 'Repository',
});
