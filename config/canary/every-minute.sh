#!/bin/sh
# Runs a command every minute for ever, whatever becomes of it, and touches a file each time that it goes well: the file's age is
# the health check. A call that hangs is ended, so that the next one is made.
#
#   every-minute.sh FILE COMMAND [ARGUMENT...]
#
# `parley dial` takes its password from DIAL_PASSWORD; a secret is handed over as a file, DIAL_PASSWORD_FILE. EVERY_SECONDS and
# CALL_SECONDS are for tests.
set -u

if [ -n "${DIAL_PASSWORD_FILE:-}" ]; then
  DIAL_PASSWORD=$(cat "$DIAL_PASSWORD_FILE") || exit 78
  export DIAL_PASSWORD
fi

good=${1:?usage: every-minute.sh FILE COMMAND [ARGUMENT...]}
shift
child=
every=${EVERY_SECONDS:-60}

# The shell waits for what it runs before it heeds a signal, but not while it waits for a child in the background.
trap 'kill "$child" 2>/dev/null; exit 0' TERM INT

while :; do
  timeout --kill-after=5 "${CALL_SECONDS:-45}" "$@" &
  child=$!
  wait "$child"
  status=$?
  if [ "$status" -eq 0 ]; then
    touch "$good"
  else
    echo "canary: the call did not go well, status $status" >&2
  fi
  sleep "$every" &
  child=$!
  wait "$child"
done
