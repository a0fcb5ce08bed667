#!/bin/sh
# Stands in for Redpanda's rpk, which cannot be had in the lab: prints tables as rpk does, of a broker that is not
# there. /tmp/refuse makes it fail as rpk does where the broker does not answer.
if [ -e /tmp/refuse ]; then
  echo 'unable to request metadata: unable to dial: dial tcp 127.0.0.1:9092: connect: connection refused' >&2
  exit 1
fi
case "$*" in
  'topic list')
    echo 'NAME             PARTITIONS  REPLICAS'
    echo 'evaluation-jobs  2           1'
    echo 'dead.letters     1           1'
    ;;
  'topic describe -p evaluation-jobs')
    echo 'PARTITION  LEADER  EPOCH  REPLICAS  LOG-START-OFFSET  HIGH-WATERMARK'
    echo '0          1       3      [1 2]     120               4711'
    echo '1          1       3      [1 2]     0                 36'
    ;;
  'topic describe -p dead.letters')
    echo 'PARTITION  LEADER  EPOCH  REPLICAS  LOG-START-OFFSET  HIGH-WATERMARK'
    echo '0          1       1      [1]       -                 -'
    ;;
  'group list')
    echo 'BROKER  GROUP'
    echo '0       evaluation-consumer-group'
    ;;
  'group describe evaluation-consumer-group')
    echo 'GROUP        evaluation-consumer-group'
    echo 'COORDINATOR  0'
    echo 'STATE        Stable'
    echo 'BALANCER     cooperative-sticky'
    echo 'MEMBERS      1'
    echo 'TOTAL-LAG    11'
    echo
    echo 'TOPIC            PARTITION  CURRENT-OFFSET  LOG-START-OFFSET  LOG-END-OFFSET  LAG  MEMBER-ID      CLIENT-ID  HOST'
    echo 'evaluation-jobs  0          4700            120               4711            11   worker-1-77aa  worker     10.0.0.7'
    echo 'evaluation-jobs  1          -               0                 36              -'
    ;;
  *)
    echo "unknown command: $*" >&2
    exit 1
    ;;
esac
