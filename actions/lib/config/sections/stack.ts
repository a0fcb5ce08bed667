/** The keys at the top: where the stack is, and what belongs to a release. */
import { z } from 'zod';
import { duration, relativePath, serviceName, webUrl } from './values';

/** Used without the key `env-file`; if no file of this name exists, a `.env` is used. */
export const ENV_FILE = '.env.production';

export const stack = {
  stack: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]*$/, 'is not a name of a Compose project: small letters, digits, - and _')
    .default('app')
    .describe('Name of the Compose project.'),
  directory: z
    .string()
    .regex(/^(\/[A-Za-z0-9._-]+)+$/, 'is not an absolute path of letters, digits, dot, dash and _')
    .default('/opt/app')
    .describe('Folder of the stack on the host, absolute; what Compose calls the project directory.'),
  url: webUrl.optional().describe('Where people find the stack; shown with the GitHub deployment.'),
  compose: z
    .array(relativePath)
    .min(1)
    .default(['docker-compose.prod.yml'])
    .describe('Compose files, relative to the folder of this file; uploaded to the same place below `directory`.'),
  'env-file': relativePath
    .nullable()
    .optional()
    .meta({ default: ENV_FILE })
    .describe(
      'The env file for interpolation, relative to the folder of this file; `null`: there is none. Without this key a `.env` is taken where the default does not exist.',
    ),
  profiles: z.array(serviceName).default([]).describe('Profiles of the Compose files that are active.'),
  files: z
    .array(relativePath)
    .default([])
    .describe('Further files and folders to upload, relative to the folder of this file, that no Compose file names.'),
  versioned: z
    .array(serviceName)
    .default(['backend', 'worker'])
    .describe('Services whose image tag the input `version` sets.'),
  tag: z
    .enum(['{version}', '{semver}'])
    .default('{version}')
    .describe(
      'How the input `version` becomes the tag of an image: `{version}`, as it is; `{semver}`, without the v of a Git tag such as v1.4.0.',
    ),
  'release-branches': z
    .array(z.string().regex(/^[^\s~^:\\[\]{}]+$/, 'is not a pattern of branches: a name, with * and ** and ?'))
    .min(1)
    .optional()
    .describe(
      "Patterns of the branches that releases come from, as `main` or `release/*`; a tag that is pushed on a commit of no such branch is refused. Default: the repository's default branch.",
    ),
  'release-checks': z
    .array(z.string().min(1))
    .optional()
    .describe(
      'Names of the checks that the commit of a pushed tag must have passed; `[]`: none. Default: those that the branch requires, as its protection and its rulesets on GitHub say.',
    ),
  'plan-lifetime': duration
    .default(86_400)
    .describe('How long a plan may be carried out after it was made; what is approved later is refused.'),
  'keep-releases': z
    .int()
    .min(2)
    .max(100)
    .default(5)
    .describe('How many releases stay on the host, with their images; the current one counts.'),
};
