/** Turns uploaded files into a release's pinned Compose model, on one session channel of the host. */
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../errors';
import type { Host } from '../../host/host';
import { quote } from '../../host/quote';
import type { ComposeModel } from '../compose-model';
import { composeScript } from '../compose-script';
import { Answers } from './answers';
import { type Assembly, assemble, merge } from './assemble';
import { checkAbove, checkNamed, checkRead, checkSources, sourcesOf } from './checks-files';
import { composeFailure, composeWarnings, parseModel } from './compose';
import { leftOut, parseElsewhere } from './elsewhere';
import { idleVariables } from './idle';
import { pinImage, type WantedImage, wantedImages } from './images';
import { registryAuth } from './login';
import { packPayload } from './payload';
import { isLoopback, registryOf } from './reference';
import { resolveScript } from './script';
import type { Resolved, ResolveRequest } from './types';
import { tagVariables } from './versions';

/** Milliseconds for all of it; the host waits up to 30 s for a single answer of a registry. */
const TIMEOUT = 120_000;
/** Milliseconds that the script gets to clear away after a failure. */
const CLEANUP_GRACE = 2000;

/**
 * Lays the uploaded files over the stack's directory in a staging folder, asks Compose what they mean and
 * the registries for digests. Changes nothing else on the host.
 *
 * @throws {UserError} RB-COMPOSE-INVALID, RB-VARIABLE-UNSET, RB-SERVICE-UNKNOWN, RB-VERSION-INVALID,
 *   RB-IMAGE-NOT-FOUND, RB-REGISTRY-UNREACHABLE, RB-REGISTRY-LOGIN, RB-DIGEST-MISMATCH, RB-BUILD-ONLY,
 * RB-FILE-MISSING, RB-FILE-UNNAMED, RB-SOURCE-MISSING, RB-SOURCE-ABOVE, RB-TRANSFER-CORRUPT, RB-CONNECTION-LOST, RB-TIMEOUT,
 * RB-CANCELLED
 */
export async function resolve(host: Host, request: ResolveRequest): Promise<Resolved> {
  checkRead(request);
  const payload = await packPayload(request.files, request.present, request.logins);
  const session = await host.open(scriptFor(request, payload.archive.length), { input: payload.archive });
  const answers = new Answers(session, request.timeout ?? TIMEOUT, request.signal);
  try {
    await answers.until('config');
    const staging = answers.text('staging');
    const tree = `${staging}/root${directoryOf(request)}`;
    const elsewhere = parseElsewhere(answers.text('elsewhere'));
    const config = answers.text('config');
    const active = Object.keys((JSON.parse(config) as Partial<ComposeModel>).services ?? {});
    const texts = request.files.filter(({ path }) => request.runbook.compose.includes(path));
    const idle = idleVariables(
      texts.map(({ content }) => content.toString('utf8')),
      active,
    );
    const warnings = composeWarnings(answers.text('errors'), elsewhere, idle);
    const fresh = parseModel(config, tree, request.runbook.directory);
    checkAbove(fresh, staging, tree, directoryOf(request));
    warnings.push(...leftOut(config, request, elsewhere));
    const current = answers.has('current') ? (JSON.parse(answers.text('current')) as ComposeModel) : null;
    const model = merge(fresh, current, request);
    const wanted = wantedImages(model.services, request);
    const asked = wanted.filter(({ ask }) => ask !== null);
    const sources = sourcesOf(model, request.runbook.directory);
    checkNamed(sources, request.files, request.inRepository);
    for (const { path } of sources) if (!/[\r\n]/.test(path)) session.write(`path ${path}`);
    for (const [index, image] of asked.entries()) session.write(question(image, index, request));
    session.write('end');
    await answers.until('done');
    checkSources(answers.text('missing').split('\n'), sources, request.runbook.directory);
    const assembly: Assembly = { model, pinned: [], files: payload.files };
    for (const image of wanted) {
      const index = asked.indexOf(image);
      const { image: found, warning } = pinImage(image, index < 0 ? null : answers.registry(index), request.images);
      assembly.pinned.push({ ...image, image: found });
      if (warning !== undefined) warnings.push(warning);
    }
    const assembled = assemble(assembly, request);
    if (request.keepStaging) session.write('keep');
    return {
      ...assembled,
      files: payload.files,
      filesList: payload.filesList,
      sent: payload.sent,
      warnings,
      staging: request.keepStaging ? answers.text('staging') : null,
    };
  } catch (error) {
    throw explained(error, answers);
  } finally {
    // When its input ends, the script clears away what it made, unless it was told to keep it.
    session.end();
    await Promise.race([session.done, sleep(CLEANUP_GRACE, undefined, { ref: false })]);
    session.close();
  }
}

/** The refusal by Compose or the script, if there was one: it says more than that the session ended. */
function explained(error: unknown, answers: Answers): unknown {
  if (answers.has('refused-compose')) {
    return composeFailure(answers.text('errors'), parseElsewhere(answers.text('elsewhere')));
  }
  if (answers.has('refused-transfer')) {
    return new UserError('RB-TRANSFER-CORRUPT', {
      what: `the received files differ from those that were sent: ${answers.text('refused-transfer')}`,
      why: 'a file on the host changed meanwhile, or the disk is full',
      remedy: 'run it again',
    });
  }
  if (answers.has('refused-directory')) {
    return new UserError('RB-HOST-UNSUITABLE', {
      what: `the SSH user cannot write to ${answers.text('refused-directory')}`,
      remedy: 'give the directory of the stack to the SSH user, and look for a full disk',
    });
  }
  return error;
}

/** The stack's directory without a slash at its end. */
function directoryOf({ runbook }: ResolveRequest): string {
  return runbook.directory.replace(/\/+$/, '');
}

function scriptFor(request: ResolveRequest, bytes: number): string {
  const { runbook, current, only } = request;
  const variables = {
    STACK: runbook.stack,
    DIRECTORY: directoryOf(request),
    KEEP: request.keepStaging ? '1' : '0',
    CURRENT: only !== null ? (current?.id ?? '') : '',
    BYTES: String(bytes),
    ENV_FILE: runbook.envFile ?? '',
    COMPOSE_VARIABLES: Object.entries(tagVariables(request))
      .map(([name, value]) => `${name}=${value}`)
      .join(' '),
  };
  // `./` keeps a leading dash from being taken for an option.
  const options = [
    ...runbook.compose.flatMap((file) => ['-f', `./${file}`]),
    ...runbook.profiles.flatMap((profile) => ['--profile', profile]),
  ];
  return [
    ...Object.entries(variables).map(([name, value]) => `${name}=${quote(value)}`),
    composeScript(),
    resolveScript(),
    `resolve ${options.map(quote).join(' ')}`,
  ].join('\n');
}

function question({ reference, ask }: WantedImage, index: number, { logins }: ResolveRequest): string {
  const registry = registryOf(reference.repository);
  const number = logins.findIndex((login) => login.registry === registry);
  const login = logins[number];
  const auth = login === undefined ? '-' : registryAuth(login);
  const insecure = isLoopback(registry) ? 1 : 0;
  return `image ${index} ${ask} ${reference.repository} ${login === undefined ? '-' : number} ${insecure} ${auth}`;
}
