/** `who-can`: everybody for whom `check` says ALLOW. */
import type { Page, WhoCanRow } from '../queries/port.ts';
import { asking } from './asking.ts';
import { type CommandSpec, EXIT, type Io } from './command.ts';
import { actionOf, kindsOf, LIST_OPTIONS, pageOf, requiredText } from './options.ts';
import { pageJson, printJson, printPageEnd, printTable } from './print.ts';

export const WHO_CAN: CommandSpec = {
  name: 'who-can',
  doc: 'which identities and credentials may do an action on a resource?',
  args: [
    { name: 'ACTION', doc: 'e.g. repository.write', required: true },
    { name: 'RESOURCE', doc: 'e.g. repository:acme/api', required: true },
  ],
  options: LIST_OPTIONS,
  examples: [
    'who-can repository.admin repository:acme/api',
    'who-can branch.push branch:acme/api#main --kind User --kind Group',
    'who-can repository.write repository:acme/ledger --include-unknown --json',
  ],
  run: (call) => {
    const { args, options, at, io } = call;
    const [action, resource] = [actionOf(requiredText(args, 'ACTION')), requiredText(args, 'RESOURCE')];
    const request = { ...pageOf(options, at), kinds: kindsOf(options), includeUnknown: options['includeUnknown'] === true };
    return asking(call, async (grantpath) => {
      const page = await grantpath.whoCan(action, resource, request);
      if (call.json) printJson(io, { action, resource, ...(await pageJson(page, rowJson)) });
      else await printPage(io, page);
      return EXIT.done;
    });
  },
};

async function rowJson(row: WhoCanRow): Promise<Record<string, unknown>> {
  const { identity, verdict, permission, actions } = row;
  return { node: identity, verdict, permission, actions, proof: await row.proof() };
}

async function printPage(io: Io, page: Page<WhoCanRow>): Promise<void> {
  const proofs = await Promise.all(page.edges.map(({ node }) => node.proof()));
  printTable(
    io,
    '',
    ['Kind', 'Identity', 'Name', 'Verdict', 'Permission', 'First proof'],
    page.edges.map(({ node: { identity, verdict, permission } }, index) => [
      identity.kind,
      identity.ref,
      identity.name,
      verdict,
      permission,
      proofs[index]?.text ?? '',
    ]),
  );
  await printPageEnd(io, page);
}
