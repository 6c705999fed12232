/** Exports and imports of the tests: stores, files and folders of their own, removed when the test file ends. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { FactExport } from '../../graph/exchange/export-facts.ts';
import { planExported } from '../../graph/exchange/exported-file.ts';
import { importFacts } from '../../graph/exchange/import-facts.ts';
import { planNotation } from '../../graph/exchange/notation-file.ts';
import type { ImportPlan } from '../../graph/exchange/plan.ts';
import type { SnapshotInfo, Store } from '../../graph/store/port.ts';

const folder = mkdtempSync(join(tmpdir(), 'grantpath-exchange-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

export function writeTestFile(text: string | Uint8Array): string {
  const path = join(folder, `${++files}.jsonl`);
  writeFileSync(path, text);
  return path;
}

/** A path in the folder where nothing is yet. */
export function freshPath(suffix: string): string {
  return join(folder, `${++files}${suffix}`);
}

export async function exportText(store: Store, at: number | null = null): Promise<string> {
  const facts = await FactExport.of(store, at);
  return (await Array.fromAsync(facts.lines())).join('');
}

export function planText(text: string | Uint8Array): Promise<ImportPlan> {
  return planExported(writeTestFile(text));
}

export async function importText(store: Store, text: string, name?: string): Promise<SnapshotInfo> {
  const plan = await planText(text);
  return importFacts(store, plan, { name: name ?? plan.name ?? '' });
}

export async function planWorld(store: Store, text: string): Promise<ImportPlan> {
  const { at } = (await store.readSnapshotAt()) ?? { at: 0 };
  const answering = (refs: readonly string[]) => store.readNodesByRefs(refs, at);
  return planNotation(writeTestFile(text), { answering, fetchedAt: 7000 });
}

export async function importWorld(store: Store, text: string, name = 'notes'): Promise<SnapshotInfo> {
  return importFacts(store, await planWorld(store, text), { name });
}
