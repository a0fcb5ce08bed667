import { expect, it } from 'vitest';
import { checkContent } from '../../../actions/backup/content';
import { parseRunbook } from '../../../actions/lib/config/load';

const check = (text: string): void => checkContent(parseRunbook(`backup: ${text}\n`, 'runbook.yml').backup);

it.each([
  ['nothing', '{ databases: [] }', 'are all empty'],
  ['the state of a broker alone', '{ databases: [], redpanda: [rp] }', 'are all empty'],
  ['the folder for backups', '{ volumes: [/opt/backups] }', 'contains the folder for backups /opt/backups'],
  ['a folder above it', '{ volumes: [/srv, /opt] }', 'backup.volumes names /opt,'],
])('a backup of %s is refused', (_what, text, said) => expect(() => check(text)).toThrow(said));

it.each([
  '{}',
  '{ databases: [], volumes: [uploads] }',
  '{ databases: [], qdrant: [{}] }',
  '{ volumes: [/opt/back] }',
  '{ volumes: [/opt/backups/old/files] }',
  '{ volumes: [/opt], to: [s3], s3: { bucket: acme } }',
])('a backup by %s is made', (text) => expect(() => check(text)).not.toThrow());
