/**
 * Which path below a project or a repository shows which settings.
 */
import { branchNames } from './automation-bodies.ts';
import type { Site } from './bodies.ts';
import { missing, pages, type Shown } from './routes.ts';
import {
  branchBody,
  effectiveReviewers,
  forkBodies,
  overrideSettingsBody,
  projectModelBody,
  projectModelSettingsBody,
  reviewerBody,
} from './settings-bodies.ts';
import type { SampleProject, SampleRepository } from './workspace.ts';

export function showOfProjectSettings(site: Site, project: SampleProject, part: string): Shown {
  switch (part) {
    case 'branching-model':
      return { is: 'object', body: projectModelBody(site, project) };
    case 'branching-model/settings':
      return { is: 'object', body: projectModelSettingsBody(site, project) };
    case 'default-reviewers':
      return pages(project.settings.reviewers.map((nickname) => reviewerBody(site, nickname, 'project')));
    default:
      return missing('Resource not found');
  }
}

export function showOfRepositorySettings(site: Site, repository: SampleRepository, part: string): Shown {
  const { model } = repository;
  const branch = part.match(/^refs\/branches\/(.+)$/)?.[1];
  if (branch !== undefined) {
    const exists = branch === model.development || branch === model.production || branchNames(repository).includes(branch);
    return exists ? { is: 'object', body: branchBody(site, repository, branch) } : missing(`Branch ${branch} not found`);
  }
  switch (part) {
    case 'effective-default-reviewers':
      return pages(effectiveReviewers(site, repository));
    case 'override-settings':
      return { is: 'object', body: overrideSettingsBody(repository) };
    case 'forks':
      return pages(forkBodies(site, repository));
    default:
      return missing('Resource not found');
  }
}
