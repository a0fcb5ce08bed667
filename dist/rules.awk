# The rules of one address family, as input of iptables-restore(8). All callers get the same rules, because a caller
# that is not on a network never dials its addresses.
#
# Given: family (4 or 6), chain, comment. Input, in any order:
#   service NAME PHASE PORTS        phase guard, narrow, cut, moved or stood; ports with commas, or -
#   address SERVICE ROLE NETWORK FAMILY ADDRESS     role keep, retire, new or gone
#   own SERVICE ID NETWORK FAMILY ADDRESS           addresses of the new containers again, with the container's ID
#   subnet SERVICE NETWORK FAMILY CIDR
#   known NETWORK FAMILY ADDRESS    of every container that runs
# Output lines that begin with `own ID` are for the namespace of that container alone.
# Last line: end. Without it (a full disk cut the table) no rules are printed, and the exit status is 1.

$1 == "service" { order[++services] = $2; phase[$2] = $3; ports[$2] = $4 }
$1 == "address" && $5 == family { addresses[$2, $3, $4] = addresses[$2, $3, $4] " " $6; network[$4] = 1 }
$1 == "own" && $5 == family { owns[++owners] = $2 " " $3 " " $4 " " $6 }
$1 == "subnet" && $4 == family { subnets[$2] = subnets[$2] " " $3 ":::" $5 }
$1 == "known" && $3 == family { known[$2] = known[$2] " " $4 }

function tcp(service,    text, list) {
  text = "-p tcp --syn"
  if (ports[service] != "-" && split(ports[service], list, ",") <= 15) text = text " -m multiport --dports " ports[service]
  return text
}

# Sends new connections for `destination` to one of `targets`, each as often as the others.
function spread(service, destination, targets,    count, list, index_, choice) {
  count = split(targets, list, " ")
  for (index_ = 1; index_ <= count; index_++) {
    choice = index_ == count ? "" : sprintf(" -m statistic --mode random --probability %.8f", 1 / (count - index_ + 1))
    printf "-A %s -d %s %s%s -m comment --comment \"%s\" -j DNAT --to-destination %s\n", chain, destination, tcp(service), choice, comment, list[index_]
  }
}

function each(service, from, targets,    count, list, index_) {
  count = split(from, list, " ")
  for (index_ = 1; index_ <= count; index_++) spread(service, list[index_], targets)
}

$1 == "end" { whole = 1 }

END {
  if (!whole) exit 1
  print "*nat"
  print ":" chain " - [0:0]"
  # A container always reaches itself by its own address.
  print "-A " chain " -m addrtype --dst-type LOCAL -j RETURN"
  # While a new container has to prove itself, it also reaches itself by the names of its service, although these lead
  # to the other containers as well.
  for (i = 1; i <= owners; i++) {
    split(owns[i], own, " ")
    s = own[1]
    if (phase[s] != "narrow") continue
    count = split(addresses[s, "keep", own[3]] addresses[s, "retire", own[3]] addresses[s, "new", own[3]], list, " ")
    for (j = 1; j <= count; j++)
      if (list[j] != own[4])
        printf "own %s -A %s -d %s %s -m comment --comment \"%s\" -j DNAT --to-destination %s\n", own[2], chain, list[j], tcp(s), comment, own[4]
  }
  # Rules for known addresses come before rules for whole subnets.
  for (i = 1; i <= services; i++) {
    s = order[i]
    for (n in network) {
      old = addresses[s, "keep", n] addresses[s, "retire", n]
      if (phase[s] != "cut") each(s, addresses[s, "gone", n], old)
      if (phase[s] == "narrow") each(s, addresses[s, "new", n], old)
      if (phase[s] == "cut" || phase[s] == "moved") each(s, addresses[s, "retire", n], addresses[s, "keep", n] addresses[s, "new", n])
    }
  }
  for (i = 1; i <= services; i++) {
    s = order[i]
    if (phase[s] != "guard") continue
    count = split(subnets[s], list, " ")
    for (j = 1; j <= count; j++) {
      split(list[j], pair, ":::")
      n = pair[1]
      kept = split(known[n], there, " ")
      for (k = 1; k <= kept; k++) printf "-A %s -d %s -j RETURN\n", chain, there[k]
      spread(s, pair[2], addresses[s, "keep", n] addresses[s, "retire", n])
    }
  }
  print "COMMIT"
}
