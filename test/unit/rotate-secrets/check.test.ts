import { expect, it } from 'vitest';
import { openFile, openSecrets } from '../../../actions/rotate-secrets/check';

it('a secret that stands in the file in clear text makes a check fail; another name does not', () => {
  expect(openSecrets(['STACK'], ['API_TOKEN'])).toEqual([]);
  expect(openSecrets(['STACK', 'API_TOKEN'], ['API_TOKEN', 'OTHER'])[0]).toMatch(/^API_TOKEN stands in it in clear/);
});

it('a file in which SOPS has encrypted nothing makes a check fail', () => {
  const values = new Map([
    ['A', 'x'],
    ['B', ''],
  ]);
  expect(openFile(['A'], values)[0]).toMatch(/^no value in it is encrypted: correct the rule in \.sops\.yaml/);
  expect(openFile(['A'], new Map([...values, ['C', 'y']]))).toEqual([]);
  expect(openFile([], new Map([['B', '']]))).toEqual([]);
});
