/**
 * A world: a named lesson in facts and expectations, in the one notation. It is asked on every surface and never names one.
 *
 * Expectations, one a line:
 *     user:ann branch.push branch:acme/api#main -> ALLOW via group:acme/dev      (the first proof goes through it)
 *     user:bob branch.push branch:acme/api#main -> DENY by restriction:acme/api#1 (a rule), `by level`, `by scope`, `by expired`, `by inactive`
 *     user:cy repository.read repository:acme/api -> UNKNOWN because denied      (a gap with this reason)
 *     ... with require_approvals_to_merge=2                                      (exactly these conditions, by comma, in table order; `with nothing`)
 *     ... at 2026-01-31T12:00:00Z                                                (asked of that instant)
 *     ? repository.read repository:acme/api -> group:acme/dev user:ann           (who can, exactly; `+ more` where the list is not complete)
 *     user:ann repository.read ? -> repository:acme/api                          (what can, exactly)
 */
export interface NamedWorld {
  readonly title: string;
  /** The lesson, one sentence. */
  readonly why: string;
  readonly facts: string;
  readonly expect: string;
}

export type Expectation =
  | {
      readonly ask: 'check';
      readonly line: string;
      readonly identity: string;
      readonly action: string;
      readonly resource: string;
      readonly verdict: string;
      readonly via?: string;
      readonly by?: string;
      readonly because?: string;
      readonly conditions?: string;
      readonly at?: number;
    }
  | {
      readonly ask: 'whoCan';
      readonly line: string;
      readonly action: string;
      readonly resource: string;
      readonly refs: readonly string[];
      readonly complete: boolean;
      readonly at?: number;
    }
  | {
      readonly ask: 'whatCan';
      readonly line: string;
      readonly identity: string;
      readonly action: string;
      readonly refs: readonly string[];
      readonly complete: boolean;
      readonly at?: number;
    };

export function parseExpectations(text: string): Expectation[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map(parseExpectation);
}

function parseExpectation(line: string): Expectation {
  const [question = '', answer = ''] = line.split(' -> ');
  const [subject = '', action = '', object = ''] = question.split(' ');
  const words = answer.split(' ');
  const after = (word: string) => (words.includes(word) ? words[words.indexOf(word) + 1] : undefined);
  const instant = after('at');
  const at = instant === undefined ? {} : { at: Date.parse(instant) };
  const complete = !answer.endsWith('+ more');
  const refs = words.filter((word) => word.includes(':') && word !== instant);
  if (subject === '?') return { ask: 'whoCan', line, action, resource: object, refs, complete, ...at };
  if (object === '?') return { ask: 'whatCan', line, identity: subject, action, refs, complete, ...at };
  const [via, by, because, conditions] = [after('via'), after('by'), after('because'), after('with')];
  return {
    ask: 'check',
    line,
    identity: subject,
    action,
    resource: object,
    verdict: words[0] ?? '',
    ...at,
    ...(via === undefined ? {} : { via }),
    ...(by === undefined ? {} : { by }),
    ...(because === undefined ? {} : { because }),
    ...(conditions === undefined ? {} : { conditions }),
  };
}
