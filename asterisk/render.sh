#!/bin/sh
# Writes a complete Asterisk configuration: every file of conf/ (or of the directory given) with each @NAME@ replaced by
# the setting of that name. The container's entrypoint and the test suites both use it, so both run the same configuration.
#
#   render.sh TO_DIRECTORY [FROM_DIRECTORY]
#
# Settings come from the environment; those with a default are below. Each secret can be given as NAME_FILE instead, the name
# of a file that holds it (docker secrets). A name without a setting, or a setting that Asterisk would misread, is an error.
set -eu
umask 077

to=${1:?usage: render.sh TO_DIRECTORY [FROM_DIRECTORY]}
from=${2:-$(dirname "$0")/conf}

# secret NAME: takes NAME from the file named by NAME_FILE, if there is one.
secret() {
  eval "file=\${$1_FILE:-}"
  [ -z "$file" ] || eval "$1=\$(cat \"\$file\")"
  eval "[ -n \"\${$1:-}\" ]" || { echo "render.sh: set $1 or $1_FILE" >&2; exit 78; }
  export "${1?}"
}

secret ARI_PASSWORD
secret PHONE_1001_PASSWORD
secret PHONE_1002_PASSWORD
# Without a canary nobody knows its password.
[ -n "${CANARY_PASSWORD:-}${CANARY_PASSWORD_FILE:-}" ] || CANARY_PASSWORD=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
secret CANARY_PASSWORD

export ARI_USERNAME="${ARI_USERNAME:-parley}"
export ARI_APP="${ARI_APP:-voicebot}"
export ARI_BIND_ADDRESS="${ARI_BIND_ADDRESS:-127.0.0.1}"
export ARI_PORT="${ARI_PORT:-8088}"
export SIP_BIND_ADDRESS="${SIP_BIND_ADDRESS:-0.0.0.0}"
export SIP_PORT="${SIP_PORT:-5060}"
export RTP_FIRST_PORT="${RTP_FIRST_PORT:-10000}"
export RTP_LAST_PORT="${RTP_LAST_PORT:-20000}"
export SOUNDS_DIR="${SOUNDS_DIR:-/usr/share/parley/sounds/ru-RU}"
export DIALPLAN_FALLBACK="${DIALPLAN_FALLBACK:-fallback,s,1}"
export ASTERISK_ETC_DIR="$to"
# Further lines of [directories] in asterisk.conf, for an Asterisk that must not touch the machine's own places.
export ASTERISK_DIRECTORIES="${ASTERISK_DIRECTORIES:-}"

# A file of Asterisk takes ";" for a comment; a setting of several lines could add sections. Only the directories may have lines.
render='
function value_of(name) {
  if (!(name in ENVIRON)) fail("there is no setting " name)
  value = ENVIRON[name]
  if (name != "ASTERISK_DIRECTORIES" && value ~ /\n/) fail(name " has more than one line")
  gsub(/;/, "\\;", value)
  return value
}
FNR == 1 {
  if (out) close(out)
  name = FILENAME
  sub(/.*\//, "", name)
  out = ENVIRON["ASTERISK_ETC_DIR"] "/" name
}
function fail(why) { print "render.sh: " FILENAME ": " why > "/dev/stderr"; failed = 1; exit 78 }
{
  rest = $0; line = ""
  while (match(rest, /@[A-Z][A-Z0-9_]*@/)) {
    line = line substr(rest, 1, RSTART - 1) value_of(substr(rest, RSTART + 1, RLENGTH - 2))
    rest = substr(rest, RSTART + RLENGTH)
  }
  print line rest > out
}
END { if (failed) exit 78 }'

mkdir -p "$to"
awk "$render" "$from"/*.conf
