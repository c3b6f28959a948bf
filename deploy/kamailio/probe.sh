#!/bin/sh
# Takes an Asterisk out of the dispatcher's set while none of its Parleys is ready, and back in when one is: OPTIONS cannot tell.
#
#   probe.sh SIP_URI READYZ_URL...        every 2 s, until it is stopped; run one for each Asterisk beside Kamailio
#
# To keep one out by hand, stop its script first: kamcmd dispatcher.set_state d 1 SIP_URI
set -eu

uri=${1:?usage: probe.sh SIP_URI READYZ_URL...}
shift
every=${PROBE_SECONDS:-2}
was=unknown

while :; do
  now=i
  for url in "$@"; do
    if curl --silent --fail --max-time 1 --output /dev/null "$url"; then
      now=a
      break
    fi
  done
  if [ "$now" != "$was" ]; then
    # "d": one that is only inactive would be let in again by the next answer to OPTIONS. "ap" leaves the rest to those.
    [ "$now" = a ] && state=ap || state=d
    if kamcmd dispatcher.set_state "$state" 1 "$uri" >/dev/null; then
      was=$now
      echo "$uri: $([ "$now" = a ] && echo ready || echo 'no Parley is ready')"
    fi
  fi
  sleep "$every"
done
