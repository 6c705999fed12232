/** Who can run pipelines of a repository. */
import { whoCanQuestion } from '../saved-lists.ts';

export const WHO_CAN_RUN_PIPELINES = whoCanQuestion({
  name: 'who-can-run-pipelines',
  text: 'Who can run pipelines of this repository?',
  note: 'a pipeline sees the variables of its repository and workspace',
  action: 'pipeline.run',
  asked: 'PIPELINE_RUN',
});
