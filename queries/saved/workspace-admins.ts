/** Who administers workspaces. */
import { whoCanOnEach } from '../saved-lists.ts';

export const WORKSPACE_ADMINS = whoCanOnEach({
  name: 'workspace-admins',
  text: 'Who administers a workspace, and so everything in it?',
  action: 'workspace.admin',
  asked: 'WORKSPACE_ADMIN',
  kind: 'Workspace',
});
