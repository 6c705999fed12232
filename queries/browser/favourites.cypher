// Favourites for Neo4j Browser: what `grantpath query --list` shows, in Cypher. Rendered by `npm run generate`.
// Run the line below once, with the name of your tenant; then the lines with `:param` above a statement, with values of your own.
// A parameter that names a node is its key, which differs from store to store: the first statement finds keys by name. Until you put
// one in, such a statement finds nothing.
:param tenant => 'default'

// Which key has this name? Put the label of its kind instead of Repository.
:param ref => 'repository:acme/api'
MATCH (n:Repository {tenant: $tenant, ref: $ref})
RETURN n.ref AS name, n.key AS key;

// Through which owner and groups may this identity hold permissions? (acts-through)
// what anybody may, everybody may: `anonymous:` is not listed
:param identity => 'KEY of user:evan'
MATCH (i:Node {tenant: $tenant, key: $identity})
MATCH (i)-[:ACTS_AS|MEMBER_OF*1..]->(holder)
WHERE holder <> i AND NOT holder:Anonymous
RETURN DISTINCT holder ORDER BY holder.ref;

// Can this identity certainly do this to this repository, project, workspace or instance? (check)
// false where it cannot, and where gaps leave it open
:param identity => 'KEY of user:evan'
:param actionNeeds => ['levels/cloud/Repository/write', 'levels/dc/Repository/write']
:param actionWays => {Repository: {ApiToken: [['scope:write:repository:bitbucket']], AccessToken: [['scope:project:write'], ['scope:repository:write'], ['scope:pullrequest:write']], OAuthConsumer: [['scope:project:write'], ['scope:repository:write'], ['scope:pullrequest:write']], DeployKey: [[]], AccessKey: [[]], SshKey: [[]], ApplicationLink: [[]], OidcIdentity: [[]]}}
:param actionOn => ['Repository']
:param actionIsReported => true
:param resource => 'KEY of repository:acme/api'
OPTIONAL MATCH (i:Node {tenant: $tenant, key: $identity})
OPTIONAL MATCH (r:Node {tenant: $tenant, key: $resource})
WITH i, r
// No answer for what is not there. Anybody may be asked about, also where nothing is public.
WHERE r IS NOT NULL AND (i IS NOT NULL OR $identity = 'anonymous:')
WITH i, r,
  COLLECT { MATCH (i)-[:ACTS_AS|MEMBER_OF*0..]->(holder) RETURN DISTINCT holder.number } AS holders,
  COLLECT { MATCH (r)<-[:ON]-(p)<-[:IMPLIES*0..]-(q) WHERE p.rule IN $actionNeeds RETURN q } AS given
WITH i, r, given, COLLECT {
    UNWIND given AS q
    WITH DISTINCT q
    WITH DISTINCT q.resource AS resource
    UNWIND holders AS holder
    RETURN holder * 67108864 + resource
  } AS pairs
RETURN (EXISTS {
    UNWIND pairs AS pair
    MATCH ()-[held:HOLDS {pair: pair}]->(q) USING INDEX SEEK held:HOLDS(pair)
    WHERE q IN given
  } OR $actionIsReported AND EXISTS {
    MATCH (r)<-[:CONTAINS|STALE_CONTAINS*0..]-()<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['user-grants', 'group-grants', 'grant-level', 'groups']
    UNWIND pairs AS pair
    MATCH ()-[held:REPORTED {pair: pair}]->(q) USING INDEX SEEK held:REPORTED(pair)
    WHERE q IN given AND EXISTS {
    MATCH (q)-[:ON]->()<-[:CONTAINS|STALE_CONTAINS*0..]-()<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['user-grants', 'group-grants', 'grant-level', 'groups']
  }
  })
  AND NOT EXISTS {
    MATCH (i)-[:ACTS_AS|STALE_ACTS_AS*0..1]->(actor)
    WHERE actor.active = false OR actor.expiresAt <= timestamp() OR EXISTS { (:Gap {tenant: $tenant, about: actor.number, hides: 'activity'}) }
  }
  AND NOT EXISTS {
    MATCH (i:ApiToken|OAuthConsumer|SshKey|ApplicationLink)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'owner' AND around = i)
  }
  AND all(label IN labels(i) WHERE any(way IN coalesce($actionWays[head([label IN labels(r) WHERE label <> 'Node'])][label], [[]]) WHERE
    all(scope IN way WHERE EXISTS { (i)-[:HAS_SCOPE]->(:Scope {tenant: $tenant, key: scope}) }))) AS allowed;

// Who can push to the default branch of each repository? (default-branch-pushers)
MATCH (r:Repository {tenant: $tenant})-[:MAIN_BRANCH]->(b:Branch)
WHERE r.key > ''
WITH r, b, EXISTS {
    MATCH (r)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'rules' AND around = r)
  } AS areHidden
MATCH (r)<-[:ON]-(p:Permission)
WHERE p.rule IN ['levels/cloud/Repository/write', 'levels/dc/Repository/write']
MATCH (p)<-[:IMPLIES*0..]-(q:Permission)<-[:HOLDS]-(holder)
WITH DISTINCT r, b, areHidden, holder
MATCH (holder)<-[:ACTS_AS|MEMBER_OF*0..]-(i:User|ServiceUser|Anonymous|Group|Everyone|ApiToken|AccessToken|OAuthConsumer|DeployKey|AccessKey|SshKey|ApplicationLink|OidcIdentity)
WITH DISTINCT r, b, areHidden, i
WHERE NOT EXISTS {
    MATCH (i)-[:ACTS_AS|STALE_ACTS_AS*0..1]->(actor)
    WHERE actor.active = false OR actor.expiresAt <= timestamp() OR EXISTS { (:Gap {tenant: $tenant, about: actor.number, hides: 'activity'}) }
  }
  AND NOT EXISTS {
    MATCH (i:ApiToken|OAuthConsumer|SshKey|ApplicationLink)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'owner' AND around = i)
  }
  AND all(label IN labels(i) WHERE any(way IN coalesce({
    ApiToken: [['scope:write:repository:bitbucket']],
    AccessToken: [['scope:project:write'], ['scope:repository:write'], ['scope:pullrequest:write']],
    OAuthConsumer: [['scope:project:write'], ['scope:repository:write'], ['scope:pullrequest:write']],
    DeployKey: [[]],
    AccessKey: [[]],
    SshKey: [[]],
    ApplicationLink: [[]],
    OidcIdentity: [[]]
  }[label], [[]]) WHERE
    all(scope IN way WHERE EXISTS { (i)-[:HAS_SCOPE]->(:Scope {tenant: $tenant, key: scope}) })))
WITH r, b, areHidden, i, COLLECT { MATCH (i)-[:ACTS_AS|MEMBER_OF*0..]->(holder) RETURN DISTINCT holder } AS holders
WHERE (EXISTS {
      MATCH (b)<-[binds:BINDS]-()-[:EXEMPTS]->(exempt)
      WHERE binds.word IN ['push'] AND exempt IN holders
    } OR (NOT areHidden
    AND NOT EXISTS { (b)<-[:BINDS {word: 'push'}]-() }
    AND NOT EXISTS {
      MATCH (b)<-[:MAY_BIND {word: 'push'}]-(rule)
      WHERE NOT EXISTS { MATCH (rule)-[:EXEMPTS]->(exempt) WHERE exempt IN holders }
    }))
  AND (EXISTS {
      MATCH (b)<-[binds:BINDS]-()-[:EXEMPTS]->(exempt)
      WHERE binds.word IN ['unknown'] AND exempt IN holders
    } OR (NOT EXISTS { (b)<-[:BINDS {word: 'unknown'}]-() }
    AND NOT EXISTS {
      MATCH (b)<-[:MAY_BIND {word: 'unknown'}]-(rule)
      WHERE NOT EXISTS { MATCH (rule)-[:EXEMPTS]->(exempt) WHERE exempt IN holders }
    }))
RETURN r AS repository, b AS branch, i AS identity ORDER BY r.ref, i.ref;

// Which projects give write to everybody by default? (default-write-projects)
// the default permission of a project is a grant of all licensed users; it is held by `everyone:`, or by `anonymous:`
MATCH (r:Project {tenant: $tenant})
WHERE r.key > ''
MATCH (r)<-[:ON]-(p:Permission)
WHERE p.rule IN ['levels/cloud/Project/write', 'levels/dc/Project/write']
MATCH (p)<-[:IMPLIES*0..]-(q:Permission)<-[:HOLDS]-(holder)
WITH DISTINCT r, holder
MATCH (holder)<-[:ACTS_AS|MEMBER_OF*0..]-(i:Everyone|Anonymous)
WITH DISTINCT r, i
WHERE NOT EXISTS {
    MATCH (i)-[:ACTS_AS|STALE_ACTS_AS*0..1]->(actor)
    WHERE actor.active = false OR actor.expiresAt <= timestamp() OR EXISTS { (:Gap {tenant: $tenant, about: actor.number, hides: 'activity'}) }
  }
  AND NOT EXISTS {
    MATCH (i:ApiToken|OAuthConsumer|SshKey|ApplicationLink)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'owner' AND around = i)
  }
  AND all(label IN labels(i) WHERE any(way IN coalesce({
    ApiToken: [['scope:write:project:bitbucket']],
    AccessToken: [['scope:project:write']],
    OAuthConsumer: [['scope:project:write']],
    DeployKey: [],
    AccessKey: [],
    SshKey: [],
    ApplicationLink: [[]],
    OidcIdentity: [[]]
  }[label], [[]]) WHERE
    all(scope IN way WHERE EXISTS { (i)-[:HAS_SCOPE]->(:Scope {tenant: $tenant, key: scope}) })))
RETURN r AS project, i AS holder ORDER BY r.ref, i.ref;

// Which grants on repositories are held by a person instead of a group? (direct-user-grants)
MATCH (r:Repository {tenant: $tenant})<-[:ON]-(p:Permission)<-[:HOLDS]-(person:User)
WHERE r.key > ''
RETURN DISTINCT r AS repository, p.level AS level, person;

// Which groups hold grants and have no member? (empty-groups)
// whoever is put into one gets them; a group of which the members could not be read is left out
MATCH (group:Group {tenant: $tenant})
WHERE group.key > ''
  AND NOT EXISTS { (group)<-[:MEMBER_OF|STALE_MEMBER_OF]-() }
  AND NOT EXISTS {
    MATCH (group)<-[:CONTAINS|STALE_CONTAINS*0..]-()<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['group-members', 'groups', 'everything']
  }
MATCH (group)-[:HOLDS]->(p:Permission)
RETURN group, count(DISTINCT p) AS grants ORDER BY grants DESC, group.ref;

// Who can push to this branch because the restrictions on it exempt him? (exempt-from-push-rules)
// nobody, where no restriction binds the branch: everybody who can write pushes then
:param branch => 'branch:acme/api#main'
:param branchRepository => 'repository:acme/api'
MATCH (b:Branch {tenant: $tenant, key: $branch})
MATCH (r:Repository {tenant: $tenant, key: $branchRepository})
WHERE EXISTS { MATCH (b)<-[bound:BINDS|MAY_BIND]-() WHERE bound.word IN ['push', 'unknown'] }
WITH r, b, EXISTS {
    MATCH (r)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'rules' AND around = r)
  } AS areHidden
MATCH (r)<-[:ON]-(p:Permission)
WHERE p.rule IN ['levels/cloud/Repository/write', 'levels/dc/Repository/write']
MATCH (p)<-[:IMPLIES*0..]-(q:Permission)<-[:HOLDS]-(holder)
WITH DISTINCT r, b, areHidden, holder
MATCH (holder)<-[:ACTS_AS|MEMBER_OF*0..]-(i:User|ServiceUser|Anonymous|Group|Everyone|ApiToken|AccessToken|OAuthConsumer|DeployKey|AccessKey|SshKey|ApplicationLink|OidcIdentity)
WITH DISTINCT r, b, areHidden, i
WHERE NOT EXISTS {
    MATCH (i)-[:ACTS_AS|STALE_ACTS_AS*0..1]->(actor)
    WHERE actor.active = false OR actor.expiresAt <= timestamp() OR EXISTS { (:Gap {tenant: $tenant, about: actor.number, hides: 'activity'}) }
  }
  AND NOT EXISTS {
    MATCH (i:ApiToken|OAuthConsumer|SshKey|ApplicationLink)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'owner' AND around = i)
  }
  AND all(label IN labels(i) WHERE any(way IN coalesce({
    ApiToken: [['scope:write:repository:bitbucket']],
    AccessToken: [['scope:project:write'], ['scope:repository:write'], ['scope:pullrequest:write']],
    OAuthConsumer: [['scope:project:write'], ['scope:repository:write'], ['scope:pullrequest:write']],
    DeployKey: [[]],
    AccessKey: [[]],
    SshKey: [[]],
    ApplicationLink: [[]],
    OidcIdentity: [[]]
  }[label], [[]]) WHERE
    all(scope IN way WHERE EXISTS { (i)-[:HAS_SCOPE]->(:Scope {tenant: $tenant, key: scope}) })))
WITH r, b, areHidden, i, COLLECT { MATCH (i)-[:ACTS_AS|MEMBER_OF*0..]->(holder) RETURN DISTINCT holder } AS holders
WHERE (EXISTS {
      MATCH (b)<-[binds:BINDS]-()-[:EXEMPTS]->(exempt)
      WHERE binds.word IN ['push'] AND exempt IN holders
    } OR (NOT areHidden
    AND NOT EXISTS { (b)<-[:BINDS {word: 'push'}]-() }
    AND NOT EXISTS {
      MATCH (b)<-[:MAY_BIND {word: 'push'}]-(rule)
      WHERE NOT EXISTS { MATCH (rule)-[:EXEMPTS]->(exempt) WHERE exempt IN holders }
    }))
  AND (EXISTS {
      MATCH (b)<-[binds:BINDS]-()-[:EXEMPTS]->(exempt)
      WHERE binds.word IN ['unknown'] AND exempt IN holders
    } OR (NOT EXISTS { (b)<-[:BINDS {word: 'unknown'}]-() }
    AND NOT EXISTS {
      MATCH (b)<-[:MAY_BIND {word: 'unknown'}]-(rule)
      WHERE NOT EXISTS { MATCH (rule)-[:EXEMPTS]->(exempt) WHERE exempt IN holders }
    }))
RETURN i AS identity ORDER BY i.ref;

// Who is listed as exempt from the restrictions of this repository, and on which branches? (exempt-lists)
// branches are named by a pattern or by their type in the branching model; members of a listed group are exempt too
:param repository => 'KEY of repository:acme/api'
MATCH (r:Repository {tenant: $tenant, key: $repository})
MATCH (r)<-[restricts:RESTRICTS]-(rule:BranchRestriction)-[:EXEMPTS]->(exempt)
RETURN DISTINCT rule, restricts.word AS restriction, coalesce(restricts.glob, restricts.branchType, '') AS branches, exempt;

// Which credentials have expired, or will within so many days? (expiring-credentials)
:param days => 30
MATCH (i:ApiToken|AccessToken|OAuthConsumer|DeployKey|AccessKey|SshKey|ApplicationLink|OidcIdentity {tenant: $tenant})
WHERE i.key > '' AND i.expiresAt <= timestamp() + $days * 86400000
RETURN i AS credential, i.expiresAt AS expiresAt ORDER BY expiresAt;

// What is not known, and how many repositories does each gap touch? (gaps-by-cost)
// a gap of a container touches the repositories in it, one of a group or person those that it can certainly read
MATCH (gap:Gap {tenant: $tenant})-[:ABOUT]->(i)
WHERE gap.about >= 0
WITH DISTINCT gap.reason AS reason, gap.hides AS hides, i, head(COLLECT { MATCH (gap)-[:SUBJECT]->(subject) RETURN subject }) AS subject
RETURN CASE
  WHEN i:Repository THEN 1
  WHEN i:Project|Workspace|Instance
  THEN COUNT { MATCH (i:Project|Workspace)-[:CONTAINS|STALE_CONTAINS]->(r:Repository) RETURN DISTINCT r }
    + COUNT { MATCH (i:Workspace|Instance)-[:CONTAINS|STALE_CONTAINS]->(p:Project)-[:CONTAINS|STALE_CONTAINS]->(r:Repository) RETURN DISTINCT p, r }
  WHEN i:User|ServiceUser|Anonymous|Group|Everyone|ApiToken|AccessToken|OAuthConsumer|DeployKey|AccessKey|SshKey|ApplicationLink|OidcIdentity
  THEN COUNT {
MATCH (i)-[:ACTS_AS|MEMBER_OF*0..]->(holder)
WITH DISTINCT holder
MATCH (holder)-[held:HOLDS|REPORTED]->(q:Permission)
WHERE (held:HOLDS OR (true AND EXISTS {
    MATCH (q)-[:ON]->()<-[:CONTAINS|STALE_CONTAINS*0..]-()<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['user-grants', 'group-grants', 'grant-level', 'groups']
  }))
WITH DISTINCT q
MATCH (q)-[:IMPLIES*0..]->(p:Permission)-[:ON]->(r:Repository)
WHERE p.rule IN ['levels/cloud/Repository/read', 'levels/dc/Repository/browse']
WITH DISTINCT r
WHERE NOT EXISTS {
    MATCH (i)-[:ACTS_AS|STALE_ACTS_AS*0..1]->(actor)
    WHERE actor.active = false OR actor.expiresAt <= timestamp() OR EXISTS { (:Gap {tenant: $tenant, about: actor.number, hides: 'activity'}) }
  }
  AND NOT EXISTS {
    MATCH (i:ApiToken|OAuthConsumer|SshKey|ApplicationLink)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'owner' AND around = i)
  }
  AND all(label IN labels(i) WHERE any(way IN coalesce({
    ApiToken: [['scope:read:repository:bitbucket']],
    AccessToken: [['scope:project'], ['scope:project:write'], ['scope:repository'], ['scope:repository:write'], ['scope:pullrequest'], ['scope:pullrequest:write']],
    OAuthConsumer: [['scope:project'], ['scope:project:write'], ['scope:repository'], ['scope:repository:write'], ['scope:pullrequest'], ['scope:pullrequest:write']],
    DeployKey: [[]],
    AccessKey: [[]],
    SshKey: [[]],
    ApplicationLink: [[]],
    OidcIdentity: [[]]
  }[label], [[]]) WHERE
    all(scope IN way WHERE EXISTS { (i)-[:HAS_SCOPE]->(:Scope {tenant: $tenant, key: scope}) })))
RETURN r
}
  ELSE 0
END AS repositories, reason, hides, i AS about, subject
ORDER BY repositories DESC;

// Through which grants, of its own or of which groups, does this identity come to a permission on this resource? (grants-behind)
// grants of any level, also those that reach it from what contains it; whether the account is active is not asked
:param identity => 'KEY of user:evan'
:param resource => 'KEY of repository:acme/api'
MATCH (i:Node {tenant: $tenant, key: $identity})
MATCH (r:Node {tenant: $tenant, key: $resource})<-[:ON]-(p:Permission)
WHERE p.rule IS NOT NULL
WITH p, COLLECT { MATCH (i)-[:ACTS_AS|MEMBER_OF*0..]->(holder) RETURN DISTINCT holder } AS holders
MATCH (p)<-[:IMPLIES*0..]-(q:Permission)<-[held:HOLDS|REPORTED]-(holder)
WHERE (held:HOLDS OR (true AND EXISTS {
    MATCH (q)-[:ON]->()<-[:CONTAINS|STALE_CONTAINS*0..]-()<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['user-grants', 'group-grants', 'grant-level', 'groups']
  }))
  AND holder IN holders
MATCH (q)-[:ON]->(on)
RETURN DISTINCT holder, q.level AS level, on;

// Who holds which level on this resource, or on something that contains it? (grants-on)
:param resource => 'KEY of repository:acme/api'
MATCH (r:Node {tenant: $tenant, key: $resource})
MATCH (r)<-[:CONTAINS|STALE_CONTAINS*0..]-(on:Workspace|Instance|Project|Repository)
MATCH (on)<-[:ON]-(p:Permission)<-[:HOLDS]-(holder)
RETURN DISTINCT on, p.level AS level, holder;

// Who is in this group, directly or by groups in it? (group-members)
:param group => 'KEY of group:acme/developers'
MATCH (group:Node {tenant: $tenant, key: $group})
MATCH (group)<-[:MEMBER_OF*1..]-(person:User|ServiceUser)
RETURN DISTINCT person ORDER BY person.ref;

// What would the removal of this group take away from its members? (group-removal)
// grants that reach a person by this group alone, and beside which he holds nothing as great on the same resource
:param group => 'KEY of group:acme/developers'
MATCH (group:Node {tenant: $tenant, key: $group})
MATCH (group)<-[:MEMBER_OF*1..]-(person:User|ServiceUser)
WITH DISTINCT group, person
WITH person,
  COLLECT { MATCH (person)-[:MEMBER_OF*0..]->(holder) RETURN DISTINCT holder } AS before,
  [person] + COLLECT { MATCH ANY SHORTEST (person) (()-[:MEMBER_OF]->(at) WHERE at <> group)+ (holder) RETURN DISTINCT holder } AS after
UNWIND [holder IN before WHERE NOT holder IN after] AS holder
MATCH (holder)-[:HOLDS]->(p:Permission)-[:ON]->(resource)
WHERE p.rule IS NOT NULL AND NOT EXISTS {
  MATCH (p)<-[:IMPLIES*0..]-(:Permission {resource: p.resource})<-[:HOLDS]-(other)
  WHERE other IN after
}
RETURN DISTINCT person, p.level AS level, resource;

// Which inactive accounts still hold grants? (inactive-holders)
MATCH (person:User|ServiceUser {tenant: $tenant})
WHERE person.key > '' AND person.active = false
MATCH (person)-[:HOLDS]->(p:Permission)-[:ON]->(resource)
RETURN DISTINCT person, p.level AS level, resource;

// Who administers a repository only by inheritance, without a grant on the repository itself? (inherited-admins)
// neither he nor a group of his holds admin there: he has it from the project, the workspace or the instance
MATCH (r:Repository {tenant: $tenant})
WHERE r.key > ''
MATCH (r)<-[:ON]-(p:Permission)
WHERE p.rule IN ['levels/cloud/Repository/admin', 'levels/dc/Repository/admin']
MATCH (p)<-[:IMPLIES*0..]-(q:Permission)<-[held:HOLDS|REPORTED]-(holder)
WHERE (held:HOLDS OR (true AND EXISTS {
    MATCH (q)-[:ON]->()<-[:CONTAINS|STALE_CONTAINS*0..]-()<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['user-grants', 'group-grants', 'grant-level', 'groups']
  }))
WITH DISTINCT r, holder
MATCH (holder)<-[:ACTS_AS|MEMBER_OF*0..]-(i:User|ServiceUser|Anonymous|Group|Everyone|ApiToken|AccessToken|OAuthConsumer|DeployKey|AccessKey|SshKey|ApplicationLink|OidcIdentity)
WITH DISTINCT r, i
WHERE NOT EXISTS {
    MATCH (i)-[:ACTS_AS|STALE_ACTS_AS*0..1]->(actor)
    WHERE actor.active = false OR actor.expiresAt <= timestamp() OR EXISTS { (:Gap {tenant: $tenant, about: actor.number, hides: 'activity'}) }
  }
  AND NOT EXISTS {
    MATCH (i:ApiToken|OAuthConsumer|SshKey|ApplicationLink)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'owner' AND around = i)
  }
  AND all(label IN labels(i) WHERE any(way IN coalesce({
    ApiToken: [['scope:admin:repository:bitbucket']],
    AccessToken: [['scope:repository:admin']],
    OAuthConsumer: [['scope:repository:admin']],
    DeployKey: [],
    AccessKey: [],
    SshKey: [],
    ApplicationLink: [[]],
    OidcIdentity: [[]]
  }[label], [[]]) WHERE
    all(scope IN way WHERE EXISTS { (i)-[:HAS_SCOPE]->(:Scope {tenant: $tenant, key: scope}) })))
WITH r, i, COLLECT { MATCH (i)-[:ACTS_AS|MEMBER_OF*0..]->(holder) RETURN DISTINCT holder } AS holders
WHERE NOT EXISTS { MATCH (r)<-[:ON]-(:Permission {level: 'admin'})<-[:HOLDS]-(own) WHERE own IN holders }
RETURN r AS repository, i AS identity ORDER BY r.ref, i.ref;

// Where does Bitbucket's own listing of effective permissions differ from what was computed? (listing-differences)
// only people whom the listing names: absence from it proves nothing; `computed` is empty where nothing is certain
MATCH (person:User|ServiceUser {tenant: $tenant})-[:REPORTED]->(listed:Permission)-[:ON]->(r:Repository)
WHERE person.key > ''
WITH DISTINCT person, listed.level AS reported, r
WITH person, reported, r, COLLECT { MATCH (person)-[:ACTS_AS|MEMBER_OF*0..]->(holder) RETURN DISTINCT holder } AS holders, NOT EXISTS {
    MATCH (person)-[:ACTS_AS|STALE_ACTS_AS*0..1]->(actor)
    WHERE actor.active = false OR actor.expiresAt <= timestamp() OR EXISTS { (:Gap {tenant: $tenant, about: actor.number, hides: 'activity'}) }
  }
  AND NOT EXISTS {
    MATCH (person:ApiToken|OAuthConsumer|SshKey|ApplicationLink)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'owner' AND around = person)
  } AS isFit
WITH person, reported, r, CASE WHEN isFit THEN COLLECT {
  MATCH (r)<-[:ON]-(p:Permission)
  WHERE p.rule IS NOT NULL
  MATCH (p)<-[:IMPLIES*0..]-(q:Permission)<-[held:HOLDS|REPORTED]-(holder)
  WHERE (held:HOLDS OR (true AND EXISTS {
      MATCH (q)-[:ON]->()<-[:CONTAINS|STALE_CONTAINS*0..]-()<-[:ABOUT]-(hidden:Gap)
      WHERE hidden.hides IN ['user-grants', 'group-grants', 'grant-level', 'groups']
    }))
    AND holder IN holders
  RETURN DISTINCT p
} ELSE [] END AS reached
WITH person, reported, r, head([p IN reached WHERE none(greater IN reached WHERE EXISTS { (greater)-[:IMPLIES*1..]->(p) }) | p.level]) AS computed
WHERE computed IS NULL OR computed <> reported
RETURN person, r AS repository, reported, computed;

// Which merge checks must a pull request into this branch meet? (merge-conditions)
// those that a rule on the branch enforces; of several numbers the greatest counts
:param branch => 'branch:acme/api#main'
:param branchRepository => 'repository:acme/api'
MATCH (b:Branch {tenant: $tenant, key: $branch})
MATCH (r:Repository {tenant: $tenant, key: $branchRepository})
MATCH (b)<-[enforcing:BINDS|MAY_BIND]-()
WHERE enforcing.word IN ['enforce_merge_checks']
WITH r, b, collect(type(enforcing)) AS enforcing
MATCH (b)<-[binds:BINDS|MAY_BIND]-(rule)-[restricts:RESTRICTS|STALE_RESTRICTS]->(r)
WHERE binds.word IN ['require_approvals_to_merge', 'require_default_reviewer_approvals_to_merge', 'require_review_group_approvals_to_merge', 'require_no_changes_requested', 'require_tasks_to_be_completed', 'require_all_comments_resolved', 'require_all_dependencies_merged', 'require_passing_builds_to_merge', 'require_commits_behind'] AND restricts.word = binds.word
WITH binds.word AS condition, max(restricts.value) AS value, collect(type(binds)) AS binding, enforcing
RETURN condition, value, 'BINDS' IN binding AND 'BINDS' IN enforcing AS certain ORDER BY condition;

// Which groups are members of other groups? (nested-groups)
MATCH (inner:Group {tenant: $tenant})-[:MEMBER_OF]->(outer:Group|Everyone)
WHERE inner.key > ''
RETURN DISTINCT inner, outer ORDER BY inner.ref, outer.ref;

// Which repositories does no person administer for certain? (orphan-repositories)
// people whose account is inactive do not count
MATCH (r:Repository {tenant: $tenant})
WHERE r.key > '' AND NOT EXISTS {
MATCH (r)<-[:ON]-(p:Permission)
WHERE p.rule IN ['levels/cloud/Repository/admin', 'levels/dc/Repository/admin']
MATCH (p)<-[:IMPLIES*0..]-(q:Permission)<-[held:HOLDS|REPORTED]-(holder)
WHERE (held:HOLDS OR (true AND EXISTS {
    MATCH (q)-[:ON]->()<-[:CONTAINS|STALE_CONTAINS*0..]-()<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['user-grants', 'group-grants', 'grant-level', 'groups']
  }))
WITH DISTINCT holder
MATCH (holder)<-[:ACTS_AS|MEMBER_OF*0..]-(i:User)
WITH DISTINCT i
WHERE NOT EXISTS {
    MATCH (i)-[:ACTS_AS|STALE_ACTS_AS*0..1]->(actor)
    WHERE actor.active = false OR actor.expiresAt <= timestamp() OR EXISTS { (:Gap {tenant: $tenant, about: actor.number, hides: 'activity'}) }
  }
  AND NOT EXISTS {
    MATCH (i:ApiToken|OAuthConsumer|SshKey|ApplicationLink)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'owner' AND around = i)
  }
RETURN i
}
RETURN r AS repository ORDER BY r.ref;

// Which outside collaborators can write: people who are not members of the workspace? (outside-collaborators)
// a person is outside where no known fact makes him a member of the workspace that contains the repository
MATCH (i:User|ServiceUser {tenant: $tenant})
WHERE i.key > ''
MATCH (i)-[:ACTS_AS|MEMBER_OF*0..]->(holder)
WITH DISTINCT i, holder
MATCH (holder)-[held:HOLDS|REPORTED]->(q:Permission)
WHERE (held:HOLDS OR (true AND EXISTS {
    MATCH (q)-[:ON]->()<-[:CONTAINS|STALE_CONTAINS*0..]-()<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['user-grants', 'group-grants', 'grant-level', 'groups']
  }))
WITH DISTINCT i, q
MATCH (q)-[:IMPLIES*0..]->(p:Permission)-[:ON]->(r:Repository)
WHERE p.rule IN ['levels/cloud/Repository/write', 'levels/dc/Repository/write']
WITH DISTINCT i, r
WHERE NOT EXISTS {
    MATCH (i)-[:ACTS_AS|STALE_ACTS_AS*0..1]->(actor)
    WHERE actor.active = false OR actor.expiresAt <= timestamp() OR EXISTS { (:Gap {tenant: $tenant, about: actor.number, hides: 'activity'}) }
  }
  AND NOT EXISTS {
    MATCH (i:ApiToken|OAuthConsumer|SshKey|ApplicationLink)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'owner' AND around = i)
  }
  AND all(label IN labels(i) WHERE any(way IN coalesce({
    ApiToken: [['scope:write:repository:bitbucket']],
    AccessToken: [['scope:project:write'], ['scope:repository:write'], ['scope:pullrequest:write']],
    OAuthConsumer: [['scope:project:write'], ['scope:repository:write'], ['scope:pullrequest:write']],
    DeployKey: [[]],
    AccessKey: [[]],
    SshKey: [[]],
    ApplicationLink: [[]],
    OidcIdentity: [[]]
  }[label], [[]]) WHERE
    all(scope IN way WHERE EXISTS { (i)-[:HAS_SCOPE]->(:Scope {tenant: $tenant, key: scope}) })))
MATCH (r)<-[:CONTAINS|STALE_CONTAINS*1..]-(w:Workspace)
WITH DISTINCT i, r, w, COLLECT { MATCH (i)-[:ACTS_AS|MEMBER_OF*0..]->(holder) RETURN DISTINCT holder } AS holders
WHERE NOT EXISTS {
  MATCH (w)<-[:ON]-(member:Permission)<-[:IMPLIES*0..]-(:Permission)<-[:HOLDS]-(holder)
  WHERE member.rule IN ['levels/cloud/Workspace/member'] AND holder IN holders
}
RETURN i AS person, r AS repository, w AS workspace ORDER BY i.ref, r.ref;

// Which users have no way to anything at all? (powerless-users)
// nothing certain: an account that is inactive, or of which it is not known, is among them
MATCH (i:User|ServiceUser {tenant: $tenant})
WHERE i.key > '' AND NOT EXISTS {
MATCH (i)-[:ACTS_AS|MEMBER_OF*0..]->(holder)
WITH DISTINCT holder
MATCH (holder)-[held:HOLDS|REPORTED]->(q:Permission)
WHERE (held:HOLDS OR (true AND EXISTS {
    MATCH (q)-[:ON]->()<-[:CONTAINS|STALE_CONTAINS*0..]-()<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['user-grants', 'group-grants', 'grant-level', 'groups']
  }))
WITH DISTINCT q
MATCH (q)-[:IMPLIES*0..]->(p:Permission)-[:ON]->(r:Workspace|Instance|Project|Repository)
WHERE p.rule IN ['levels/cloud/Repository/read', 'levels/dc/Repository/browse', 'levels/cloud/Repository/write', 'levels/dc/Repository/write', 'levels/cloud/Repository/admin', 'levels/dc/Repository/admin', 'levels/dc/Repository/read', 'levels/cloud/Project/admin', 'levels/dc/Project/admin', 'levels/cloud/Workspace/admin', 'levels/dc/Instance/admin', 'levels/cloud/Project/read', 'levels/dc/Project/read', 'levels/cloud/Project/write', 'levels/dc/Project/write', 'levels/cloud/Project/create-repo', 'levels/dc/Project/create-repo', 'levels/cloud/Workspace/member', 'levels/cloud/Workspace/create-project', 'levels/dc/Instance/licensed', 'levels/dc/Instance/create-project', 'levels/dc/Instance/sys-admin']
WITH DISTINCT r
WHERE NOT EXISTS {
    MATCH (i)-[:ACTS_AS|STALE_ACTS_AS*0..1]->(actor)
    WHERE actor.active = false OR actor.expiresAt <= timestamp() OR EXISTS { (:Gap {tenant: $tenant, about: actor.number, hides: 'activity'}) }
  }
  AND NOT EXISTS {
    MATCH (i:ApiToken|OAuthConsumer|SshKey|ApplicationLink)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'owner' AND around = i)
  }
RETURN r
}
RETURN i AS person ORDER BY i.ref;

// Who administers which project? (project-admins)
MATCH (r:Project {tenant: $tenant})
WHERE r.key > ''
MATCH (r)<-[:ON]-(p:Permission)
WHERE p.rule IN ['levels/cloud/Project/admin', 'levels/dc/Project/admin']
MATCH (p)<-[:IMPLIES*0..]-(q:Permission)<-[:HOLDS]-(holder)
WITH DISTINCT r, holder
MATCH (holder)<-[:ACTS_AS|MEMBER_OF*0..]-(i:User|ServiceUser|Anonymous|Group|Everyone|ApiToken|AccessToken|OAuthConsumer|DeployKey|AccessKey|SshKey|ApplicationLink|OidcIdentity)
WITH DISTINCT r, i
WHERE NOT EXISTS {
    MATCH (i)-[:ACTS_AS|STALE_ACTS_AS*0..1]->(actor)
    WHERE actor.active = false OR actor.expiresAt <= timestamp() OR EXISTS { (:Gap {tenant: $tenant, about: actor.number, hides: 'activity'}) }
  }
  AND NOT EXISTS {
    MATCH (i:ApiToken|OAuthConsumer|SshKey|ApplicationLink)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'owner' AND around = i)
  }
  AND all(label IN labels(i) WHERE any(way IN coalesce({
    ApiToken: [['scope:admin:project:bitbucket']],
    AccessToken: [['scope:project:admin']],
    OAuthConsumer: [['scope:project:admin']],
    DeployKey: [],
    AccessKey: [],
    SshKey: [],
    ApplicationLink: [[]],
    OidcIdentity: [[]]
  }[label], [[]]) WHERE
    all(scope IN way WHERE EXISTS { (i)-[:HAS_SCOPE]->(:Scope {tenant: $tenant, key: scope}) })))
RETURN r AS project, i AS identity ORDER BY r.ref, i.ref;

// What is held by anybody, or by every licensed user? (public-grants)
MATCH (holder:Anonymous|Everyone {tenant: $tenant})-[:HOLDS]->(p:Permission)-[:ON]->(resource)
WHERE holder.key > ''
RETURN DISTINCT holder, p.level AS level, resource;

// Which repositories can anybody read, without an account? (public-repositories)
MATCH (i:Anonymous {tenant: $tenant, key: 'anonymous:'})
MATCH (i)-[:ACTS_AS|MEMBER_OF*0..]->(holder)
WITH DISTINCT i, holder
MATCH (holder)-[held:HOLDS|REPORTED]->(q:Permission)
WHERE (held:HOLDS OR (true AND EXISTS {
    MATCH (q)-[:ON]->()<-[:CONTAINS|STALE_CONTAINS*0..]-()<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['user-grants', 'group-grants', 'grant-level', 'groups']
  }))
WITH DISTINCT i, q
MATCH (q)-[:IMPLIES*0..]->(p:Permission)-[:ON]->(r:Repository)
WHERE p.rule IN ['levels/cloud/Repository/read', 'levels/dc/Repository/browse']
WITH DISTINCT i, r
WHERE NOT EXISTS {
    MATCH (i)-[:ACTS_AS|STALE_ACTS_AS*0..1]->(actor)
    WHERE actor.active = false OR actor.expiresAt <= timestamp() OR EXISTS { (:Gap {tenant: $tenant, about: actor.number, hides: 'activity'}) }
  }
  AND NOT EXISTS {
    MATCH (i:ApiToken|OAuthConsumer|SshKey|ApplicationLink)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'owner' AND around = i)
  }
  AND all(label IN labels(i) WHERE any(way IN coalesce({
    ApiToken: [['scope:read:repository:bitbucket']],
    AccessToken: [['scope:project'], ['scope:project:write'], ['scope:repository'], ['scope:repository:write'], ['scope:pullrequest'], ['scope:pullrequest:write']],
    OAuthConsumer: [['scope:project'], ['scope:project:write'], ['scope:repository'], ['scope:repository:write'], ['scope:pullrequest'], ['scope:pullrequest:write']],
    DeployKey: [[]],
    AccessKey: [[]],
    SshKey: [[]],
    ApplicationLink: [[]],
    OidcIdentity: [[]]
  }[label], [[]]) WHERE
    all(scope IN way WHERE EXISTS { (i)-[:HAS_SCOPE]->(:Scope {tenant: $tenant, key: scope}) })))
RETURN r AS repository ORDER BY r.ref;

// Which permissions are held both directly and by a group, so that the direct grant is redundant? (redundant-grants)
// the group holds the same level or a greater one on the same resource
MATCH (person:User|ServiceUser {tenant: $tenant})
WHERE person.key > ''
WITH person, COLLECT { MATCH (person)-[:ACTS_AS|MEMBER_OF*0..]->(holder) RETURN DISTINCT holder } AS holders
MATCH (person)-[:HOLDS]->(p:Permission)-[:ON]->(resource)
WHERE p.rule IS NOT NULL
MATCH (p)<-[:IMPLIES*0..]-(q:Permission {resource: p.resource})<-[:HOLDS]-(group:Group|Everyone)
WHERE group IN holders
RETURN DISTINCT person, p.level AS level, resource, group;

// Who administers which repository, by whatever way? (repository-admins)
MATCH (r:Repository {tenant: $tenant})
WHERE r.key > ''
MATCH (r)<-[:ON]-(p:Permission)
WHERE p.rule IN ['levels/cloud/Repository/admin', 'levels/dc/Repository/admin']
MATCH (p)<-[:IMPLIES*0..]-(q:Permission)<-[held:HOLDS|REPORTED]-(holder)
WHERE (held:HOLDS OR (true AND EXISTS {
    MATCH (q)-[:ON]->()<-[:CONTAINS|STALE_CONTAINS*0..]-()<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['user-grants', 'group-grants', 'grant-level', 'groups']
  }))
WITH DISTINCT r, holder
MATCH (holder)<-[:ACTS_AS|MEMBER_OF*0..]-(i:User|ServiceUser|Anonymous|Group|Everyone|ApiToken|AccessToken|OAuthConsumer|DeployKey|AccessKey|SshKey|ApplicationLink|OidcIdentity)
WITH DISTINCT r, i
WHERE NOT EXISTS {
    MATCH (i)-[:ACTS_AS|STALE_ACTS_AS*0..1]->(actor)
    WHERE actor.active = false OR actor.expiresAt <= timestamp() OR EXISTS { (:Gap {tenant: $tenant, about: actor.number, hides: 'activity'}) }
  }
  AND NOT EXISTS {
    MATCH (i:ApiToken|OAuthConsumer|SshKey|ApplicationLink)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'owner' AND around = i)
  }
  AND all(label IN labels(i) WHERE any(way IN coalesce({
    ApiToken: [['scope:admin:repository:bitbucket']],
    AccessToken: [['scope:repository:admin']],
    OAuthConsumer: [['scope:repository:admin']],
    DeployKey: [],
    AccessKey: [],
    SshKey: [],
    ApplicationLink: [[]],
    OidcIdentity: [[]]
  }[label], [[]]) WHERE
    all(scope IN way WHERE EXISTS { (i)-[:HAS_SCOPE]->(:Scope {tenant: $tenant, key: scope}) })))
RETURN r AS repository, i AS identity ORDER BY r.ref, i.ref;

// Which repositories are administered by one person alone? (sole-admins)
MATCH (r:Repository {tenant: $tenant})
WHERE r.key > ''
MATCH (r)<-[:ON]-(p:Permission)
WHERE p.rule IN ['levels/cloud/Repository/admin', 'levels/dc/Repository/admin']
MATCH (p)<-[:IMPLIES*0..]-(q:Permission)<-[held:HOLDS|REPORTED]-(holder)
WHERE (held:HOLDS OR (true AND EXISTS {
    MATCH (q)-[:ON]->()<-[:CONTAINS|STALE_CONTAINS*0..]-()<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['user-grants', 'group-grants', 'grant-level', 'groups']
  }))
WITH DISTINCT r, holder
MATCH (holder)<-[:ACTS_AS|MEMBER_OF*0..]-(i:User)
WITH DISTINCT r, i
WHERE NOT EXISTS {
    MATCH (i)-[:ACTS_AS|STALE_ACTS_AS*0..1]->(actor)
    WHERE actor.active = false OR actor.expiresAt <= timestamp() OR EXISTS { (:Gap {tenant: $tenant, about: actor.number, hides: 'activity'}) }
  }
  AND NOT EXISTS {
    MATCH (i:ApiToken|OAuthConsumer|SshKey|ApplicationLink)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'owner' AND around = i)
  }
WITH r, collect(i) AS people
WHERE size(people) = 1
RETURN r AS repository, people[0] AS person ORDER BY r.ref;

// Which grants could not be read again, so that they may be gone? (stale-grants)
MATCH (resource:Workspace|Instance|Project|Repository {tenant: $tenant})<-[held:STALE_HOLDS]-(holder)
WHERE resource.key > ''
  AND NOT EXISTS { (holder)-[:HOLDS]->(:Permission {level: held.word, resource: resource.number}) }
RETURN DISTINCT holder, held.word AS level, resource;

// Which steps deploy to production as soon as somebody pushes, with nobody asked? (unasked-deployments)
// neither the step nor one before it waits for a person, nor the environment for an administrator; pipelines that a person or a schedule starts are left out
MATCH (step:PipelineStep {tenant: $tenant})-[:DEPLOYS_TO]->(environment:Environment)
WHERE step.key > '' AND step.selector <> 'custom'
  AND coalesce(step.manual, false) = false AND coalesce(step.held, false) = false
  AND environment.environmentType = 'Production' AND coalesce(environment.adminOnly, false) = false
RETURN DISTINCT step, environment ORDER BY step.ref, environment.ref;

// Which images and pipes do steps run that are not pinned? (unpinned-code)
// whoever publishes one acts with all that the step may get hold of; MODEL.md says what counts as pinned
MATCH (step:PipelineStep {tenant: $tenant})-[:USES]->(code)
WHERE step.key > '' AND code.pinned = false
RETURN DISTINCT code, code.pin AS pin, step ORDER BY code.ref, step.ref;

// Which definitions of pipelines could not be read, and why? (unreadable-definitions)
MATCH (definition:Definition {tenant: $tenant})
WHERE definition.key > '' AND definition.parsed = false
RETURN definition, definition.problem AS problem ORDER BY definition.ref;

// Which repositories have no restriction of pushing at all? (unrestricted-repositories)
// a repository of which the rules could not be read is left out
MATCH (r:Repository {tenant: $tenant})
WHERE r.key > ''
  AND NOT EXISTS { (r)<-[:RESTRICTS|STALE_RESTRICTS {word: 'push'}]-() }
  AND NOT EXISTS {
    MATCH (r)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'rules' AND around = r)
  }
RETURN r AS repository ORDER BY r.ref;

// To which repositories, projects, workspaces and instances can this identity do this? (what-can)
:param identity => 'KEY of user:evan'
:param actionNeeds => ['levels/cloud/Repository/write', 'levels/dc/Repository/write']
:param actionWays => {Repository: {ApiToken: [['scope:write:repository:bitbucket']], AccessToken: [['scope:project:write'], ['scope:repository:write'], ['scope:pullrequest:write']], OAuthConsumer: [['scope:project:write'], ['scope:repository:write'], ['scope:pullrequest:write']], DeployKey: [[]], AccessKey: [[]], SshKey: [[]], ApplicationLink: [[]], OidcIdentity: [[]]}}
:param actionOn => ['Repository']
:param actionIsReported => true
MATCH (i:Node {tenant: $tenant, key: $identity})
MATCH (i)-[:ACTS_AS|MEMBER_OF*0..]->(holder)
WITH DISTINCT i, holder
MATCH (holder)-[held:HOLDS|REPORTED]->(q:Permission)
WHERE (held:HOLDS OR ($actionIsReported AND EXISTS {
    MATCH (q)-[:ON]->()<-[:CONTAINS|STALE_CONTAINS*0..]-()<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['user-grants', 'group-grants', 'grant-level', 'groups']
  }))
WITH DISTINCT i, q
MATCH (q)-[:IMPLIES*0..]->(p:Permission)-[:ON]->(r:Workspace|Instance|Project|Repository)
WHERE p.rule IN $actionNeeds
WITH DISTINCT i, r
WHERE NOT EXISTS {
    MATCH (i)-[:ACTS_AS|STALE_ACTS_AS*0..1]->(actor)
    WHERE actor.active = false OR actor.expiresAt <= timestamp() OR EXISTS { (:Gap {tenant: $tenant, about: actor.number, hides: 'activity'}) }
  }
  AND NOT EXISTS {
    MATCH (i:ApiToken|OAuthConsumer|SshKey|ApplicationLink)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'owner' AND around = i)
  }
  AND all(label IN labels(i) WHERE any(way IN coalesce($actionWays[head([label IN labels(r) WHERE label <> 'Node'])][label], [[]]) WHERE
    all(scope IN way WHERE EXISTS { (i)-[:HAS_SCOPE]->(:Scope {tenant: $tenant, key: scope}) })))
  AND head([label IN labels(r) WHERE label <> 'Node']) IN $actionOn
RETURN r AS resource ORDER BY r.ref;

// Who can do this to this repository, project, workspace or instance? (who-can)
:param actionNeeds => ['levels/cloud/Repository/write', 'levels/dc/Repository/write']
:param actionWays => {Repository: {ApiToken: [['scope:write:repository:bitbucket']], AccessToken: [['scope:project:write'], ['scope:repository:write'], ['scope:pullrequest:write']], OAuthConsumer: [['scope:project:write'], ['scope:repository:write'], ['scope:pullrequest:write']], DeployKey: [[]], AccessKey: [[]], SshKey: [[]], ApplicationLink: [[]], OidcIdentity: [[]]}}
:param actionOn => ['Repository']
:param actionIsReported => true
:param resource => 'KEY of repository:acme/api'
MATCH (r:Node {tenant: $tenant, key: $resource})
MATCH (r)<-[:ON]-(p:Permission)
WHERE p.rule IN $actionNeeds
MATCH (p)<-[:IMPLIES*0..]-(q:Permission)<-[held:HOLDS|REPORTED]-(holder)
WHERE (held:HOLDS OR ($actionIsReported AND EXISTS {
    MATCH (q)-[:ON]->()<-[:CONTAINS|STALE_CONTAINS*0..]-()<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['user-grants', 'group-grants', 'grant-level', 'groups']
  }))
WITH DISTINCT r, holder
MATCH (holder)<-[:ACTS_AS|MEMBER_OF*0..]-(i:User|ServiceUser|Anonymous|Group|Everyone|ApiToken|AccessToken|OAuthConsumer|DeployKey|AccessKey|SshKey|ApplicationLink|OidcIdentity)
WITH DISTINCT r, i
WHERE NOT EXISTS {
    MATCH (i)-[:ACTS_AS|STALE_ACTS_AS*0..1]->(actor)
    WHERE actor.active = false OR actor.expiresAt <= timestamp() OR EXISTS { (:Gap {tenant: $tenant, about: actor.number, hides: 'activity'}) }
  }
  AND NOT EXISTS {
    MATCH (i:ApiToken|OAuthConsumer|SshKey|ApplicationLink)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'owner' AND around = i)
  }
  AND all(label IN labels(i) WHERE any(way IN coalesce($actionWays[head([label IN labels(r) WHERE label <> 'Node'])][label], [[]]) WHERE
    all(scope IN way WHERE EXISTS { (i)-[:HAS_SCOPE]->(:Scope {tenant: $tenant, key: scope}) })))
RETURN i AS identity ORDER BY i.ref;

// Who can add an access key to this repository? (who-can-add-keys)
// a key outlives the account that added it
:param repository => 'KEY of repository:acme/api'
MATCH (r:Repository {tenant: $tenant, key: $repository})
MATCH (r)<-[:ON]-(p:Permission)
WHERE p.rule IN ['levels/cloud/Repository/admin', 'levels/cloud/Project/admin', 'levels/dc/Repository/admin', 'levels/dc/Project/admin']
MATCH (p)<-[:IMPLIES*0..]-(q:Permission)<-[:HOLDS]-(holder)
WITH DISTINCT r, holder
MATCH (holder)<-[:ACTS_AS|MEMBER_OF*0..]-(i:User|ServiceUser|Anonymous|Group|Everyone|ApiToken|AccessToken|OAuthConsumer|DeployKey|AccessKey|SshKey|ApplicationLink|OidcIdentity)
WITH DISTINCT r, i
WHERE NOT EXISTS {
    MATCH (i)-[:ACTS_AS|STALE_ACTS_AS*0..1]->(actor)
    WHERE actor.active = false OR actor.expiresAt <= timestamp() OR EXISTS { (:Gap {tenant: $tenant, about: actor.number, hides: 'activity'}) }
  }
  AND NOT EXISTS {
    MATCH (i:ApiToken|OAuthConsumer|SshKey|ApplicationLink)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'owner' AND around = i)
  }
  AND all(label IN labels(i) WHERE any(way IN coalesce({
    ApiToken: [['scope:admin:repository:bitbucket', 'scope:write:ssh-key:bitbucket']],
    AccessToken: [],
    OAuthConsumer: [['scope:project', 'scope:repository:admin'], ['scope:project:write', 'scope:repository:admin'], ['scope:repository', 'scope:repository:admin'], ['scope:repository:admin', 'scope:repository:write'], ['scope:pullrequest', 'scope:repository:admin'], ['scope:pullrequest:write', 'scope:repository:admin']],
    DeployKey: [],
    AccessKey: [],
    SshKey: [],
    ApplicationLink: [[]],
    OidcIdentity: [[]]
  }[label], [[]]) WHERE
    all(scope IN way WHERE EXISTS { (i)-[:HAS_SCOPE]->(:Scope {tenant: $tenant, key: scope}) })))
RETURN i AS identity ORDER BY i.ref;

// Who can delete this branch? (who-can-delete-branch)
:param branch => 'branch:acme/api#main'
:param branchRepository => 'repository:acme/api'
MATCH (b:Branch {tenant: $tenant, key: $branch})
MATCH (r:Repository {tenant: $tenant, key: $branchRepository})
WITH r, b, EXISTS {
    MATCH (r)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'rules' AND around = r)
  } AS areHidden
MATCH (r)<-[:ON]-(p:Permission)
WHERE p.rule IN ['levels/cloud/Repository/write', 'levels/dc/Repository/write']
MATCH (p)<-[:IMPLIES*0..]-(q:Permission)<-[:HOLDS]-(holder)
WITH DISTINCT r, b, areHidden, holder
MATCH (holder)<-[:ACTS_AS|MEMBER_OF*0..]-(i:User|ServiceUser|Anonymous|Group|Everyone|ApiToken|AccessToken|OAuthConsumer|DeployKey|AccessKey|SshKey|ApplicationLink|OidcIdentity)
WITH DISTINCT r, b, areHidden, i
WHERE NOT EXISTS {
    MATCH (i)-[:ACTS_AS|STALE_ACTS_AS*0..1]->(actor)
    WHERE actor.active = false OR actor.expiresAt <= timestamp() OR EXISTS { (:Gap {tenant: $tenant, about: actor.number, hides: 'activity'}) }
  }
  AND NOT EXISTS {
    MATCH (i:ApiToken|OAuthConsumer|SshKey|ApplicationLink)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'owner' AND around = i)
  }
  AND all(label IN labels(i) WHERE any(way IN coalesce({
    ApiToken: [['scope:write:repository:bitbucket']],
    AccessToken: [['scope:project:write'], ['scope:repository:write'], ['scope:pullrequest:write']],
    OAuthConsumer: [['scope:project:write'], ['scope:repository:write'], ['scope:pullrequest:write']],
    DeployKey: [[]],
    AccessKey: [[]],
    SshKey: [[]],
    ApplicationLink: [[]],
    OidcIdentity: [[]]
  }[label], [[]]) WHERE
    all(scope IN way WHERE EXISTS { (i)-[:HAS_SCOPE]->(:Scope {tenant: $tenant, key: scope}) })))
WITH r, b, areHidden, i, COLLECT { MATCH (i)-[:ACTS_AS|MEMBER_OF*0..]->(holder) RETURN DISTINCT holder } AS holders
WHERE (EXISTS {
      MATCH (b)<-[binds:BINDS]-()-[:EXEMPTS]->(exempt)
      WHERE binds.word IN ['delete'] AND exempt IN holders
    } OR (NOT areHidden
    AND NOT EXISTS { (b)<-[:BINDS {word: 'delete'}]-() }
    AND NOT EXISTS {
      MATCH (b)<-[:MAY_BIND {word: 'delete'}]-(rule)
      WHERE NOT EXISTS { MATCH (rule)-[:EXEMPTS]->(exempt) WHERE exempt IN holders }
    }))
  AND (EXISTS {
      MATCH (b)<-[binds:BINDS]-()-[:EXEMPTS]->(exempt)
      WHERE binds.word IN ['unknown'] AND exempt IN holders
    } OR (NOT EXISTS { (b)<-[:BINDS {word: 'unknown'}]-() }
    AND NOT EXISTS {
      MATCH (b)<-[:MAY_BIND {word: 'unknown'}]-(rule)
      WHERE NOT EXISTS { MATCH (rule)-[:EXEMPTS]->(exempt) WHERE exempt IN holders }
    }))
RETURN i AS identity ORDER BY i.ref;

// Who can start a deployment to which environment of this repository? (who-can-deploy)
:param repository => 'KEY of repository:acme/api'
MATCH (:Repository {tenant: $tenant, key: $repository})-[:CONTAINS|STALE_CONTAINS]->(asked:Environment)
MATCH way = (asked)<-[:CONTAINS|STALE_CONTAINS*1..4]-(r:Workspace|Instance|Project|Repository)
WHERE none(between IN nodes(way)[1..-1] WHERE between:Workspace|Instance|Project|Repository)
WITH DISTINCT asked, r
MATCH (r)<-[:ON]-(p:Permission)
WHERE p.rule IN ['levels/cloud/Repository/write']
MATCH (p)<-[:IMPLIES*0..]-(q:Permission)<-[:HOLDS]-(holder)
WITH DISTINCT asked, r, holder
MATCH (holder)<-[:ACTS_AS|MEMBER_OF*0..]-(i:User|ServiceUser|Anonymous|Group|Everyone|ApiToken|AccessToken|OAuthConsumer|DeployKey|AccessKey|SshKey|ApplicationLink|OidcIdentity)
WITH DISTINCT asked, r, i
WHERE NOT EXISTS {
    MATCH (i)-[:ACTS_AS|STALE_ACTS_AS*0..1]->(actor)
    WHERE actor.active = false OR actor.expiresAt <= timestamp() OR EXISTS { (:Gap {tenant: $tenant, about: actor.number, hides: 'activity'}) }
  }
  AND NOT EXISTS {
    MATCH (i:ApiToken|OAuthConsumer|SshKey|ApplicationLink)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'owner' AND around = i)
  }
  AND all(label IN labels(i) WHERE any(way IN coalesce({
    ApiToken: [['scope:read:pipeline:bitbucket', 'scope:write:pipeline:bitbucket']],
    AccessToken: [['scope:pipeline'], ['scope:pipeline:write'], ['scope:pipeline:variable']],
    OAuthConsumer: [['scope:pipeline'], ['scope:pipeline:write'], ['scope:pipeline:variable']],
    DeployKey: [],
    AccessKey: [],
    SshKey: [],
    ApplicationLink: [[]],
    OidcIdentity: [[]]
  }[label], [[]]) WHERE
    all(scope IN way WHERE EXISTS { (i)-[:HAS_SCOPE]->(:Scope {tenant: $tenant, key: scope}) })))
RETURN DISTINCT asked AS environment, i AS identity;

// Who can change or remove the branch restrictions of this repository? (who-can-edit-restrictions)
// they can do whatever a restriction forbids, in two steps
:param repository => 'KEY of repository:acme/api'
MATCH (r:Repository {tenant: $tenant, key: $repository})
MATCH (r)<-[:ON]-(p:Permission)
WHERE p.rule IN ['levels/cloud/Repository/admin', 'levels/dc/Repository/admin']
MATCH (p)<-[:IMPLIES*0..]-(q:Permission)<-[:HOLDS]-(holder)
WITH DISTINCT r, holder
MATCH (holder)<-[:ACTS_AS|MEMBER_OF*0..]-(i:User|ServiceUser|Anonymous|Group|Everyone|ApiToken|AccessToken|OAuthConsumer|DeployKey|AccessKey|SshKey|ApplicationLink|OidcIdentity)
WITH DISTINCT r, i
WHERE NOT EXISTS {
    MATCH (i)-[:ACTS_AS|STALE_ACTS_AS*0..1]->(actor)
    WHERE actor.active = false OR actor.expiresAt <= timestamp() OR EXISTS { (:Gap {tenant: $tenant, about: actor.number, hides: 'activity'}) }
  }
  AND NOT EXISTS {
    MATCH (i:ApiToken|OAuthConsumer|SshKey|ApplicationLink)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'owner' AND around = i)
  }
  AND all(label IN labels(i) WHERE any(way IN coalesce({
    ApiToken: [['scope:admin:repository:bitbucket']],
    AccessToken: [['scope:repository:admin']],
    OAuthConsumer: [['scope:repository:admin']],
    DeployKey: [],
    AccessKey: [],
    SshKey: [],
    ApplicationLink: [[]],
    OidcIdentity: [[]]
  }[label], [[]]) WHERE
    all(scope IN way WHERE EXISTS { (i)-[:HAS_SCOPE]->(:Scope {tenant: $tenant, key: scope}) })))
RETURN i AS identity ORDER BY i.ref;

// Who can change which pipeline variable of this repository? (who-can-edit-variables)
// variables of its environments and of the workspace are not among them
:param repository => 'KEY of repository:acme/api'
MATCH (:Repository {tenant: $tenant, key: $repository})-[:CONTAINS|STALE_CONTAINS]->(asked:Variable)
MATCH way = (asked)<-[:CONTAINS|STALE_CONTAINS*1..4]-(r:Workspace|Instance|Project|Repository)
WHERE none(between IN nodes(way)[1..-1] WHERE between:Workspace|Instance|Project|Repository)
WITH DISTINCT asked, r
MATCH (r)<-[:ON]-(p:Permission)
WHERE p.rule IN ['levels/cloud/Repository/admin', 'levels/cloud/Workspace/admin']
MATCH (p)<-[:IMPLIES*0..]-(q:Permission)<-[:HOLDS]-(holder)
WITH DISTINCT asked, r, holder
MATCH (holder)<-[:ACTS_AS|MEMBER_OF*0..]-(i:User|ServiceUser|Anonymous|Group|Everyone|ApiToken|AccessToken|OAuthConsumer|DeployKey|AccessKey|SshKey|ApplicationLink|OidcIdentity)
WITH DISTINCT asked, r, i
WHERE NOT EXISTS {
    MATCH (i)-[:ACTS_AS|STALE_ACTS_AS*0..1]->(actor)
    WHERE actor.active = false OR actor.expiresAt <= timestamp() OR EXISTS { (:Gap {tenant: $tenant, about: actor.number, hides: 'activity'}) }
  }
  AND NOT EXISTS {
    MATCH (i:ApiToken|OAuthConsumer|SshKey|ApplicationLink)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'owner' AND around = i)
  }
  AND all(label IN labels(i) WHERE any(way IN coalesce({
    ApiToken: [['scope:admin:pipeline:bitbucket']],
    AccessToken: [['scope:pipeline:variable']],
    OAuthConsumer: [['scope:pipeline:variable']],
    DeployKey: [],
    AccessKey: [],
    SshKey: [],
    ApplicationLink: [[]],
    OidcIdentity: [[]]
  }[label], [[]]) WHERE
    all(scope IN way WHERE EXISTS { (i)-[:HAS_SCOPE]->(:Scope {tenant: $tenant, key: scope}) })))
RETURN DISTINCT asked AS variable, i AS identity;

// Who can rewrite the history of this branch? (who-can-force-push)
:param branch => 'branch:acme/api#main'
:param branchRepository => 'repository:acme/api'
MATCH (b:Branch {tenant: $tenant, key: $branch})
MATCH (r:Repository {tenant: $tenant, key: $branchRepository})
WITH r, b, EXISTS {
    MATCH (r)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'rules' AND around = r)
  } AS areHidden
MATCH (r)<-[:ON]-(p:Permission)
WHERE p.rule IN ['levels/cloud/Repository/write', 'levels/dc/Repository/write']
MATCH (p)<-[:IMPLIES*0..]-(q:Permission)<-[:HOLDS]-(holder)
WITH DISTINCT r, b, areHidden, holder
MATCH (holder)<-[:ACTS_AS|MEMBER_OF*0..]-(i:User|ServiceUser|Anonymous|Group|Everyone|ApiToken|AccessToken|OAuthConsumer|DeployKey|AccessKey|SshKey|ApplicationLink|OidcIdentity)
WITH DISTINCT r, b, areHidden, i
WHERE NOT EXISTS {
    MATCH (i)-[:ACTS_AS|STALE_ACTS_AS*0..1]->(actor)
    WHERE actor.active = false OR actor.expiresAt <= timestamp() OR EXISTS { (:Gap {tenant: $tenant, about: actor.number, hides: 'activity'}) }
  }
  AND NOT EXISTS {
    MATCH (i:ApiToken|OAuthConsumer|SshKey|ApplicationLink)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'owner' AND around = i)
  }
  AND all(label IN labels(i) WHERE any(way IN coalesce({
    ApiToken: [['scope:write:repository:bitbucket']],
    AccessToken: [['scope:project:write'], ['scope:repository:write'], ['scope:pullrequest:write']],
    OAuthConsumer: [['scope:project:write'], ['scope:repository:write'], ['scope:pullrequest:write']],
    DeployKey: [[]],
    AccessKey: [[]],
    SshKey: [[]],
    ApplicationLink: [[]],
    OidcIdentity: [[]]
  }[label], [[]]) WHERE
    all(scope IN way WHERE EXISTS { (i)-[:HAS_SCOPE]->(:Scope {tenant: $tenant, key: scope}) })))
WITH r, b, areHidden, i, COLLECT { MATCH (i)-[:ACTS_AS|MEMBER_OF*0..]->(holder) RETURN DISTINCT holder } AS holders
WHERE (EXISTS {
      MATCH (b)<-[binds:BINDS]-()-[:EXEMPTS]->(exempt)
      WHERE binds.word IN ['push'] AND exempt IN holders
    } OR (NOT areHidden
    AND NOT EXISTS { (b)<-[:BINDS {word: 'push'}]-() }
    AND NOT EXISTS {
      MATCH (b)<-[:MAY_BIND {word: 'push'}]-(rule)
      WHERE NOT EXISTS { MATCH (rule)-[:EXEMPTS]->(exempt) WHERE exempt IN holders }
    }))
  AND (EXISTS {
      MATCH (b)<-[binds:BINDS]-()-[:EXEMPTS]->(exempt)
      WHERE binds.word IN ['force'] AND exempt IN holders
    } OR (NOT areHidden
    AND NOT EXISTS { (b)<-[:BINDS {word: 'force'}]-() }
    AND NOT EXISTS {
      MATCH (b)<-[:MAY_BIND {word: 'force'}]-(rule)
      WHERE NOT EXISTS { MATCH (rule)-[:EXEMPTS]->(exempt) WHERE exempt IN holders }
    }))
  AND (EXISTS {
      MATCH (b)<-[binds:BINDS]-()-[:EXEMPTS]->(exempt)
      WHERE binds.word IN ['unknown'] AND exempt IN holders
    } OR (NOT EXISTS { (b)<-[:BINDS {word: 'unknown'}]-() }
    AND NOT EXISTS {
      MATCH (b)<-[:MAY_BIND {word: 'unknown'}]-(rule)
      WHERE NOT EXISTS { MATCH (rule)-[:EXEMPTS]->(exempt) WHERE exempt IN holders }
    }))
RETURN i AS identity ORDER BY i.ref;

// Who can give permissions on this repository to others? (who-can-grant)
:param repository => 'KEY of repository:acme/api'
MATCH (r:Repository {tenant: $tenant, key: $repository})
MATCH (r)<-[:ON]-(p:Permission)
WHERE p.rule IN ['levels/cloud/Repository/admin', 'levels/cloud/Project/admin', 'levels/cloud/Workspace/admin', 'levels/dc/Repository/admin', 'levels/dc/Project/admin', 'levels/dc/Instance/admin']
MATCH (p)<-[:IMPLIES*0..]-(q:Permission)<-[:HOLDS]-(holder)
WITH DISTINCT r, holder
MATCH (holder)<-[:ACTS_AS|MEMBER_OF*0..]-(i:User|ServiceUser|Anonymous|Group|Everyone|ApiToken|AccessToken|OAuthConsumer|DeployKey|AccessKey|SshKey|ApplicationLink|OidcIdentity)
WITH DISTINCT r, i
WHERE NOT EXISTS {
    MATCH (i)-[:ACTS_AS|STALE_ACTS_AS*0..1]->(actor)
    WHERE actor.active = false OR actor.expiresAt <= timestamp() OR EXISTS { (:Gap {tenant: $tenant, about: actor.number, hides: 'activity'}) }
  }
  AND NOT EXISTS {
    MATCH (i:ApiToken|OAuthConsumer|SshKey|ApplicationLink)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'owner' AND around = i)
  }
  AND all(label IN labels(i) WHERE any(way IN coalesce({
    ApiToken: [['scope:admin:repository:bitbucket', 'scope:write:permission:bitbucket']],
    AccessToken: [],
    OAuthConsumer: [],
    DeployKey: [],
    AccessKey: [],
    SshKey: [],
    ApplicationLink: [[]],
    OidcIdentity: [[]]
  }[label], [[]]) WHERE
    all(scope IN way WHERE EXISTS { (i)-[:HAS_SCOPE]->(:Scope {tenant: $tenant, key: scope}) })))
RETURN i AS identity ORDER BY i.ref;

// Who can merge a pull request into this branch? (who-can-merge)
// what a merge must still meet is asked by `merge-conditions`
:param branch => 'branch:acme/api#main'
:param branchRepository => 'repository:acme/api'
MATCH (b:Branch {tenant: $tenant, key: $branch})
MATCH (r:Repository {tenant: $tenant, key: $branchRepository})
WITH r, b, EXISTS {
    MATCH (r)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'rules' AND around = r)
  } AS areHidden
MATCH (r)<-[:ON]-(p:Permission)
WHERE p.rule IN ['levels/cloud/Repository/write', 'levels/dc/Repository/write']
MATCH (p)<-[:IMPLIES*0..]-(q:Permission)<-[:HOLDS]-(holder)
WITH DISTINCT r, b, areHidden, holder
MATCH (holder)<-[:ACTS_AS|MEMBER_OF*0..]-(i:User|ServiceUser|Anonymous|Group|Everyone|ApiToken|AccessToken|OAuthConsumer|DeployKey|AccessKey|SshKey|ApplicationLink|OidcIdentity)
WITH DISTINCT r, b, areHidden, i
WHERE NOT EXISTS {
    MATCH (i)-[:ACTS_AS|STALE_ACTS_AS*0..1]->(actor)
    WHERE actor.active = false OR actor.expiresAt <= timestamp() OR EXISTS { (:Gap {tenant: $tenant, about: actor.number, hides: 'activity'}) }
  }
  AND NOT EXISTS {
    MATCH (i:ApiToken|OAuthConsumer|SshKey|ApplicationLink)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'owner' AND around = i)
  }
  AND all(label IN labels(i) WHERE any(way IN coalesce({
    ApiToken: [['scope:read:pullrequest:bitbucket', 'scope:write:pullrequest:bitbucket']],
    AccessToken: [['scope:pullrequest:write']],
    OAuthConsumer: [['scope:pullrequest:write']],
    DeployKey: [],
    AccessKey: [],
    SshKey: [],
    ApplicationLink: [[]],
    OidcIdentity: [[]]
  }[label], [[]]) WHERE
    all(scope IN way WHERE EXISTS { (i)-[:HAS_SCOPE]->(:Scope {tenant: $tenant, key: scope}) })))
WITH r, b, areHidden, i, COLLECT { MATCH (i)-[:ACTS_AS|MEMBER_OF*0..]->(holder) RETURN DISTINCT holder } AS holders
WHERE (EXISTS {
      MATCH (b)<-[binds:BINDS]-()-[:EXEMPTS]->(exempt)
      WHERE binds.word IN ['restrict_merges', 'push'] AND exempt IN holders
    } OR (NOT areHidden
    AND NOT EXISTS { (b)<-[:BINDS {word: 'restrict_merges'}]-() }
    AND NOT EXISTS {
      MATCH (b)<-[:MAY_BIND {word: 'restrict_merges'}]-(rule)
      WHERE NOT EXISTS { MATCH (rule)-[:EXEMPTS]->(exempt) WHERE exempt IN holders }
    }))
  AND (EXISTS {
      MATCH (b)<-[binds:BINDS]-()-[:EXEMPTS]->(exempt)
      WHERE binds.word IN ['unknown'] AND exempt IN holders
    } OR (NOT EXISTS { (b)<-[:BINDS {word: 'unknown'}]-() }
    AND NOT EXISTS {
      MATCH (b)<-[:MAY_BIND {word: 'unknown'}]-(rule)
      WHERE NOT EXISTS { MATCH (rule)-[:EXEMPTS]->(exempt) WHERE exempt IN holders }
    }))
RETURN i AS identity ORDER BY i.ref;

// Who can push to this branch? (who-can-push)
:param branch => 'branch:acme/api#main'
:param branchRepository => 'repository:acme/api'
MATCH (b:Branch {tenant: $tenant, key: $branch})
MATCH (r:Repository {tenant: $tenant, key: $branchRepository})
WITH r, b, EXISTS {
    MATCH (r)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'rules' AND around = r)
  } AS areHidden
MATCH (r)<-[:ON]-(p:Permission)
WHERE p.rule IN ['levels/cloud/Repository/write', 'levels/dc/Repository/write']
MATCH (p)<-[:IMPLIES*0..]-(q:Permission)<-[:HOLDS]-(holder)
WITH DISTINCT r, b, areHidden, holder
MATCH (holder)<-[:ACTS_AS|MEMBER_OF*0..]-(i:User|ServiceUser|Anonymous|Group|Everyone|ApiToken|AccessToken|OAuthConsumer|DeployKey|AccessKey|SshKey|ApplicationLink|OidcIdentity)
WITH DISTINCT r, b, areHidden, i
WHERE NOT EXISTS {
    MATCH (i)-[:ACTS_AS|STALE_ACTS_AS*0..1]->(actor)
    WHERE actor.active = false OR actor.expiresAt <= timestamp() OR EXISTS { (:Gap {tenant: $tenant, about: actor.number, hides: 'activity'}) }
  }
  AND NOT EXISTS {
    MATCH (i:ApiToken|OAuthConsumer|SshKey|ApplicationLink)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'owner' AND around = i)
  }
  AND all(label IN labels(i) WHERE any(way IN coalesce({
    ApiToken: [['scope:write:repository:bitbucket']],
    AccessToken: [['scope:project:write'], ['scope:repository:write'], ['scope:pullrequest:write']],
    OAuthConsumer: [['scope:project:write'], ['scope:repository:write'], ['scope:pullrequest:write']],
    DeployKey: [[]],
    AccessKey: [[]],
    SshKey: [[]],
    ApplicationLink: [[]],
    OidcIdentity: [[]]
  }[label], [[]]) WHERE
    all(scope IN way WHERE EXISTS { (i)-[:HAS_SCOPE]->(:Scope {tenant: $tenant, key: scope}) })))
WITH r, b, areHidden, i, COLLECT { MATCH (i)-[:ACTS_AS|MEMBER_OF*0..]->(holder) RETURN DISTINCT holder } AS holders
WHERE (EXISTS {
      MATCH (b)<-[binds:BINDS]-()-[:EXEMPTS]->(exempt)
      WHERE binds.word IN ['push'] AND exempt IN holders
    } OR (NOT areHidden
    AND NOT EXISTS { (b)<-[:BINDS {word: 'push'}]-() }
    AND NOT EXISTS {
      MATCH (b)<-[:MAY_BIND {word: 'push'}]-(rule)
      WHERE NOT EXISTS { MATCH (rule)-[:EXEMPTS]->(exempt) WHERE exempt IN holders }
    }))
  AND (EXISTS {
      MATCH (b)<-[binds:BINDS]-()-[:EXEMPTS]->(exempt)
      WHERE binds.word IN ['unknown'] AND exempt IN holders
    } OR (NOT EXISTS { (b)<-[:BINDS {word: 'unknown'}]-() }
    AND NOT EXISTS {
      MATCH (b)<-[:MAY_BIND {word: 'unknown'}]-(rule)
      WHERE NOT EXISTS { MATCH (rule)-[:EXEMPTS]->(exempt) WHERE exempt IN holders }
    }))
RETURN i AS identity ORDER BY i.ref;

// Who can run pipelines of this repository? (who-can-run-pipelines)
// a pipeline sees the variables of its repository and workspace
:param repository => 'KEY of repository:acme/api'
MATCH (r:Repository {tenant: $tenant, key: $repository})
MATCH (r)<-[:ON]-(p:Permission)
WHERE p.rule IN ['levels/cloud/Repository/write']
MATCH (p)<-[:IMPLIES*0..]-(q:Permission)<-[:HOLDS]-(holder)
WITH DISTINCT r, holder
MATCH (holder)<-[:ACTS_AS|MEMBER_OF*0..]-(i:User|ServiceUser|Anonymous|Group|Everyone|ApiToken|AccessToken|OAuthConsumer|DeployKey|AccessKey|SshKey|ApplicationLink|OidcIdentity)
WITH DISTINCT r, i
WHERE NOT EXISTS {
    MATCH (i)-[:ACTS_AS|STALE_ACTS_AS*0..1]->(actor)
    WHERE actor.active = false OR actor.expiresAt <= timestamp() OR EXISTS { (:Gap {tenant: $tenant, about: actor.number, hides: 'activity'}) }
  }
  AND NOT EXISTS {
    MATCH (i:ApiToken|OAuthConsumer|SshKey|ApplicationLink)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'owner' AND around = i)
  }
  AND all(label IN labels(i) WHERE any(way IN coalesce({
    ApiToken: [['scope:read:pipeline:bitbucket', 'scope:write:pipeline:bitbucket']],
    AccessToken: [['scope:pipeline'], ['scope:pipeline:write'], ['scope:pipeline:variable']],
    OAuthConsumer: [['scope:pipeline'], ['scope:pipeline:write'], ['scope:pipeline:variable']],
    DeployKey: [],
    AccessKey: [],
    SshKey: [],
    ApplicationLink: [[]],
    OidcIdentity: [[]]
  }[label], [[]]) WHERE
    all(scope IN way WHERE EXISTS { (i)-[:HAS_SCOPE]->(:Scope {tenant: $tenant, key: scope}) })))
RETURN i AS identity ORDER BY i.ref;

// Which groups give more than read to more than so many people? (wide-groups)
// the group can write to a repository; its people are users who are members, directly or by other groups
:param people => 10
MATCH (i:Group|Everyone {tenant: $tenant})
WHERE i.key > ''
MATCH (i)-[:ACTS_AS|MEMBER_OF*0..]->(holder)
WITH DISTINCT i, holder
MATCH (holder)-[held:HOLDS|REPORTED]->(q:Permission)
WHERE (held:HOLDS OR (true AND EXISTS {
    MATCH (q)-[:ON]->()<-[:CONTAINS|STALE_CONTAINS*0..]-()<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['user-grants', 'group-grants', 'grant-level', 'groups']
  }))
WITH DISTINCT i, q
MATCH (q)-[:IMPLIES*0..]->(p:Permission)-[:ON]->(r:Repository)
WHERE p.rule IN ['levels/cloud/Repository/write', 'levels/dc/Repository/write']
WITH DISTINCT i, r
WHERE NOT EXISTS {
    MATCH (i)-[:ACTS_AS|STALE_ACTS_AS*0..1]->(actor)
    WHERE actor.active = false OR actor.expiresAt <= timestamp() OR EXISTS { (:Gap {tenant: $tenant, about: actor.number, hides: 'activity'}) }
  }
  AND NOT EXISTS {
    MATCH (i:ApiToken|OAuthConsumer|SshKey|ApplicationLink)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'owner' AND around = i)
  }
  AND all(label IN labels(i) WHERE any(way IN coalesce({
    ApiToken: [['scope:write:repository:bitbucket']],
    AccessToken: [['scope:project:write'], ['scope:repository:write'], ['scope:pullrequest:write']],
    OAuthConsumer: [['scope:project:write'], ['scope:repository:write'], ['scope:pullrequest:write']],
    DeployKey: [[]],
    AccessKey: [[]],
    SshKey: [[]],
    ApplicationLink: [[]],
    OidcIdentity: [[]]
  }[label], [[]]) WHERE
    all(scope IN way WHERE EXISTS { (i)-[:HAS_SCOPE]->(:Scope {tenant: $tenant, key: scope}) })))
WITH DISTINCT i
MATCH (i)<-[:MEMBER_OF*1..]-(person:User)
WITH i, count(DISTINCT person) AS people
WHERE people > $people
RETURN i AS group, people ORDER BY people DESC, i.ref;

// Who administers a workspace, and so everything in it? (workspace-admins)
MATCH (r:Workspace {tenant: $tenant})
WHERE r.key > ''
MATCH (r)<-[:ON]-(p:Permission)
WHERE p.rule IN ['levels/cloud/Workspace/admin']
MATCH (p)<-[:IMPLIES*0..]-(q:Permission)<-[:HOLDS]-(holder)
WITH DISTINCT r, holder
MATCH (holder)<-[:ACTS_AS|MEMBER_OF*0..]-(i:User|ServiceUser|Anonymous|Group|Everyone|ApiToken|AccessToken|OAuthConsumer|DeployKey|AccessKey|SshKey|ApplicationLink|OidcIdentity)
WITH DISTINCT r, i
WHERE NOT EXISTS {
    MATCH (i)-[:ACTS_AS|STALE_ACTS_AS*0..1]->(actor)
    WHERE actor.active = false OR actor.expiresAt <= timestamp() OR EXISTS { (:Gap {tenant: $tenant, about: actor.number, hides: 'activity'}) }
  }
  AND NOT EXISTS {
    MATCH (i:ApiToken|OAuthConsumer|SshKey|ApplicationLink)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'owner' AND around = i)
  }
  AND all(label IN labels(i) WHERE any(way IN coalesce({
    ApiToken: [['scope:admin:workspace:bitbucket']],
    AccessToken: [],
    OAuthConsumer: [],
    DeployKey: [],
    AccessKey: [],
    SshKey: [],
    ApplicationLink: [[]],
    OidcIdentity: [[]]
  }[label], [[]]) WHERE
    all(scope IN way WHERE EXISTS { (i)-[:HAS_SCOPE]->(:Scope {tenant: $tenant, key: scope}) })))
RETURN r AS workspace, i AS identity ORDER BY r.ref, i.ref;

// Which tokens, keys and applications can write to which repositories? (writing-credentials)
// branch restrictions may still stop them on single branches
MATCH (i:ApiToken|AccessToken|OAuthConsumer|DeployKey|AccessKey|SshKey|ApplicationLink|OidcIdentity {tenant: $tenant})
WHERE i.key > ''
MATCH (i)-[:ACTS_AS|MEMBER_OF*0..]->(holder)
WITH DISTINCT i, holder
MATCH (holder)-[held:HOLDS|REPORTED]->(q:Permission)
WHERE (held:HOLDS OR (true AND EXISTS {
    MATCH (q)-[:ON]->()<-[:CONTAINS|STALE_CONTAINS*0..]-()<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['user-grants', 'group-grants', 'grant-level', 'groups']
  }))
WITH DISTINCT i, q
MATCH (q)-[:IMPLIES*0..]->(p:Permission)-[:ON]->(r:Repository)
WHERE p.rule IN ['levels/cloud/Repository/write', 'levels/dc/Repository/write']
WITH DISTINCT i, r
WHERE NOT EXISTS {
    MATCH (i)-[:ACTS_AS|STALE_ACTS_AS*0..1]->(actor)
    WHERE actor.active = false OR actor.expiresAt <= timestamp() OR EXISTS { (:Gap {tenant: $tenant, about: actor.number, hides: 'activity'}) }
  }
  AND NOT EXISTS {
    MATCH (i:ApiToken|OAuthConsumer|SshKey|ApplicationLink)<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ['everything'] OR (hidden.hides = 'owner' AND around = i)
  }
  AND all(label IN labels(i) WHERE any(way IN coalesce({
    ApiToken: [['scope:write:repository:bitbucket']],
    AccessToken: [['scope:project:write'], ['scope:repository:write'], ['scope:pullrequest:write']],
    OAuthConsumer: [['scope:project:write'], ['scope:repository:write'], ['scope:pullrequest:write']],
    DeployKey: [[]],
    AccessKey: [[]],
    SshKey: [[]],
    ApplicationLink: [[]],
    OidcIdentity: [[]]
  }[label], [[]]) WHERE
    all(scope IN way WHERE EXISTS { (i)-[:HAS_SCOPE]->(:Scope {tenant: $tenant, key: scope}) })))
RETURN i AS credential, r AS repository ORDER BY i.ref, r.ref;
