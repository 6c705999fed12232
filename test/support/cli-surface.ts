/** The command line as a surface: every question is a command line of its own, answered by what it prints with `--json`. */
import { runMain } from './run-main.ts';
import type { Surface } from './surface.ts';
import { writeWorldStore } from './world-store.ts';

interface PrintedAnswer {
  readonly verdict: string;
  readonly proofs: readonly { readonly text: string }[];
  readonly denials: readonly { readonly kind: string; readonly restrictions: readonly string[] }[];
  readonly gaps: readonly { readonly reason: string }[];
  readonly conditions: readonly { readonly restriction: string; readonly value: number | null }[];
}

interface PrintedList {
  readonly complete: boolean;
  readonly edges: readonly { readonly node: { readonly ref: string } }[];
}

const STATUS: Readonly<Record<string, number>> = { ALLOW: 0, DENY: 1, UNKNOWN: 3 };

export const CLI_SURFACE: Surface = {
  name: 'command line',
  async open(world) {
    const { url, remove } = await writeWorldStore(world);
    const run = async <T>(words: readonly string[], at: number | undefined): Promise<{ printed: T; status: number }> => {
      const instant = at === undefined ? [] : ['--at', new Date(at).toISOString()];
      const { status, stdout, stderr } = await runMain([...words, '--json', '--store', url, ...instant]);
      if (stderr !== '') throw new Error(stderr);
      return { printed: JSON.parse(stdout) as T, status };
    };
    const list = async (words: readonly string[], at: number | undefined) => {
      const { printed } = await run<PrintedList>([...words, '--first', '1000'], at);
      return { refs: printed.edges.map(({ node }) => node.ref), complete: printed.complete };
    };
    return {
      async check({ identity, action, resource, at }) {
        const { printed, status } = await run<PrintedAnswer>(['check', identity, action, resource], at);
        if (status !== STATUS[printed.verdict]) throw new Error(`${printed.verdict} exits with ${status}`);
        return {
          verdict: printed.verdict,
          proof: printed.proofs[0]?.text ?? '',
          denials: printed.denials.map(({ kind, restrictions }) => ({ kind, rules: restrictions })),
          gapReasons: printed.gaps.map(({ reason }) => reason),
          conditions: printed.conditions,
        };
      },
      whoCan: ({ action, resource, at }) => list(['who-can', action, resource], at),
      whatCan: ({ identity, action, at }) => list(['what-can', identity, action], at),
      close: async () => remove(),
    };
  },
};
