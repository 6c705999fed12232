/** `what-can`: everything on which an identity may do something. */
import type { Page, WhatCanRow } from '../queries/port.ts';
import { asking } from './asking.ts';
import { type CommandSpec, EXIT, type Io } from './command.ts';
import { actionOf, kindsOf, LIST_OPTIONS, pageOf, requiredText, textOf } from './options.ts';
import { pageJson, printJson, printPageEnd, printTable } from './print.ts';

export const WHAT_CAN: CommandSpec = {
  name: 'what-can',
  doc: 'what may an identity act on? without an action: everything on which it has some permission',
  args: [
    { name: 'IDENTITY', doc: 'user, group, token, key or `anonymous:`', required: true },
    { name: 'ACTION', doc: 'e.g. repository.write', required: false },
  ],
  options: LIST_OPTIONS,
  examples: ['what-can user:evan', 'what-can anonymous: repository.read', 'what-can group:acme/developers --kind Project --json'],
  run: (call) => {
    const { args, options, at, io } = call;
    const [identity, named] = [requiredText(args, 'IDENTITY'), textOf(args, 'ACTION')];
    const action = named === undefined ? null : actionOf(named);
    const request = { ...pageOf(options, at), kinds: kindsOf(options), includeUnknown: options['includeUnknown'] === true };
    return asking(call, async (grantpath) => {
      const page = await grantpath.whatCan(identity, action, request);
      if (call.json) printJson(io, { identity, action, ...(await pageJson(page, rowJson)) });
      else await printPage(io, page);
      return EXIT.done;
    });
  },
};

async function rowJson(row: WhatCanRow): Promise<Record<string, unknown>> {
  const { resource, verdict, permission, actions } = row;
  return { node: resource, verdict, permission, actions, proof: await row.proof() };
}

async function printPage(io: Io, page: Page<WhatCanRow>): Promise<void> {
  printTable(
    io,
    '',
    ['Kind', 'Resource', 'Verdict', 'Permission', 'Actions'],
    page.edges.map(({ node: { resource, verdict, permission, actions } }) => [
      resource.kind,
      resource.ref,
      verdict,
      permission,
      actions.join(' '),
    ]),
  );
  await printPageEnd(io, page);
}
