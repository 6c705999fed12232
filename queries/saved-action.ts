/**
 * What the Cypher form of a saved question is told of an action that is a parameter: its rows of the tables.
 */
import { CodedError } from '../graph/errors.ts';
import { type Action, actionRow, isAction } from '../graph/model/actions.ts';
import { isLeveled } from '../graph/model/lattice.ts';
import { shown } from './requests.ts';
import { LEVELED_ACTIONS, needsOf, speaksOf, waysOf } from './saved-fragments.ts';

/** Errors: ACTION_UNKNOWN with the actions that a parameter takes. */
export function requireLeveledAction(name: string): Action {
  if (isAction(name) && LEVELED_ACTIONS.includes(name)) return name;
  throw new CodedError('ACTION_UNKNOWN', `an action of a saved question is one of ${LEVELED_ACTIONS.join(', ')}; got ${shown(name)}`, {
    action: name,
    actions: LEVELED_ACTIONS,
  });
}

/** `NAMENeeds`, `NAMEWays` by kind of resource, `NAMEOn` and `NAMEIsReported`. */
export function actionParameters(name: string, action: Action): Record<string, unknown> {
  const on = actionRow(action).on.filter(isLeveled);
  return {
    [`${name}Needs`]: needsOf(action),
    [`${name}Ways`]: Object.fromEntries(on.map((kind) => [kind, waysOf(action, kind)])),
    [`${name}On`]: on,
    [`${name}IsReported`]: speaksOf(action),
  };
}
