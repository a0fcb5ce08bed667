/** What `init` tells its user. Pure. */
import type { Initialised } from './init';

export function sayInitialised(
  { folder, written, kept, survey, host, look, settings }: Initialised,
  { server }: { readonly server: string | null },
): string {
  const { stack, directory, compose, versioned, interrupted, shareable } = survey;
  return [
    `Repository   ${folder}: ${compose.join(', ')}`,
    ...(server === null
      ? ['Server       none was named: --host user@host also reads what runs there']
      : [`Server       ${server}: ${host?.says.join(', ') ?? ''}`]),
    ...(host === null
      ? []
      : [
          host.stack === null
            ? '             none of these services runs there yet'
            : `             project ${stack} runs from ${directory}; the first deploy adopts it and restarts nothing for that`,
        ]),
    '',
    'Found',
    ...mark('✓', survey.found),
    ...mark(
      '✓',
      versioned.length === 0 ? [] : [`The version of a deploy is the image tag of ${versioned.join(', ')}.`],
    ),
    ...mark('✓', survey.envFile === null ? [] : [`The env file is ${survey.envFile}.`]),
    '',
    ...(look.length + interrupted.size === 0
      ? []
      : [
          'Look at',
          ...mark('!', look),
          ...mark(
            '!',
            [...interrupted].map(([name, why]) => {
              const shared = shareable.get(name);
              return `A deploy of ${name} stops it for a moment, because ${why}.${shared === undefined ? '' : ` If two containers may write there at the same time, say so in runbook.yml: shared-volumes: [${shared.join(', ')}] under services.${name}.`}`;
            }),
          ),
          '',
        ]),
    ...(written.length === 0 ? [] : ['Wrote', ...written.map((path) => `  ${path}`), '']),
    ...(kept.length === 0 ? [] : ['Left as it is, because it existed already', ...kept.map((path) => `  ${path}`), '']),
    ...(settings.length === 0 ? [] : ['To set on GitHub', ...settings.map((line) => `  ${line}`), '']),
    `Next         read runbook.yml. Then \`access --host ${server ?? 'you@your.server'}\` gives the workflows their key and settings, \`check\` says what is missing, and \`deploy --host ${server ?? 'you@your.server'} --dry-run\` shows the plan.`,
  ].join('\n');
}

function mark(sign: string, sentences: readonly string[]): string[] {
  return sentences.map((sentence) => `  ${sign} ${sentence}`);
}
