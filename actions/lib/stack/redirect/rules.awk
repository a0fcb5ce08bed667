# The rules of one address family, as input of iptables-restore(8). One set serves every caller: whoever is
# not on a network never dials its addresses.
#
# Given: family (4 or 6), comment. Input, in any order:
#   service NAME PHASE PORTS        phase guard, narrow or cut; ports with commas, or -
#   address SERVICE ROLE NETWORK FAMILY ADDRESS ID     role keep, retire or new; as it was when registered
#   known NETWORK FAMILY ADDRESS ID     who has which address now
#   subnet SERVICE NETWORK FAMILY CIDR
#   allow SERVICE NETWORK FAMILY ADDRESS     what the guard does not touch

$1 == "service" { order[++services] = $2; phase[$2] = $3; ports[$2] = $4 }
$1 == "subnet" && $4 == family { subnets[$2] = subnets[$2] " " $3 " " $5 }
$1 == "allow" && $4 == family { allowed[$2, $3] = allowed[$2, $3] " " $5 }
$1 == "known" && $3 == family { holds[++holders] = $2 " " $4 " " $5; owner[$2, $4] = $5 }
$1 == "address" { side[$7] = $2 SUBSEP $3 }
$1 == "address" && $5 == family { note($7, $4, $6) }

# note ID NETWORK ADDRESS: one address of a registered container
function note(id, net, address) {
  if ((id, net, address) in noted) return
  noted[id, net, address] = 1
  entries[++count] = id " " net " " address
  network[net] = 1
}

function tcp(service,    list) {
  if (ports[service] == "-" || split(ports[service], list, ",") > 15) return "-p tcp --syn"
  return "-p tcp --syn -m multiport --dports " ports[service]
}

# Sends new connections for `destination` to one of `targets`, each as often as the others.
function spread(service, destination, targets,    number, list, i, choice) {
  number = split(targets, list, " ")
  for (i = 1; i <= number; i++) {
    choice = i == number ? "" : sprintf(" -m statistic --mode random --probability %.8f", 1 / (number - i + 1))
    printf "-A RUNBOOK -d %s %s%s -m comment --comment \"%s\" -j DNAT --to-destination %s\n", destination, tcp(service), choice, comment, list[i]
  }
}

function each(service, from, targets,    number, list, i) {
  number = split(from, list, " ")
  for (i = 1; i <= number; i++) spread(service, list[i], targets)
}

function guard(service,    number, list, i, net, there, known, k) {
  number = split(subnets[service], list, " ")
  for (i = 1; i < number; i += 2) {
    net = list[i]
    if (targets[service, "keep", net] targets[service, "retire", net] == "") continue
    known = split(allowed[service, net], there, " ")
    for (k = 1; k <= known; k++) printf "-A RUNBOOK -d %s -j RETURN\n", there[k]
    spread(service, list[i + 1], targets[service, "keep", net] targets[service, "retire", net])
  }
}

END {
  # A container that started again may have another address by now; it is answered for at both.
  for (i = 1; i <= holders; i++) {
    split(holds[i], holder, " ")
    if (holder[3] in side) note(holder[3], holder[1], holder[2])
  }
  # An address that somebody else has by now is nobody's to redirect, and only who runs can be a target.
  for (i = 1; i <= count; i++) {
    split(entries[i], entry, " ")
    key = side[entry[1]] SUBSEP entry[2]
    taken = (entry[2], entry[3]) in owner
    if (!taken || owner[entry[2], entry[3]] == entry[1]) sources[key] = sources[key] " " entry[3]
    if (taken && owner[entry[2], entry[3]] == entry[1]) targets[key] = targets[key] " " entry[3]
  }
  print "*nat"
  print ":RUNBOOK - [0:0]"
  # Who calls itself by its own address means itself: a health check must not be answered by another.
  print "-A RUNBOOK -o lo -j RETURN"
  # What is known by its address comes before what is guessed by its subnet.
  for (i = 1; i <= services; i++) {
    s = order[i]
    for (n in network) {
      if (phase[s] == "narrow") each(s, sources[s, "new", n], targets[s, "keep", n] targets[s, "retire", n])
      if (phase[s] == "cut") each(s, sources[s, "retire", n], targets[s, "keep", n] targets[s, "new", n])
    }
  }
  for (i = 1; i <= services; i++) if (phase[order[i]] == "guard") guard(order[i])
  print "COMMIT"
}
