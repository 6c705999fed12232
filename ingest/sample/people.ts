/**
 * The people of the sample workspace: 25 users, one of them from outside, and eight groups.
 */
import { KEYS_BY_USER } from './automation.ts';
import type { SampleGroup, SampleUser } from './workspace.ts';

const person = (nickname: string, name: string, more: Partial<SampleUser> = {}): SampleUser => ({
  nickname,
  name,
  role: 'member',
  active: true,
  keys: KEYS_BY_USER[nickname] ?? [],
  ...more,
});

export const SAMPLE_USERS: SampleUser[] = [
  person('amara', 'Amara Okonkwo', { role: 'owner' }),
  person('henrik', 'Henrik Sundberg', { role: 'owner' }),
  person('evan', 'Evan Lindqvist'),
  person('mina', 'Mina Farouk'),
  person('jonas', 'Jonas Weber'),
  person('sofia', 'Sofia Rossi'),
  person('oliver', 'Oliver Grant'),
  person('grace', 'Grace Mwangi'),
  person('yara', 'Yara Costa'),
  person('kenji', 'Kenji Watanabe'),
  person('zoe', 'Zoé Laurent'),
  person('tomas', 'Tomás Herrera'),
  person('priya', 'Priya Raman'),
  person('lucia', 'Lucía Benítez'),
  person('dmitri', 'Dmitri Volkov'),
  person('ingrid', 'Ingrid Dahl'),
  person('marcus', 'Marcus Bell'),
  person('elena', 'Elena Petrova'),
  person('chen', 'Chen Wei'),
  person('fatima', 'Fatima El Idrissi'),
  person('nadia', 'Nadia Haddad'),
  person('pavel', 'Pavel Novák'),
  // Left in spring; the account is off and the groups still name it.
  person('liam', "Liam O'Connor", { active: false }),
  person('acme-deploy-bot', 'Acme Deploy Bot'),
  // Of the design agency: holds grants, is no member of the workspace.
  person('quinn', 'Quinn Harper', { role: null }),
];

const group = (slug: string, name: string, members: string[], privilege: SampleGroup['privilege'] = null): SampleGroup => ({
  slug,
  name,
  members,
  privilege,
});

export const SAMPLE_GROUPS: SampleGroup[] = [
  group('administrators', 'Administrators', ['amara', 'henrik'], 'admin'),
  group('developers', 'Developers', ['evan', 'jonas', 'sofia', 'oliver', 'grace', 'yara', 'kenji', 'lucia', 'liam']),
  // Overlaps with developers and site reliability.
  group('release-managers', 'Release managers', ['mina', 'tomas', 'marcus', 'sofia']),
  group('payments', 'Payments', ['tomas', 'priya', 'lucia']),
  group('sre', 'Site reliability', ['marcus', 'elena', 'henrik']),
  group('security', 'Security', ['dmitri', 'ingrid']),
  group('data', 'Data', ['chen', 'fatima'], 'collaborator'),
  // Kept for the next project; nobody is in it, and its grants give nobody anything.
  group('contractors', 'Contractors', []),
];
