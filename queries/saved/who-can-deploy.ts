/** Who can deploy to the environments of a repository. */
import { whoCanOnContent } from '../saved-lists.ts';

export const WHO_CAN_DEPLOY = whoCanOnContent({
  name: 'who-can-deploy',
  text: 'Who can start a deployment to which environment of this repository?',
  action: 'environment.deploy',
  asked: 'ENVIRONMENT_DEPLOY',
  kind: 'Environment',
  walk: 'environments',
});
