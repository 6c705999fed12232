/**
 * Definitions of pipelines in the sample workspace, as people write them: anchors, credentials where they should not be, a
 * deployment with a person in between and one without, a self-hosted runner, and a file with a slip.
 */
import { randomBytes } from 'node:crypto';

/** What somebody wrote into a file that everybody may read. */
const secret = () => randomBytes(18).toString('base64url');

const API = `# Ask the platform team before you change this.
image: node:22.11.0

definitions:
  services:
    database:
      image: postgres:17
      variables:
        POSTGRES_PASSWORD: ${secret()}
  steps:
    - step: &test
        name: Test
        services: [database]
        script:
          - npm ci
          - npm test
    - step: &deploy
        name: Deploy
        oidc: true
        script:
          - pipe: atlassian/aws-ecs-deploy:2.1.0
            variables:
              AWS_DEFAULT_REGION: eu-central-1
              CLUSTER_NAME: ${secret()}

pipelines:
  default:
    - step: *test
  branches:
    main:
      - step: *test
      - step:
          <<: *deploy
          name: Deploy to staging
          deployment: staging
      - step:
          <<: *deploy
          name: Deploy to production
          deployment: production
          trigger: manual
  custom:
    nightly:
      - variables:
          - name: DEPTH
            default: full
      - step:
          name: Audit
          image:
            name: registry.acme.example/audit:latest
            username: robot
            password: ${secret()}
          script:
            - ./audit --token ${secret()}
`;

/** Production by name alone, from every push, with a pipe that is whatever its publisher says today. */
const STOREFRONT = `pipelines:
  branches:
    main:
      - stage:
          name: Ship
          deployment: Production
          steps:
            - step:
                name: Build
                script:
                  - npm run build
            - step:
                name: Upload
                script:
                  - pipe: acme/cdn-upload:latest
                    variables: { KEY: $CDN_KEY }
  pull-requests:
    '**':
      - parallel:
          - step: { name: Lint, script: [npm run lint] }
          - step: { name: Pages, image: cypress/included, script: [npm run pages] }
`;

const INFRASTRUCTURE = `image: hashicorp/terraform@sha256:${'3f'.repeat(32)}
pipelines:
  default:
    - step:
        name: Plan
        runs-on: [self.hosted, linux.shell]
        script: [terraform plan]
    - step:
        name: Apply
        runs-on: [self.hosted, linux.shell]
        trigger: manual
        script: [terraform apply]
`;

/** Somebody used a tab. */
const LEDGER = `pipelines:
  default:
\t- step:
\t    script: [make book TOKEN=${secret()}]
`;

export const DEFINITIONS_BY_REPOSITORY = {
  api: { main: API },
  storefront: { main: STOREFRONT },
  infrastructure: { main: INFRASTRUCTURE },
  ledger: { main: LEDGER },
} as const satisfies Record<string, Record<string, string>>;
