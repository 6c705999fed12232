/** Credentials: whom they act as, what scopes leave of it, and when they end. */
import type { NamedWorld } from './world.ts';

const acme = `
workspace:acme CONTAINS project:acme/WEB
project:acme/WEB CONTAINS repository:acme/api
user:ann HOLDS admin ON repository:acme/api
`;

export const CREDENTIAL_WORLDS: readonly NamedWorld[] = [
  {
    title: 'api_token_capped',
    why: 'a token does what its owner may and its scopes allow',
    facts: `${acme} token:ann#ci IS ApiToken
      token:ann#ci ACTS_AS user:ann
      token:ann#ci HAS_SCOPE scope:read:repository:bitbucket`,
    expect: `
      token:ann#ci repository.read repository:acme/api -> ALLOW via user:ann
      token:ann#ci branch.push branch:acme/api#main -> DENY by scope
      user:ann branch.push branch:acme/api#main -> ALLOW
      ? repository.read repository:acme/api -> token:ann#ci user:ann
      ? repository.write repository:acme/api -> user:ann`,
  },
  {
    title: 'scope_gives_nothing',
    why: 'a scope does not raise what the owner holds',
    facts: `${acme} token:bob#x IS ApiToken
      token:bob#x ACTS_AS user:bob
      token:bob#x HAS_SCOPE scope:write:repository:bitbucket
      user:bob HOLDS read ON repository:acme/api`,
    expect: 'token:bob#x branch.push branch:acme/api#main -> DENY by level',
  },
  {
    title: 'api_scopes_imply_nothing',
    why: 'of an API token the write scope does not read',
    facts: `${acme} token:ann#w IS ApiToken
      token:ann#w ACTS_AS user:ann
      token:ann#w HAS_SCOPE scope:write:repository:bitbucket`,
    expect: `
      token:ann#w branch.push branch:acme/api#main -> ALLOW
      token:ann#w repository.read repository:acme/api -> DENY by scope`,
  },
  {
    title: 'oauth_scopes_imply',
    why: 'of an OAuth consumer the write scope reads too, the admin scope neither reads nor writes',
    facts: `${acme} consumer:acme#w ACTS_AS user:ann
      consumer:acme#w HAS_SCOPE scope:repository:write
      consumer:acme#a ACTS_AS user:ann
      consumer:acme#a HAS_SCOPE scope:repository:admin`,
    expect: `
      consumer:acme#w repository.read repository:acme/api -> ALLOW
      consumer:acme#w branch.push branch:acme/api#main -> ALLOW
      consumer:acme#a restriction.edit repository:acme/api -> ALLOW
      consumer:acme#a repository.read repository:acme/api -> DENY by scope
      consumer:acme#a permission.grant repository:acme/api -> DENY by scope`,
  },
  {
    title: 'unknown_scopes',
    why: 'a token whose scopes are not known is anything between nothing and its owner',
    facts: `${acme} token:ann#q IS ApiToken
      token:ann#q ACTS_AS user:ann
      token:ann#q HIDES scopes BECAUSE denied
      token:bob#q IS ApiToken
      token:bob#q ACTS_AS user:bob
      token:bob#q HIDES scopes BECAUSE denied`,
    expect: `
      token:ann#q repository.read repository:acme/api -> UNKNOWN because denied
      token:bob#q repository.read repository:acme/api -> DENY by level`,
  },
  {
    title: 'token_without_scope',
    why: 'a token that is known to have no scope does nothing',
    facts: `${acme} token:ann#none IS ApiToken
      token:ann#none ACTS_AS user:ann`,
    expect: 'token:ann#none repository.read repository:acme/api -> DENY by scope',
  },
  {
    title: 'access_token_acts_as_itself',
    why: 'an access token is its own identity, bounded by its resource',
    facts: `${acme} project:acme/WEB CONTAINS repository:acme/site
      token:acme/api#ci IS AccessToken
      token:acme/api#ci HOLDS admin ON repository:acme/api
      token:acme/api#ci HAS_SCOPE scope:repository:write`,
    expect: `
      token:acme/api#ci branch.push branch:acme/api#main -> ALLOW
      token:acme/api#ci repository.read repository:acme/site -> DENY by level
      token:acme/api#ci restriction.edit repository:acme/api -> DENY by scope`,
  },
  {
    title: 'access_token_is_never_exempt',
    why: 'an access token cannot be listed, so a push rule stops it even where its maker is listed',
    facts: `${acme} token:acme/api#ci IS AccessToken
      token:acme/api#ci HOLDS admin ON repository:acme/api
      token:acme/api#ci HAS_SCOPE scope:repository:write
      restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=main
      restriction:acme/api#1 EXEMPTS user:ann`,
    expect: `
      token:acme/api#ci branch.push branch:acme/api#main -> DENY by restriction:acme/api#1
      token:acme/api#ci branch.push branch:acme/api#dev -> ALLOW
      user:ann branch.push branch:acme/api#main -> ALLOW`,
  },
  {
    title: 'access_token_never_grants',
    why: 'no scope lets an access token touch permissions',
    facts: `${acme} token:acme/api#ci IS AccessToken
      token:acme/api#ci HOLDS admin ON repository:acme/api
      token:acme/api#ci HAS_SCOPE scope:repository:admin`,
    expect: `
      token:acme/api#ci permission.grant repository:acme/api -> DENY by scope
      token:acme/api#ci restriction.edit repository:acme/api -> ALLOW`,
  },
  {
    title: 'token_of_exempt_owner',
    why: 'a token that acts as its owner is exempt where the owner is',
    facts: `${acme} token:ann#ci IS ApiToken
      token:ann#ci ACTS_AS user:ann
      token:ann#ci HAS_SCOPE scope:write:repository:bitbucket
      restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=main
      restriction:acme/api#1 EXEMPTS user:ann`,
    expect: 'token:ann#ci branch.push branch:acme/api#main -> ALLOW via user:ann',
  },
  {
    title: 'token_of_group_member',
    why: 'a token holds what the groups of its owner hold',
    facts: `${acme} user:bob MEMBER_OF group:acme/dev
      group:acme/dev HOLDS write ON project:acme/WEB
      token:bob#ci IS ApiToken
      token:bob#ci ACTS_AS user:bob
      token:bob#ci HAS_SCOPE scope:write:repository:bitbucket`,
    expect: 'token:bob#ci branch.push branch:acme/api#main -> ALLOW via group:acme/dev',
  },
  {
    title: 'expired_token',
    why: 'expiry counts at the instant of the question, the instant itself included',
    facts: `${acme} token:ann#old IS ApiToken expiresAt=2030-01-01T00:00:00Z
      token:ann#old ACTS_AS user:ann
      token:ann#old HAS_SCOPE scope:read:repository:bitbucket`,
    expect: `
      token:ann#old repository.read repository:acme/api -> ALLOW
      token:ann#old repository.read repository:acme/api -> ALLOW at 2029-12-31T23:59:59.999Z
      token:ann#old repository.read repository:acme/api -> DENY by expired at 2030-01-01T00:00:00Z
      token:ann#old repository.read repository:acme/api -> DENY by expired at 2031-01-01T00:00:00Z`,
  },
  {
    title: 'token_of_inactive_owner',
    why: 'a token ends with its owner',
    facts: `${acme} user:gone IS User active=false
      user:gone HOLDS admin ON repository:acme/api
      token:gone#t IS ApiToken
      token:gone#t ACTS_AS user:gone
      token:gone#t HAS_SCOPE scope:read:repository:bitbucket`,
    expect: 'token:gone#t repository.read repository:acme/api -> DENY by inactive',
  },
  {
    title: 'deploy_key_reads',
    why: 'a deploy key reads over Git and does nothing else',
    facts: `${acme} deploykey:acme/api#ci HOLDS read ON repository:acme/api`,
    expect: `
      deploykey:acme/api#ci repository.read repository:acme/api -> ALLOW
      deploykey:acme/api#ci branch.push branch:acme/api#main -> DENY by level
      deploykey:acme/api#ci pipeline.read repository:acme/api -> DENY by scope`,
  },
  {
    title: 'deploy_key_of_project',
    why: 'a key of a project reads every repository of it',
    facts: `${acme} deploykey:acme/projects/WEB#ci HOLDS read ON project:acme/WEB`,
    expect: 'deploykey:acme/projects/WEB#ci repository.read repository:acme/api -> ALLOW via project:acme/WEB',
  },
  {
    title: 'ssh_key_of_user',
    why: 'an SSH key is its user over Git: it pushes, but calls no API',
    facts: `${acme} sshkey:ann#laptop ACTS_AS user:ann`,
    expect: `
      sshkey:ann#laptop branch.push branch:acme/api#main -> ALLOW via user:ann
      sshkey:ann#laptop restriction.edit repository:acme/api -> DENY by scope`,
  },
  {
    title: 'scope_over_public_read',
    why: 'what a credential may do is met with its scopes, public read too',
    facts: `${acme} anonymous: HOLDS read ON repository:acme/api
      token:bob#p IS ApiToken
      token:bob#p ACTS_AS user:bob
      token:bob#p HAS_SCOPE scope:read:pipeline:bitbucket`,
    expect: `
      token:bob#p repository.read repository:acme/api -> DENY by scope
      token:bob#p pipeline.read repository:acme/api -> ALLOW via anonymous:`,
  },
  {
    title: 'identity_of_a_pipeline',
    why: 'the OpenID identity of a pipeline is shown to others: in Bitbucket itself it holds nothing',
    facts: `${acme} oidc:acme/api IS OidcIdentity`,
    expect: `
      oidc:acme/api repository.read repository:acme/api -> DENY by level
      ? repository.admin repository:acme/api -> user:ann`,
  },
  {
    title: 'scopes_of_another_family',
    why: 'a scope counts only in its own family: the words of OAuth say nothing to an API token',
    facts: `${acme} token:ann#odd IS ApiToken
      token:ann#odd ACTS_AS user:ann
      token:ann#odd HAS_SCOPE scope:repository:write`,
    expect: 'token:ann#odd repository.read repository:acme/api -> DENY by scope',
  },
  {
    title: 'scope_without_a_row',
    why: 'what a scope that no table describes allows is not known: at most what the level of the credential does',
    facts: `${acme} token:ann#new IS ApiToken
      token:ann#new ACTS_AS user:ann
      token:ann#new HAS_SCOPE scope:made-up
      token:ann#new HAS_SCOPE scope:read:repository:bitbucket
      token:bob#new IS ApiToken
      token:bob#new ACTS_AS user:bob
      token:bob#new HAS_SCOPE scope:made-up
      token:acme/api#new IS AccessToken
      token:acme/api#new HOLDS admin ON repository:acme/api
      token:acme/api#new HAS_SCOPE scope:made-up`,
    expect: `
      token:ann#new repository.read repository:acme/api -> ALLOW
      token:ann#new branch.push branch:acme/api#main -> UNKNOWN because unknown-value
      token:acme/api#new permission.grant repository:acme/api -> UNKNOWN because unknown-value
      token:bob#new repository.read repository:acme/api -> DENY by level
      ? repository.write repository:acme/api -> user:ann + more`,
  },
  {
    title: 'stale_scope_of_a_way',
    why: 'a scope that could not be read again leaves open what it completes, and nothing else',
    facts: `${acme} token:ann#old IS ApiToken
      token:ann#old ACTS_AS user:ann
      token:ann#old HAS_SCOPE scope:admin:repository:bitbucket
      token:ann#old HAS_SCOPE scope:write:permission:bitbucket STALE
      token:ann#old HAS_SCOPE scope:write:webhook:bitbucket STALE`,
    expect: `
      token:ann#old restriction.edit repository:acme/api -> ALLOW
      token:ann#old permission.grant repository:acme/api -> UNKNOWN because stale
      token:ann#old webhook.create repository:acme/api -> DENY by scope`,
  },
  {
    title: 'expired_owner',
    why: 'a token that is still good ends with an owner who is not',
    facts: `${acme} user:temp IS User expiresAt=2030-01-01T00:00:00Z
      user:temp HOLDS write ON repository:acme/api
      consumer:acme#t ACTS_AS user:temp
      consumer:acme#t HAS_SCOPE scope:repository:write`,
    expect: `
      consumer:acme#t repository.write repository:acme/api -> ALLOW at 2029-12-31T00:00:00Z
      consumer:acme#t repository.write repository:acme/api -> DENY by expired at 2030-06-01T00:00:00Z
      ? repository.write repository:acme/api -> user:ann at 2030-06-01T00:00:00Z`,
  },
  {
    title: 'every_reason_is_told',
    why: 'a refusal names every independent reason: level, scope and rule together',
    facts: `${acme} user:cy HOLDS read ON repository:acme/api
      consumer:acme#c ACTS_AS user:cy
      consumer:acme#c HAS_SCOPE scope:repository
      restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=main`,
    expect: `
      consumer:acme#c branch.push branch:acme/api#main -> DENY by level
      consumer:acme#c branch.push branch:acme/api#main -> DENY by scope
      consumer:acme#c branch.push branch:acme/api#main -> DENY by restriction:acme/api#1`,
  },
];
