import { LabHost } from '../host';

const t = Date.now();
const h = await LabHost.start({ name: 'g-trixie' });
console.log('up', Date.now() - t);
console.log(
  await h.root(
    'docker compose version; docker version --format "{{.Server.Version}} {{.Server.APIVersion}}"; ls /opt/registry; find /var/lib/lab-registry -name tags -exec sh -c "ls -d {}/*" \\;; ls -la /srv /srv/stack',
  ),
);
const tryit = async (s: string) => {
  const r = await h.exec(s, { user: 'deploy' });
  console.log('$', s, '\n', r.code, r.stdout, r.stderr);
};
await tryit(
  `mkfifo /tmp/f; docker system dial-stdio </tmp/f & exec 8>/tmp/f; printf 'GET /v1.44/distribution/localhost:5000/acme/backend:v2/json HTTP/1.0\\r\\nHost: docker\\r\\n\\r\\n' >&8; wait $!`,
);
await tryit(
  `exec 8>&-; rm -f /tmp/f; mkfifo /tmp/f; docker system dial-stdio </tmp/f & exec 8>/tmp/f; printf 'GET /v1.44/distribution/localhost:5000/acme/backend:nope/json HTTP/1.0\\r\\nHost: docker\\r\\n\\r\\n' >&8; wait $!`,
);
await tryit('time docker manifest inspect -v --insecure localhost:5000/acme/backend:v2');
await h.destroy();
