#!/bin/sh
# Runs a command every ten minutes for ever, whatever becomes of it, and touches a file each time that it goes well: the file's age
# is the health check. After one that did not go well, and after a second one, it is run again a minute later: three in a row are a
# fault, and one that lasts costs no more than good days. A call that hangs is ended, so that the next one is made.
#
#   every-ten-minutes.sh FILE COMMAND [ARGUMENT...]
#
# `parley dial` takes its password from DIAL_PASSWORD; a secret is handed over as a file, DIAL_PASSWORD_FILE. EVERY_SECONDS,
# AGAIN_SECONDS and CALL_SECONDS are for tests.
set -u

if [ -n "${DIAL_PASSWORD_FILE:-}" ]; then
  DIAL_PASSWORD=$(cat "$DIAL_PASSWORD_FILE") || exit 78
  export DIAL_PASSWORD
fi

good=${1:?usage: every-ten-minutes.sh FILE COMMAND [ARGUMENT...]}
shift
child=
bad=0

# The shell waits for what it runs before it heeds a signal, but not while it waits for a child in the background.
trap 'kill "$child" 2>/dev/null; exit 0' TERM INT

while :; do
  timeout --kill-after=5 "${CALL_SECONDS:-45}" "$@" &
  child=$!
  wait "$child"
  status=$?
  if [ "$status" -eq 0 ]; then
    touch "$good"
    bad=0
  else
    bad=$((bad + 1))
    echo "canary: the call did not go well, status $status" >&2
  fi
  pause=${EVERY_SECONDS:-600}
  if [ "$bad" -eq 1 ] || [ "$bad" -eq 2 ]; then pause=${AGAIN_SECONDS:-60}; fi
  sleep "$pause" &
  child=$!
  wait "$child"
done
