/** `paths`: every way by which an identity comes to a permission on a resource. */
import type { Path } from '../queries/port.ts';
import { asking } from './asking.ts';
import { type CommandSpec, EXIT } from './command.ts';
import { actionOf, PAGE_OPTIONS, pageOf, requiredText, textOf } from './options.ts';
import { pageJson, printJson, printPageEnd } from './print.ts';
import { printProof, proofJson, readFacts } from './proof.ts';

export const PATHS: CommandSpec = {
  name: 'paths',
  doc: 'every way from an identity to a resource, shortest first',
  args: [
    { name: 'IDENTITY', doc: 'user, group, token, key or `anonymous:`', required: true },
    { name: 'RESOURCE', doc: 'e.g. repository:acme/api', required: true },
    { name: 'ACTION', doc: 'only ways that allow it; without it those of any permission', required: false },
  ],
  options: PAGE_OPTIONS,
  examples: ['paths user:marcus repository:acme/api', 'paths user:marcus branch:acme/api#main branch.push --first 5 --json'],
  run: (call) => {
    const { args, options, at, io } = call;
    const [from, to, named] = [requiredText(args, 'IDENTITY'), requiredText(args, 'RESOURCE'), textOf(args, 'ACTION')];
    const action = named === undefined ? null : actionOf(named);
    const request = pageOf(options, at);
    return asking(call, async (grantpath) => {
      const page = await grantpath.paths(from, to, action, request);
      const paths = page.edges.map(({ node }) => node);
      const facts = await readFacts(grantpath, paths, page.snapshot.at);
      if (call.json) {
        const nodeJson = async (path: Path) => ({ node: { action: path.action, ...proofJson(path, facts) } });
        printJson(io, { from, to, action, ...(await pageJson(page, nodeJson)) });
        return EXIT.done;
      }
      for (const [index, path] of paths.entries()) printProof(io, `Path ${index + 1}: ${path.action}`, path, facts);
      await printPageEnd(io, page);
      return EXIT.done;
    });
  },
};
