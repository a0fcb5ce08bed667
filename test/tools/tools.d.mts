/** Path of the tool; gets it first when it is not there. Throws when that fails. */
export function get(
  name:
    | 'shellcheck'
    | 'sshd'
    | 'actionlint'
    | 'act'
    | 'sops'
    | 'versitygw'
    | 'pebble'
    | 'zizmor'
    | 'gh'
    | 'chromium'
    | 'mvn'
    | 'dockerd-29'
    | 'docker-compose-5',
): string;
