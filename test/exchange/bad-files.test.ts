/**
 * Files that are wrong: each is told by the line, with what was expected, and changes nothing.
 */

import { appendFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isCodedError } from '../../graph/errors.ts';
import { planExported } from '../../graph/exchange/exported-file.ts';
import { importFacts } from '../../graph/exchange/import-facts.ts';
import { parseWorld } from '../../graph/notation.ts';
import { openMemoryStore } from '../../graph/store/memory.ts';
import { openStore } from '../../graph/store/open.ts';
import { commitWorld } from '../support/commit-world.ts';
import { exportText, freshPath, importText, planText, writeTestFile } from './files.ts';

const AT =
  '"validFrom":"2026-01-31T12:00:00.000Z","sources":[{"connector":"cloud/acme","endpoint":"/2.0","run":"1","fetchedAt":"2026-01-31T12:00:00.000Z"}]';
const HEADER = '{"format":"grantpath-facts","version":1,"at":"2026-01-31T12:00:00.000Z","connectors":["cloud/acme"]}';
const GROUP = `{"type":"node","kind":"Group","key":"group:dev","ref":"group:dev",${AT}}`;
const REPOSITORY = `{"type":"node","kind":"Repository","key":"repository:acme/api","ref":"repository:acme/api",${AT}}`;
const ANN = `{"type":"node","kind":"User","key":"user:ann","ref":"user:ann",${AT}}`;
const GRANT = `{"type":"edge","kind":"HOLDS","from":"user:ann","word":"read","to":"repository:acme/api",${AT}}`;
const GAP = `{"type":"gap","reason":"denied","hides":"rules","scope":"repository:acme/api",${AT}}`;
const LINES = [HEADER, GROUP, REPOSITORY, ANN, GRANT, GAP];
const END = '{"type":"end","nodes":3,"edges":1,"gaps":1}';
const file = (lines: readonly string[]) => `${lines.join('\n')}\n`;

/** The file with one line, counted from 1, made into another. */
const withLine = (number: number, change: (line: string) => string) =>
  file([...LINES, END].map((line, index) => (index === number - 1 ? change(line) : line)));

async function refusal(text: string | Uint8Array): Promise<string> {
  try {
    await planText(text);
  } catch (error) {
    if (isCodedError(error, 'IMPORT')) return error.message;
    throw error;
  }
  throw new Error('the file was not refused');
}

describe('the file that the cases spoil', () => {
  it('is right', async () => {
    const store = openMemoryStore();
    await importText(store, file([...LINES, END]));
    expect(await exportText(store)).toBe(file([...LINES, END]));
  });

  it('may have Windows line ends, empty lines and a mark at its begin', async () => {
    expect((await planText(`\ufeff${[...LINES, '', END].join('\r\n')}`)).counts).toEqual({ nodes: 3, edges: 1, gaps: 1 });
  });
});

describe('an import refuses', () => {
  it.each([
    ['nothing', '', 'begins with its header, this one is empty'],
    ['another format', '{"name":"x"}\n', 'line 1: expected a header `{"format":"grantpath-facts","version":1,...}`, got `{"name":"x"}`'],
    ['no JSON', 'user:ann MEMBER_OF group:dev\n', 'line 1: a line is a JSON object, got `user:ann MEMBER_OF group:dev`'],
    [
      'a newer version',
      withLine(1, (line) => line.replace(':1,', ':2,')),
      'line 1: this grantpath reads version 1 of the format, got `2`: use a newer grantpath',
    ],
    [
      'an unknown field of the header',
      withLine(1, (line) => line.replace('{', '{"tenant":"acme",')),
      'line 1: a line has no field `tenant` here',
    ],
    ['a file that was cut off between lines', file(LINES), 'ends with a line of type `end`, this one was cut off'],
    ['a file that was cut off within a line', file(LINES).slice(0, -50), 'line 6: a line is a JSON object'],
    ['a file without some of its lines', file([HEADER, GROUP, REPOSITORY, END]), 'the last line counts 3 nodes, the file has 2'],
    ['lines after the end', file([...LINES, END, ANN]), 'line 8: nothing follows the line of type `end`'],
    ['an unknown type', withLine(2, (line) => line.replace('"node"', '"thing"')), 'line 2: `type` is node, edge, gap or end, got `thing`'],
    [
      'an unknown kind of node',
      withLine(2, (line) => line.replace('"Group"', '"Team"')),
      'line 2: unknown kind `Team`: expected one of User, ',
    ],
    [
      'an unknown kind of edge',
      withLine(5, (line) => line.replace('HOLDS', 'OWNS')),
      'line 5: unknown kind `OWNS`: expected one of ACTS_AS, ',
    ],
    ['an unknown reason', withLine(6, (line) => line.replace('denied', 'lazy')), 'line 6: unknown reason `lazy`: expected one of denied, '],
    [
      'an unknown level',
      withLine(5, (line) => line.replace('"read"', '"triage"')),
      'line 5: unknown level `triage` of HOLDS: expected one of read, write, admin, browse',
    ],
    [
      'an edge between kinds that it does not join',
      withLine(5, (line) => line.replace('"to":"repository:acme/api"', '"to":"group:dev"')),
      'line 5: HOLDS leads to Workspace, Instance, Project, Repository; got a Group',
    ],
    [
      'an end that no line states',
      withLine(5, (line) => line.replace('user:ann', 'user:zoe')),
      'line 5: `user:zoe` is no node of the file: nodes stand before what names them',
    ],
    [
      'a gap over what it cannot hide',
      withLine(6, (line) => line.replace('"scope":"repository:acme/api"', '"scope":"user:ann"')),
      'line 6: a gap over rules is about Repository; got a User',
    ],
    [
      'a property without a row',
      withLine(4, (line) => line.replace('"ref"', '"props":{"password":"hunter2"},"ref"')),
      'line 4: a User has no property `password`: expected one of active, expiresAt',
    ],
    [
      'a property of another kind of node',
      withLine(3, (line) => line.replace('"ref"', '"props":{"active":false},"ref"')),
      'line 3: a Repository has no property `active`: expected one of isPrivate, forkPolicy',
    ],
    [
      'a property of the wrong sort',
      withLine(4, (line) => line.replace('"ref"', '"props":{"active":"no"},"ref"')),
      'line 4: property `active` of a User is true or false, got `no`',
    ],
    [
      'a property that is no scalar',
      withLine(4, (line) => line.replace('"ref"', '"props":{"active":[]},"ref"')),
      'line 4: property `active` is a text, a number, true, false or null',
    ],
    [
      'a property of an edge without a row',
      withLine(5, (line) => line.replace('"to"', '"props":{"note":"x"},"to"')),
      'line 5: HOLDS has no property `note`: expected one of confidence',
    ],
    [
      'a confidence that is none, of a node',
      withLine(4, (line) => line.replace('"kind":"User"', '"kind":"ServiceUser"').replace('"ref"', '"props":{"confidence":"sure"},"ref"')),
      'line 4: property `confidence` is one of inferred, declared; got `sure`',
    ],
    [
      'a confidence that is none, of an edge',
      withLine(5, (line) => line.replace('"to"', '"props":{"confidence":"sure"},"to"')),
      'line 5: property `confidence` is one of inferred, declared; got `sure`',
    ],
    [
      'a prototype',
      withLine(4, (line) => line.replace('"ref"', '"props":{"__proto__":"x"},"ref"')),
      'line 4: a User has no property `__proto__`',
    ],
    [
      'a field that a fact does not have',
      withLine(4, (line) => line.replace('"ref"', '"token":"x","ref"')),
      'line 4: a line has no field `token` here',
    ],
    [
      'a key of another kind',
      withLine(4, (line) => line.replace('"key":"user:ann"', '"key":"users:ann"')),
      'line 4: a User is named `user:...`, got `users:ann`',
    ],
    [
      'a key with blanks',
      withLine(4, (line) => line.replace('"key":"user:ann"', '"key":"user:a nn"')),
      'line 4: a key is printable ASCII without blanks, got `user:a nn`',
    ],
    [
      'a fact without a source',
      withLine(4, (line) => line.replace(/"sources":\[.*\]/, '"sources":[]')),
      'line 4: expected at least one source',
    ],
    [
      'a time that is none',
      withLine(4, (line) => line.replace(/"validFrom":"[^"]*"/, '"validFrom":"yesterday"')),
      'line 4: `validFrom` is an instant like `2026-01-31T12:00:00.000Z`, got `yesterday`',
    ],
    ['a stale gap', withLine(6, (line) => line.replace('"reason"', '"stale":true,"reason"')), 'line 6: a gap is never stale'],
    [
      'nodes after edges',
      file([HEADER, GROUP, REPOSITORY, ANN, GRANT, ANN.replaceAll('ann', 'bob'), END]),
      'line 6: nodes stand before edges',
    ],
    [
      'facts out of order',
      file([HEADER, ANN, GROUP, REPOSITORY, END]),
      'line 3: facts stand in the order of their ids, got `group:dev IS Group` after `user:ann IS User`',
    ],
    ['a fact that stands twice', file([HEADER, GROUP, GROUP, END]), 'line 3: fact `group:dev IS Group` stands twice'],
  ])('%s', async (_, text, told) => {
    expect(await refusal(text)).toContain(told);
  });

  it('bytes that are no text, and a line that is too long, by its number', async () => {
    const bytes = Buffer.concat([Buffer.from(`${HEADER}\n`), Buffer.from([0xff, 0xfe, 0x0a])]);
    expect(await refusal(bytes)).toBe('line 2: expected UTF-8, got other bytes');
    expect(await refusal(`${HEADER}\n${'x'.repeat(1024 * 1024 + 1)}`)).toBe('line 2: a line has at most 1048576 bytes, got more');
  });

  it('a file that is not there, and a folder', async () => {
    await expect(planExported(freshPath('.jsonl'))).rejects.toThrow('cannot be read');
    await expect(planExported('.')).rejects.toThrow('is a folder');
  });

  it('telling all lines that are wrong, up to 20', async () => {
    const wrong = (count: number) => file([HEADER, ...Array(count).fill(ANN.replace('User', 'Nobody')), END]);
    const few = await refusal(wrong(3));
    expect(few.match(/line \d+/g)).toEqual(['line 2', 'line 3', 'line 4']);
    const many = await refusal(wrong(500));
    expect(many.match(/line \d+/g)?.length).toBe(20);
    expect(many).toContain('the file was not read further');
  });
});

describe('an import that fails changes nothing', () => {
  const storeBefore = async () => {
    const store = await openStore(`sqlite:${freshPath('.sqlite')}`);
    await commitWorld(store, parseWorld('user:own HOLDS admin ON repository:acme/own'));
    return store;
  };

  it('when the file changes between checking and stating', async () => {
    for (const change of [
      (path: string) => appendFileSync(path, `${ANN}\n`),
      (path: string) => writeFileSync(path, file([HEADER, GROUP, REPOSITORY, END.replace('3', '2').replaceAll('1', '0')])),
      (path: string) =>
        writeFileSync(
          path,
          withLine(4, (line) => line.replace('"run":"1"', '"run":"2"')),
        ),
    ]) {
      const store = await storeBefore();
      const text = await exportText(store);
      const path = writeTestFile(file([...LINES, END]));
      const plan = await planExported(path);
      change(path);
      let told = '';
      try {
        await importFacts(store, plan, { name: 'x' });
      } catch (error) {
        told = isCodedError(error) ? error.code : String(error);
      }
      expect(told).toBe('IMPORT');
      expect(await exportText(store)).toBe(text);
      // Not even a run that could be resumed is left.
      await importText(store, file([...LINES, END]), 'x');
      expect((await store.readSnapshots()).length).toBe(2);
      await store.close();
    }
  });

  it('when its name is none', async () => {
    const store = await storeBefore();
    for (const name of ['', 'two words', '../x\n', 'Zoë', 'x'.repeat(201)])
      await expect(importText(store, file([...LINES, END]), name)).rejects.toThrow('the name of an import is');
    expect((await store.readSnapshots()).length).toBe(1);
    await store.close();
  });
});
