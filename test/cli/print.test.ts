/**
 * What reaches a terminal: tables that fit it, and nothing that it would obey.
 */
import { describe, expect, it } from 'vitest';
import { plain } from '../../cli/plain.ts';
import { printResult } from '../../cli/result-tables.ts';
import { renderTable } from '../../cli/table.ts';

const ESC = String.fromCharCode(27);

describe('text of others', () => {
  it('shows control characters instead of obeying them', () => {
    expect(plain(`red ${ESC}[31m\rgone\u202e`)).toBe('red \\u001b[31m\\u000dgone\\u202e');
    expect(plain('two\nlines', { lines: true })).toBe('two\nlines');
    expect(plain('Ölander 日本')).toBe('Ölander 日本');
    expect(renderTable({ head: ['Name'], rows: [[`x${ESC}[2J`]] })).toBe('Name\nx\\u001b[2J\n');
  });
});

describe('a table', () => {
  const head = ['Kind', 'What'];
  const rows = [
    ['User', 'somebody with quite a long description of what they do all day'],
    ['Group', 'short'],
  ];

  it('is as wide as it is where nobody looks at a terminal', () => {
    expect(renderTable({ head, rows })).toBe(
      'Kind   What\nUser   somebody with quite a long description of what they do all day\nGroup  short\n',
    );
    expect(renderTable({ head, rows: [] })).toBe('');
  });

  it('is wrapped to a terminal and loses nothing', () => {
    const text = renderTable({ head, rows, columns: 30 });
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(30);
    for (const word of 'somebody with quite a long description of what they do all day'.split(' '))
      expect(text.replace(/\s+/g, ' ')).toContain(word);
  });
});

describe('a table whose words do not fit', () => {
  it('becomes a block of lines for each row: no word is cut', () => {
    const rows = [
      ['repository:acme/a-rather-long-name', 'group:acme/another-long-name'],
      ['repository:acme/b', ''],
    ];
    expect(renderTable({ head: ['Resource', 'Holder'], rows, columns: 40 })).toBe(
      'Resource  repository:acme/a-rather-long-name\nHolder    group:acme/another-long-name\n\nResource  repository:acme/b\n',
    );
  });
});

describe('an answer of GraphQL', () => {
  it('becomes a table for each field, its entries as rows', () => {
    let text = '';
    const io = {
      stdout: { write: (more: string) => (text += more) },
      stderr: { write: () => {} },
      env: {},
      stop: new AbortController().signal,
    };
    printResult(io, {
      find: { totalCount: 2, edges: [{ node: { ref: 'user:ann', groups: { edges: [] } } }, { node: { ref: 'user:bob', groups: null } }] },
      coverage: [],
      node: { ref: 'user:ann', name: 'Ann' },
      nothing: null,
    });
    expect(text).toBe(
      [
        '',
        'find',
        'node.ref  node.groups',
        'user:ann  {"edges":[]}',
        'user:bob',
        'find.totalCount: 2',
        'coverage: none',
        '',
        'node',
        'ref       name',
        'user:ann  Ann',
        'nothing: ',
        '',
      ].join('\n'),
    );
  });
});
