/** Commands that have a name: the action run runs them in containers. */
import { z } from 'zod';
import { keys, type Read } from './keys';
import { duration, serviceName } from './values';

/** Name of a command. */
const COMMAND_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** Names that a shell can use. Source: POSIX.1-2024, XBD 8.1. */
export const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** The values of `docker run --user`: names or numbers of user and group. */
export const USER = /^[A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?$/;

/** A character that no argument of a program can contain. */
const NUL = '\0';
const NOT_TEXT = 'is not text: put it in quotes';

const argument = z.string(NOT_TEXT).refine((text) => !text.includes(NUL), 'has a NUL character');

/** Value of a variable: it gets into a running container by an env file, in which a value is one line. */
const variable = z.string(NOT_TEXT).refine((text) => isValue(text), 'has a line break');

export function isValue(text: string): boolean {
  return !/[\0\r\n]/.test(text);
}

const name = (form: RegExp, what: string) => z.string().regex(form, what);

const command = keys({
  service: serviceName.describe('The Compose service in whose container it runs.'),
  command: z
    .union([argument.refine((line) => line.trim() !== '', 'is empty'), z.array(argument).min(1, 'is empty')])
    .meta({ title: 'list of arguments, or a line for `sh`' })
    .describe(
      'A list: its words are passed on unchanged; in a new container the entrypoint gets them, as with `docker compose run`. A text: a line for `sh -c`, without the entrypoint.',
    ),
  container: z
    .enum(['new', 'running'])
    .default('new')
    .describe(
      '`new`: a container of the current release, which is removed afterwards. `running`: a container that runs already, as with `docker compose exec`.',
    ),
  entrypoint: z
    .array(argument)
    .min(1, 'is empty')
    .optional()
    .describe('For a new container: the entrypoint that gets the list, instead of the entrypoint of the image.'),
  environment: z
    .record(name(VARIABLE_NAME, 'is not the name of a variable'), variable)
    .default({})
    .describe(
      'Variables for the command, besides those of the service. The input `variables` may give these other values.',
    ),
  user: name(USER, 'is not a user, or user:group')
    .optional()
    .describe('The user for the command, instead of the user of the image: `postgres`, `1000:1000`.'),
  timeout: duration.default(600).describe('How long the command may run before it is ended.'),
});

export const commands = z
  .record(name(COMMAND_NAME, 'is not a name: letters, digits, dot, dash and _'), command.describe('One command.'))
  .default({})
  .describe('Commands for the action run, by their names.');

export const freeCommands = z
  .boolean()
  .default(false)
  .describe(
    'Whether the action run takes commands that have no name here: then everybody who may start its workflow can do anything in any container.',
  );

export type CommandSettings = Read<typeof commands>[string];
