/** `diff`: which facts differ between two times, and what effective access differs by them. */
import { CodedError } from '../graph/errors.ts';
import { parseInstant, printInstant } from '../queries/instant.ts';
import { type AccessChange, type AccessChangePage, type Change, FIRST_MAX, type Grantpath, type Page } from '../queries/port.ts';
import { asking } from './asking.ts';
import { type CommandSpec, EXIT, type Io } from './command.ts';
import { changeKindsOf, PAGE_OPTIONS, pageOf, requiredText, textOf } from './options.ts';
import { pageJson, printJson, printLine, printPageEnd, printTable } from './print.ts';

const SIGN = { appeared: '+', vanished: '-', changed: '~' } as const;

export const DIFF: CommandSpec = {
  name: 'diff',
  doc: 'what changed between two times: + appeared, - vanished, ~ changed, and below it what effective access differs by that',
  args: [
    { name: 'FROM', doc: 'a time, or the id of a snapshot', required: true },
    { name: 'TO', doc: 'a later one; now if left out', required: false },
  ],
  options: [
    ...PAGE_OPTIONS,
    { flags: '--kinds KINDS', doc: 'only these facts, e.g. grants,memberships,restrictions,keys,settings; access is compared by all' },
  ],
  examples: ['diff 2026-01-31T12:00:00Z', 'diff 2026-01-01 2026-01-31 --kinds grants,memberships', 'diff 2026-01-01 --first 20 --json'],
  run: (call) => {
    const { args, options, at, io } = call;
    if (at !== null) throw new CodedError('USAGE', '`diff` takes its times as FROM and TO, got `--at`');
    const [from, to] = [requiredText(args, 'FROM'), textOf(args, 'TO')];
    const { first, after } = pageOf(options, null);
    const kinds = changeKindsOf(options);
    return asking(call, async (grantpath) => {
      const [earlier, later] = [await instantOf(grantpath, from), to === undefined ? null : await instantOf(grantpath, to)];
      const page = await grantpath.changes(earlier, later, { first, after, kinds });
      // Further pages go on with the facts: what differs by all of them was told with the first.
      const access = after === undefined ? await grantpath.accessChanges(earlier, later, { first }) : null;
      if (call.json) printJson(io, await diffJson({ from: earlier, to: later, page, access }));
      else await printDiff(io, page, access);
      return EXIT.done;
    });
  },
};

/** Errors: TIME_MALFORMED, USAGE for what is neither a time nor a snapshot of the store. */
async function instantOf(grantpath: Grantpath, text: string): Promise<number> {
  if (/^\d{4}-\d{2}/.test(text)) return parseInstant(text);
  for (let after: string | null = null, more = true; more; ) {
    const page = await grantpath.snapshots({ first: FIRST_MAX, after });
    const found = page.edges.find(({ node }) => node.id === text);
    if (found !== undefined) return found.node.at;
    [after, more] = [page.edges.at(-1)?.cursor ?? null, page.hasNextPage];
  }
  throw new CodedError('USAGE', `expected a time like \`2026-01-31T12:00:00Z\` or the id of a snapshot, got \`${text.slice(0, 100)}\``);
}

interface Diff {
  readonly from: number;
  readonly to: number | null;
  readonly page: Page<Change>;
  readonly access: AccessChangePage | null;
}

async function diffJson({ from, to, page, access }: Diff): Promise<Record<string, unknown>> {
  const changeJson = async ({ id, turn, kind, text, from: start, to: end, differences, at }: Change) => ({
    node: { id, turn, kind, text, from: start, to: end, differences, at: at === null ? null : printInstant(at) },
  });
  const accessJson = async (change: AccessChange) => ({ node: change });
  return {
    from: printInstant(from),
    to: to === null ? null : printInstant(to),
    changes: await pageJson(page, changeJson),
    accessChanges: access === null ? null : { ...(await pageJson(access, accessJson)), touched: access.touched, compared: access.compared },
  };
}

async function printDiff(io: Io, page: Page<Change>, access: AccessChangePage | null): Promise<void> {
  printTable(
    io,
    '',
    ['', 'Of', 'Fact', 'When'],
    page.edges.map(({ node: { turn, kind, text, at } }) => [SIGN[turn], kind, text, at === null ? '' : printInstant(at)]),
  );
  if (page.edges.length === 0) printLine(io, 'no fact differs');
  await printPageEnd(io, page);
  if (access !== null) await printAccess(io, access);
}

async function printAccess(io: Io, page: AccessChangePage): Promise<void> {
  printTable(
    io,
    'Effective access that differs by all changes',
    ['Identity', 'Resource', 'Before', 'After', 'Gained', 'Lost'],
    page.edges.map(({ node: { identity, resource, before, after, gained, lost } }) => [
      identity.ref,
      resource.ref,
      before ?? 'none',
      after ?? 'none',
      gained.join(' '),
      lost.join(' '),
    ]),
  );
  const total = await page.totalCount();
  const { touched, compared } = page;
  printLine(io);
  printLine(io, total === 0 ? 'no effective access differs' : `${page.edges.length} of ${total} differences in effective access listed`);
  printLine(io, `${compared} of ${touched} identities and credentials compared that the changes can touch`);
  if (compared < touched)
    printLine(io, 'the comparison is bounded, so differences may be missing: take times that are nearer to each other');
}
