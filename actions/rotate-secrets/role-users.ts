/** Checks that all services that log in with a password get its new user. Pure; names only, never values. */
import { encodedForms } from '../lib/secrets/rewrite';
import { environmentOf } from './environment';
import type { Looked } from './leftovers';

/** Variables that hold a user. */
const USERS = /(?:USER|USERNAME|LOGIN|ROLE)$/i;

/** Sentences on services that would log in with the new password and the old user, or cannot change their user. */
export function rolesThatStay({ rotated, after, files, changed, servers = {} }: Looked): string[] {
  return rotated.flatMap(({ name, fresh, role }) => {
    if (role === undefined) return [];
    const server = servers[name];
    const forms = encodedForms(fresh);
    const has = (text: string): boolean => forms.some((form) => text.includes(form));
    const services = Object.entries(after.services).flatMap(([service, { environment, ...rest }]) => {
      const variables = environmentOf(environment);
      const wrong = Object.entries(variables).filter(
        ([, value]) => value !== fresh && has(value) && !word(value, role.fresh),
      );
      const said = wrong.map(
        ([key]) => `${key} of ${service} would have the new ${name} beside another user than ${role.fresh}`,
      );
      const bare = Object.values(variables).includes(fresh);
      const users = Object.entries(variables).filter(([key]) => USERS.test(key));
      if (bare && users.some(([, value]) => value === role.old))
        said.push(
          `${users.find(([, value]) => value === role.old)![0]} of ${service} would stay ${role.old} beside the new ${name}`,
        );
      else if (bare && !Object.values(variables).some((value) => word(value, role.fresh)))
        said.push(`no variable tells ${service} that the new user of ${name} is ${role.fresh}`);
      const definition = JSON.stringify(rest);
      if (has(definition) && !word(definition, role.fresh))
        said.push(`the definition of ${service} would have the new ${name} beside another user than ${role.fresh}`);
      return said;
    });
    const lists = files
      .filter(({ content }) => content.toString('utf8').includes(`"${role.old}" "`))
      .map(({ path }) => `${path} is a user list that has ${role.old}, but not ${role.fresh}`);
    const self =
      server !== undefined && changed.includes(server)
        ? [
            `${server} uses ${name} or ${role.name} itself, and would be recreated: give the services a role of their own`,
          ]
        : [];
    return [...services, ...lists, ...self];
  });
}

function word(text: string, user: string): boolean {
  return new RegExp(`(?<![A-Za-z0-9_-])${user}(?![A-Za-z0-9_-])`).test(text) || base64Words(text, user);
}

/** Within base64, as a header has it. */
function base64Words(text: string, user: string): boolean {
  return [...text.matchAll(/[A-Za-z0-9+/_-]{8,}={0,2}/g)].some(([token]) =>
    Buffer.from(token, 'base64').toString('utf8').includes(user),
  );
}
