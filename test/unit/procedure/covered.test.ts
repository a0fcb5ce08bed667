/** What is mounted over the files of a migration's image. */
import { describe, expect, it } from 'vitest';
import { lastingMounts, sayCovered } from '../../../actions/lib/procedure/covered';
import { service, traits } from '../stack/model-host';

const mounts = lastingMounts(
  service('migrate', 'v2', '1-v1', {
    traits: { ...traits, volumes: ['bind:/srv/stack/sql:/sql', 'tmpfs::/tmp', 'volume:code:/app'] },
  }),
);

describe('a mount over the files of an image', () => {
  it('is a volume or a folder of the host', () => {
    expect(mounts.map(({ target }) => target)).toEqual(['/sql', '/app']);
  });

  it('is the cause where it hides one of them, which is named', () => {
    expect(sayCovered(mounts, '/app\tapp/2 more.sql\n')).toBe(
      "The cause: the volume code is mounted over /app and hides the image's files there, such as app/2 more.sql. Mount it elsewhere, or not at all.",
    );
    expect(sayCovered(mounts, '/sql\tsql/1.sql\n')).toContain('/srv/stack/sql of the host is mounted over /sql');
  });

  it('is none where it has all of them', () => {
    expect(sayCovered(mounts, '')).toBeNull();
  });
});
