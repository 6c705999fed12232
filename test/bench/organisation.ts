/**
 * Synthetic organisations in the sizes S, M and L: power-law groups and grants, nested groups, tokens half of which act as users.
 *
 * Plain arrays, before they are facts. Principals are numbered users, groups, tokens; resources workspaces, projects, repositories.
 */
export type Size = 'S' | 'M' | 'L';

export interface Counts {
  readonly U: number;
  readonly G: number;
  readonly W: number;
  readonly P: number;
  readonly R: number;
  readonly T: number;
}

export interface SyntheticOrg extends Counts {
  /** Membership: a user or group, and the group (numbered after the users). */
  readonly memSrc: Int32Array;
  readonly memDst: Int32Array;
  /** Grants: holder, resource, level 1 to 3. */
  readonly gs: Int32Array;
  readonly gd: Int32Array;
  readonly gl: Uint8Array;
  /** By token: the user that it acts as or -1, and what its scopes allow, 1 to 3. */
  readonly tokOwner: Int32Array;
  readonly tokCap: Uint8Array;
  readonly projWs: Int32Array;
  readonly repoProj: Int32Array;
  readonly pub: Uint8Array;
  /** Push rules: the repository, and a user or group that it exempts. */
  readonly rsSrc: Int32Array;
  readonly rsDst: Int32Array;
}

const SIZES: Readonly<Record<Size, Counts & { readonly grants: number; readonly groupsOfUser: number }>> = {
  S: { U: 1_000, G: 100, W: 1, P: 100, R: 2_000, T: 3_000, grants: 50_000, groupsOfUser: 5 },
  M: { U: 20_000, G: 2_000, W: 4, P: 1_000, R: 20_000, T: 60_000, grants: 1_000_000, groupsOfUser: 6 },
  L: { U: 200_000, G: 20_000, W: 20, P: 10_000, R: 200_000, T: 500_000, grants: 10_000_000, groupsOfUser: 6 },
};

/** The same organisation for the same size and seed. */
export function synthesize(size: Size, seed = 20_261_124): SyntheticOrg {
  const { grants, groupsOfUser, ...counts } = SIZES[size];
  const { U, G, W, P, R, T } = counts;
  const random = randomFrom(seed);
  const below = (n: number) => Math.floor(random() * n);
  /** Small numbers often, by a power law. */
  const skewed = (n: number, exponent: number) => Math.min(n - 1, Math.floor(n * random() ** exponent));
  const [groupAt, userAt, repoAt] = [shuffled(G, random), shuffled(U, random), shuffled(R, random)];

  const members: number[] = [];
  const groups: number[] = [];
  for (let i = 0; i < U * groupsOfUser; i++) {
    members.push(below(U));
    groups.push(U + skewed(G, 3));
  }
  for (let group = 1; group < G; group++) {
    if (random() >= 0.4) continue;
    members.push(U + group);
    groups.push(U + below(group));
  }

  const sizes = new Int32Array(P);
  for (let i = 0; i < R; i++) sizes[skewed(P, 2)]! += 1;
  const repoProj = new Int32Array(R);
  for (let project = 0, repo = 0; project < P; project++) for (let i = 0; i < sizes[project]!; i++) repoProj[repo++] = project;

  const tokOwner = new Int32Array(T).fill(-1);
  const tokCap = new Uint8Array(T).fill(3);
  for (let token = 0; token < T; token++) {
    if (random() >= 0.5) continue;
    tokOwner[token] = below(U);
    const share = random();
    tokCap[token] = share < 0.5 ? 1 : share < 0.9 ? 2 : 3;
  }

  const gs = new Int32Array(grants);
  const gd = new Int32Array(grants);
  const gl = new Uint8Array(grants);
  const level = () => {
    const share = random();
    return share < 0.55 ? 1 : share < 0.93 ? 2 : 3;
  };
  let at = 0;
  for (let token = 0; token < T && at < grants; token++) {
    if (tokOwner[token]! >= 0) continue;
    gs[at] = U + G + token;
    gd[at] = random() < 0.9 ? W + P + below(R) : W + below(P);
    gl[at++] = level();
  }
  for (; at < grants; at++) {
    gs[at] = random() < 0.5 ? U + groupAt[skewed(G, 3)]! : userAt[skewed(U, 2)]!;
    const where = random();
    gd[at] = where < 0.0002 ? below(W) : where < 0.05 ? W + skewed(P, 2) : W + P + repoAt[skewed(R, 2)]!;
    gl[at] = where < 0.0002 ? 1 : level();
  }

  const rsSrc: number[] = [];
  const rsDst: number[] = [];
  for (let repo = 0; repo < R; repo++) {
    if (random() >= 0.2) continue;
    for (let i = 1 + below(4); i > 0; i--) {
      rsSrc.push(repo);
      rsDst.push(random() < 0.6 ? U + skewed(G, 3) : below(U));
    }
  }
  return {
    ...counts,
    memSrc: Int32Array.from(members),
    memDst: Int32Array.from(groups),
    gs,
    gd,
    gl,
    tokOwner,
    tokCap,
    projWs: Int32Array.from({ length: P }, (_, project) => Math.min(W - 1, Math.floor((project * W) / P))),
    repoProj,
    pub: Uint8Array.from({ length: R }, () => (random() < 0.02 ? 1 : 0)),
    rsSrc: Int32Array.from(rsSrc),
    rsDst: Int32Array.from(rsDst),
  };
}

/** A seeded generator of numbers from 0 to below 1 (xorshift, 32 bits). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 4_294_967_296;
  };
}

function shuffled(n: number, random: () => number): Int32Array {
  const order = Int32Array.from({ length: n }, (_, index) => index);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
