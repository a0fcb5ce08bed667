/** The reload of the proxy as a piece of a longer script. In plain syntax, so that the bundler includes the files. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { adaptersScript, containersScript } from '../observe/scripts';
import { redirectScript } from '../redirect/redirect';

/** `reload_proxy`, `alive`, `fail` and what they need. Given: PROJECT PROXY RB_STEP */
export function proxyScript(): string {
  const apply = readFileSync(join(__dirname, 'apply.sh'), 'utf8');
  const proxy = readFileSync(join(__dirname, 'proxy.sh'), 'utf8');
  return [redirectScript(), containersScript(), apply, adaptersScript(), proxy].join('\n');
}
