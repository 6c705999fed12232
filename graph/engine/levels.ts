/**
 * Levels that a set of holders has on a resource, by going up from it: the hot path of every check.
 *
 * A question for a level is turned around: `wanted` is a mask of levels, and the codes that give one of them are accepted. Going
 * up to a container lifts the mask by the inheritance table, so nothing is computed for what the resource itself does not need.
 */
import { type Csr, lowerBound } from './csr.ts';
import { type GrantRows, type Graph, SEVERAL } from './graph.ts';
import type { CertainHolders, PossibleHolders } from './holders.ts';
import type { NodeIndex } from './port.ts';
import { ACCEPT, CLOSED, FULL, LIFT, NO_SLOT, PASS, PUBLIC, SLOT_OF_META } from './tables.ts';

/** A row this many times longer than the set of holders is searched for each holder instead of read. */
export const SCAN_FACTOR = 8;

/** Do the holders certainly have one of the wanted levels? `reports`: the action is one that Bitbucket's own listing speaks of. */
export function certainlyHeld(graph: Graph, holders: CertainHolders, resource: NodeIndex, wanted: number, reports: boolean): boolean {
  const { meta, containerOf, grants } = graph;
  const standing = reports && graph.reports.byResource.off.length > 0;
  const alone = holders.listFrom === holders.listTo && holders.owner < 0 ? grants.byHolder : null;
  let at = resource;
  let mask = wanted;
  for (;;) {
    const about = meta[at]!;
    const slot = SLOT_OF_META[about & 0xff]!;
    if (slot === NO_SLOT) return false;
    const accepted = ACCEPT[(slot << 8) | mask]!;
    if ((about >> 8) & accepted) return true;
    if (alone === null ? rowGives(grants.byResource, at, accepted, holders) : pairGives(alone, holders.self, at, accepted)) return true;
    if (standing && graph.standsIn(at) && rowGives(graph.reports.byResource, at, accepted, holders)) return true;
    const up = containerOf[at]!;
    if (up === SEVERAL) return liftedThrough(graph, holders, at, mask, reports);
    if (up < 0 || up & 1) return false;
    const container = up >> 1;
    const above = SLOT_OF_META[meta[container]! & 0xff]!;
    if (above === NO_SLOT) return false;
    mask = LIFT[(((above << 3) | slot) << 8) | mask]!;
    if (mask === 0) return false;
    at = container;
  }
}

/** Several containers: each is a way of its own. */
function liftedThrough(graph: Graph, holders: CertainHolders, at: NodeIndex, mask: number, reports: boolean): boolean {
  const { off, val } = graph.containerUp;
  for (let i = off[at]!; i < off[at + 1]!; i++) {
    const container = val[i]! >> 1;
    const lifted = val[i]! & 1 ? 0 : lift(graph, container, at, mask);
    if (lifted !== 0 && certainlyHeld(graph, holders, container, lifted, reports)) return true;
  }
  return false;
}

/** The levels of the container that give a wanted one on the content. */
export function lift(graph: Graph, container: NodeIndex, content: NodeIndex, mask: number): number {
  const above = graph.slotOf(container);
  const slot = graph.slotOf(content);
  return above === NO_SLOT || slot === NO_SLOT ? 0 : LIFT[(((above << 3) | slot) << 8) | mask]!;
}

/** What levels on the container give on the content. */
export function pass(graph: Graph, container: NodeIndex, content: NodeIndex, mask: number): number {
  const above = graph.slotOf(container);
  const slot = graph.slotOf(content);
  return above === NO_SLOT || slot === NO_SLOT ? 0 : PASS[(((above << 3) | slot) << 8) | mask]!;
}

/** Is there an accepted code for one of the holders in the row of the resource? */
function rowGives({ off, val }: Csr, resource: NodeIndex, accepted: number, holders: CertainHolders): boolean {
  if (off.length === 0) return false;
  const start = off[resource]!;
  const end = off[resource + 1]!;
  const { self, owner, list, listFrom, listTo } = holders;
  if (end - start <= (listTo - listFrom + 2) * SCAN_FACTOR) {
    const { marks, epoch, from, to } = holders;
    for (let i = start; i < end; i++) {
      const grant = val[i]!;
      if (((accepted >> (grant & 7)) & 1) === 0) continue;
      const holder = grant >> 3;
      if (holder >= from && holder < to ? marks[holder] === epoch : holder === self || holder === owner) return true;
      // A group that is asked itself lies in the range without being marked.
      if (holder === self) return true;
    }
    return false;
  }
  if (searchGives(val, start, end, self, accepted)) return true;
  if (owner >= 0 && searchGives(val, start, end, owner, accepted)) return true;
  for (let i = listFrom; i < listTo; i++) if (searchGives(val, start, end, list[i]!, accepted)) return true;
  return false;
}

/** A holder without groups has few grants: they are fewer than those of the resource. */
function pairGives({ off, val }: Csr, holder: NodeIndex, resource: NodeIndex, accepted: number): boolean {
  return off.length > 0 && searchGives(val, off[holder]!, off[holder + 1]!, resource, accepted);
}

function searchGives(val: Int32Array, start: number, end: number, node: NodeIndex, accepted: number): boolean {
  for (let at = lowerBound(val, start, end, node << 3); at < end && val[at]! >> 3 === node; at++)
    if ((accepted >> (val[at]! & 7)) & 1) return true;
  return false;
}

/** All levels that the holders certainly have on the resource. */
export function certainLevels(graph: Graph, holders: CertainHolders, resource: NodeIndex, reports: boolean): number {
  const slot = graph.slotOf(resource);
  if (slot === NO_SLOT) return 0;
  let codes = graph.meta[resource]! >> 8;
  codes |= codesIn(graph.grants, resource, holders);
  if (reports && graph.standsIn(resource)) codes |= codesIn(graph.reports, resource, holders);
  let mask = CLOSED[(slot << 8) | codes]!;
  const { off, val } = graph.containerUp;
  for (let i = off[resource] ?? 0; i < (off[resource + 1] ?? 0); i++) {
    const container = val[i]! >> 1;
    if ((val[i]! & 1) === 0 && lift(graph, container, resource, 0xff) !== 0)
      mask |= pass(graph, container, resource, certainLevels(graph, holders, container, reports));
  }
  return mask;
}

/** All levels that the holders may have on the resource. */
export function possibleLevels(graph: Graph, holders: PossibleHolders, resource: NodeIndex, reports: boolean): number {
  const slot = graph.slotOf(resource);
  if (slot === NO_SLOT) return 0;
  let mask = addedLevels(graph, holders, resource);
  let codes = graph.meta[resource]! >> 8;
  codes |= codesIn(graph.grants, resource, holders) | codesIn(graph.staleGrants, resource, holders);
  if (reports && graph.standsIn(resource))
    codes |= codesIn(graph.reports, resource, holders) | codesIn(graph.staleReports, resource, holders);
  mask |= CLOSED[(slot << 8) | codes]!;
  const { off, val } = graph.containerUp;
  for (let i = off[resource] ?? 0; i < (off[resource + 1] ?? 0); i++) {
    const container = val[i]! >> 1;
    if (lift(graph, container, resource, 0xff) !== 0)
      mask |= pass(graph, container, resource, possibleLevels(graph, holders, container, reports));
  }
  return mask;
}

/** What gaps may add to the holders on the resource itself. */
function addedLevels(graph: Graph, holders: PossibleHolders, resource: NodeIndex): number {
  const slot = graph.slotOf(resource);
  let mask = 0;
  for (const gap of graph.hidden.grants.get(resource) ?? []) if (holders.hasFor(gap)) mask |= addedBy(gap.anyLevel, slot);
  return mask;
}

/** The most that a gap may add on a resource of the slot. */
export function addedBy(anyLevel: boolean, slot: number): number {
  return anyLevel ? FULL[slot]! : PUBLIC[slot]!;
}

function codesIn({ byResource: { off, val } }: GrantRows, resource: NodeIndex, holders: { has(node: NodeIndex): boolean }): number {
  let codes = 0;
  for (let i = off[resource] ?? 0; i < (off[resource + 1] ?? 0); i++) if (holders.has(val[i]! >> 3)) codes |= 1 << (val[i]! & 7);
  return codes;
}
