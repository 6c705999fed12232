/** Who administers projects. */
import { whoCanOnEach } from '../saved-lists.ts';

export const PROJECT_ADMINS = whoCanOnEach({
  name: 'project-admins',
  text: 'Who administers which project?',
  action: 'project.admin',
  asked: 'PROJECT_ADMIN',
  kind: 'Project',
});
