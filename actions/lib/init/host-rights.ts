/** What the user of the workflows may do on the host, and whether the known hosts are really the host's keys. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors';
import { knownKeys } from '../host/known-hosts';
import { quote } from '../host/quote';
import { sectionsOf, sectionsScript } from '../stack/sections';
import type { Finding } from './checklist';

/** The workflows' settings for the host; empty: not known here. */
interface Login {
  readonly host: string;
  readonly port: string;
  readonly user: string;
  readonly knownHosts: string;
}

/** The oldest version of Compose that has the needed features. */
const LEAST_COMPOSE = [2, 20] as const;

/** @param directory of the stack @param user of the workflows; empty: the user who runs the script */
export function hostRightsScript(directory: string, user: string): string {
  return [
    'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin',
    `DIRECTORY=${quote(directory)} LOGIN=${quote(user)}`,
    sectionsScript(),
    readFileSync(join(__dirname, 'host-rights.sh'), 'utf8'),
  ].join('\n');
}

/** @param output of {@link hostRightsScript} */
export function rightsFindings(output: string, directory: string, login: Login): Finding[] {
  const sections = sectionsOf(output);
  const lines = (name: string): readonly string[] => (sections.get(name) ?? []).filter((line) => line !== '');
  const [me = ''] = lines('me');
  const user = login.user || me;
  const [docker = ''] = lines('docker');
  const [compose = ''] = lines('compose');
  const [place = '', owner = ''] = lines('directory');
  const findings: Finding[] = [];
  const bad = (text: string, remedy: string): void => void findings.push({ kind: 'bad', text, remedy });
  const good = (text: string): void => void findings.push({ kind: 'good', text });
  if (/^\d+\./.test(docker)) good(`Docker ${docker} answers ${me}.`);
  else bad(`Docker does not answer ${me}: ${docker || 'it says nothing'}`, `sudo usermod -aG docker ${me}`);
  const [major = 0, minor = 0] = compose.replace(/^v/, '').split('.').map(Number);
  if (major > LEAST_COMPOSE[0] || (major === LEAST_COMPOSE[0] && minor >= LEAST_COMPOSE[1]))
    good(`Compose ${compose}.`);
  else
    bad(
      `Compose is ${compose || 'not there'}; ${LEAST_COMPOSE.join('.')} or newer is needed.`,
      'install docker-compose-plugin of Docker',
    );
  if (user !== me && lines('known').length === 0)
    bad(`The host has no user ${user}, which SSH_USER names.`, `sudo useradd --create-home --groups docker ${user}`);
  else if (user !== me && user !== 'root' && !lines('login').includes('docker'))
    bad(`${user} is not in the group docker.`, `sudo usermod -aG docker ${user}`);
  if (place === 'missing') bad(`${directory} is not there.`, `sudo install -d -o ${user} ${directory}`);
  else if (user === me && place === 'unwritable')
    bad(`${me} may not write to ${directory} (${owner}).`, `sudo chown ${me} ${directory}`);
  else if (user !== me && owner.split(' ')[0] !== user)
    findings.push({
      kind: 'look',
      text: `${directory} belongs to ${owner.split(' ').slice(0, 2).join(':')}; whether ${user} may write there was not seen.`,
      remedy: `sudo -u ${user} test -w ${directory} && echo yes`,
    });
  else good(`${directory} belongs to ${user}.`);
  return [...findings, ...keyFindings(lines('keys'), login)];
}

/** @param own public keys of the host's sshd */
function keyFindings(own: readonly string[], { host, port, knownHosts }: Login): Finding[] {
  if (knownHosts.trim() === '' || host === '' || own.length === 0) return [];
  const remedy = `compare, and set SSH_KNOWN_HOSTS to: ${own.map((line) => `${port === '22' ? host : `[${host}]:${port}`} ${line.split(' ').slice(0, 2).join(' ')}`).join('\n      ')}`;
  try {
    const known = knownKeys(knownHosts, host, Number(port)).filter(({ revoked }) => !revoked);
    if (known.length === 0)
      return [{ kind: 'bad', text: `SSH_KNOWN_HOSTS has no key for ${host}, port ${port}.`, remedy }];
    const shown = own.map((line) => line.split(' ')[1] ?? '');
    return known.some(({ key }) => shown.includes(key.toString('base64')))
      ? [{ kind: 'good', text: `SSH_KNOWN_HOSTS has a key of the host itself.` }]
      : [{ kind: 'bad', text: `SSH_KNOWN_HOSTS has another key for ${host} than the host.`, remedy }];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [
      { kind: 'bad', text: `SSH_KNOWN_HOSTS cannot be used: ${error.details.why ?? error.details.what}.`, remedy },
    ];
  }
}
