/**
 * What stands around a node in one snapshot: as what it holds permissions, what contains it, and what is not known of it.
 */
import type { NodeKey } from '../graph/fact.ts';
import { isAskable } from '../graph/model/node-kinds.ts';
import { nameGaps } from './gap-text.ts';
import type { Moment } from './moment.ts';
import type { NamedGap } from './port.ts';
import type { View } from './view.ts';

/** In the order of keys; nothing of what the snapshot does not have or what cannot hold a permission. */
export function holderKeys({ engine, keys }: View, key: NodeKey): NodeKey[] {
  const index = keys.indexOf(key);
  if (index < 0 || !isAskable(engine.kindOf(index))) return [];
  return engine.holdersOf(index).map((holder) => keys.keyOf(holder));
}

/** In the order of keys, without the node itself. */
export function containerKeys({ engine, keys }: View, key: NodeKey): NodeKey[] {
  const index = keys.indexOf(key);
  const around = index < 0 ? [] : engine.ancestorsOf(index).filter((container) => container !== index);
  return [...around].sort((a, b) => a - b).map((container) => keys.keyOf(container));
}

export async function readGapsAbout(moment: Moment, key: NodeKey): Promise<readonly NamedGap[]> {
  const about = (await moment.readGaps()).flatMap(({ fact }) => (fact.scope === key ? [fact] : []));
  return about.length === 0 ? [] : nameGaps(about, moment.names);
}
