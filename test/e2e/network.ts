/** What tests ask a host's network: in the namespaces of its containers, and of the proxy's view of a failure. */
import type { LabHost } from '../lab/host';
import type { LoadReport } from '../load/report';

/** What of ours is in any network namespace, every process of the host asked: chains and settings. */
export async function redirected(host: LabHost): Promise<string> {
  return host.root(
    `for ns in $(ls -l /proc/[0-9]*/ns/net 2>/dev/null | sed -n 's/.*net:\\[\\([0-9]*\\)\\]/\\1/p' | sort -u); do
       pid=$(ls -l /proc/[0-9]*/ns/net 2>/dev/null | grep "\\[$ns\\]" | head -n 1 | sed 's,.*/proc/\\([0-9]*\\)/.*,\\1,')
       for tool in iptables-save ip6tables-save; do nsenter -t "$pid" -n "$tool" -t nat 2>/dev/null | grep RUNBOOK; done
       nsenter -t "$pid" -n grep -x 1 /proc/sys/net/netfilter/nf_conntrack_tcp_timeout_syn_sent
     done; :`,
  );
}

/**
 * Attempts to connect to a container that is gone, once those of the moment are over: a container's kernel still remembers
 * them, without an answer. A container that is there may leave one unanswered, too, while the machine is overloaded.
 */
export async function attempts(host: LabHost): Promise<string> {
  return host.root(
    `unanswered() {
       docker ps -q | xargs docker inspect --format '{{range .NetworkSettings.Networks}}src={{.IPAddress}} {{end}}' | tr ' ' '\n' | grep = | sort -u >/tmp/there
       for pid in $(docker ps -q | xargs docker inspect --format '{{.State.Pid}}'); do
         nsenter -t "$pid" -n cat /proc/net/nf_conntrack || echo "no connection table of $pid"
       done | grep -v 'TIME_WAIT|ASSURED' | grep 'SYN_SENT|no connection table' | grep -v ' [0-2] SYN_SENT' |
         while read -r line; do
           # The address that it was sent to in the end is the one that would answer: the second src.
           to=$(printf '%s\n' "$line" | grep -o 'src=[^ ]*' | sed -n 2p)
           [ -n "$to" ] && grep -qxF "$to" /tmp/there || printf '%s\n' "$line"
         done
     }
     i=0; while unanswered >/tmp/unanswered && [ -s /tmp/unanswered ] && [ $i -lt 10 ]; do i=$((i+1)); sleep 0.3; done; cat /tmp/unanswered; rm /tmp/unanswered /tmp/there`,
  );
}

/** Requests of the load that failed, with what nginx says of them and which connections it has in its books. */
export async function failures(host: LabHost, report: LoadReport): Promise<string> {
  if (report.failures.length === 0) return '';
  const said = await host.root(
    `for id in $(docker ps -q --filter label=com.docker.compose.service=nginx); do
       echo "nginx $id:"; docker logs --since 3m "$id" 2>&1 | grep '\\[\\(error\\|crit\\|alert\\|emerg\\)\\]' | tail -n 40
       pid=$(docker inspect --format '{{.State.Pid}}' "$id")
       nsenter -t "$pid" -n sh -c 'ip neigh; grep UNREPLIED /proc/net/nf_conntrack' 2>&1
     done; docker ps -a --format '{{.Names}} {{.Status}} {{.Networks}}'; docker ps -q | xargs docker inspect --format '{{.Name}} {{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}'`,
  );
  return [...report.failures, said].join('\n');
}
