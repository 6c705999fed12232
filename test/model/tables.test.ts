/** The tables keep their laws, and MODEL.md shows them as they are. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ACTION_NAMES } from '../../graph/model/actions.ts';
import { allRows, lintModel, requireLaws } from '../../graph/model/lint.ts';
import { renderModel } from '../../graph/model/render.ts';
import { RESTRICTION_NAMES, restrictionsOf } from '../../graph/model/restrictions.ts';

describe('the tables', () => {
  it('break no law', () => expect(lintModel()).toEqual([]));

  it('are looked at once a process, and a start on tables that break a law fails', () => {
    expect(() => requireLaws(() => ['levels/read and levels/write imply each other'])).toThrow('imply each other');
    requireLaws();
    expect(() => requireLaws(() => ['never asked'])).not.toThrow();
  });

  it('give every row a sentence, a source and a confidence', () => {
    for (const [id, row] of allRows())
      expect([id, row.doc.length > 3, row.source.length > 3, ['documented', 'recorded', 'inferred'].includes(row.confidence)]).toEqual([
        id,
        true,
        true,
        true,
      ]);
  });

  it('are what MODEL.md shows; `npm run generate` renders it', () => {
    expect(readFileSync(new URL('../../MODEL.md', import.meta.url), 'utf8')).toBe(renderModel());
  });

  it('name the actions that other tools rely on', () => {
    const promised =
      'repository.read repository.write repository.admin repository.delete branch.push branch.force_push branch.delete branch.create branch.merge pullrequest.create pullrequest.approve permission.grant restriction.edit pipeline.run variable.read variable.edit environment.deploy runner.use runner.register deploykey.create webhook.create project.create_repository project.admin workspace.admin';
    expect(ACTION_NAMES).toEqual(expect.arrayContaining(promised.split(' ')));
  });

  it('let every forbidding restriction decide the actions that it blocks', () => {
    expect(restrictionsOf('branch.push')).toEqual(['push', 'unknown']);
    expect(restrictionsOf('branch.force_push')).toEqual(['push', 'force', 'unknown']);
    expect(restrictionsOf('branch.merge')).toEqual(['restrict_merges', 'unknown']);
    expect(restrictionsOf('repository.read')).toEqual([]);
    expect(RESTRICTION_NAMES).toHaveLength(19);
  });
});
