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
    .describe("Absolute path of the stack's folder on the host; Compose calls it the project directory."),
  url: webUrl.optional().describe('URL of the site for people; shown with the GitHub deployment.'),
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
      'The env file for interpolation, relative to the folder of this file; `null`: there is none. Without this key a `.env` is used if the default does not exist.',
    ),
  profiles: z.array(serviceName).default([]).describe('Active profiles of the Compose files.'),
  files: z
    .array(relativePath)
    .default([])
    .describe('Further files and folders to upload that no Compose file names, relative to the folder of this file.'),
  versioned: z
    .array(serviceName)
    .default(['backend', 'worker'])
    .describe('Services whose image tag the input `version` sets.'),
  tag: z
    .enum(['{version}', '{semver}'])
    .default('{version}')
    .describe(
      'How the input `version` becomes the tag of an image: `{version}`: unchanged; `{semver}`: without the v of a Git tag such as v1.4.0.',
    ),
  'release-branches': z
    .array(z.string().regex(/^[^\s~^:\\[\]{}]+$/, 'is not a pattern of branches: a name, with * and ** and ?'))
    .min(1)
    .optional()
    .describe(
      "Patterns of the branches for releases, such as `main` or `release/*`; a pushed tag whose commit is on none of these branches is refused. Default: the repository's default branch.",
    ),
  'release-checks': z
    .array(z.string().min(1))
    .optional()
    .describe(
      'Names of the checks that the commit of a pushed tag must have passed; `[]`: none. Default: those that the branch requires by its protection and its rulesets on GitHub.',
    ),
  'plan-lifetime': duration
    .default(86_400)
    .describe('How long a plan may be carried out after it was made; a plan that is approved later is refused.'),
  'keep-releases': z
    .int()
    .min(2)
    .max(100)
    .default(5)
    .describe('How many releases stay on the host, with their images; the current one is counted, too.'),
};
