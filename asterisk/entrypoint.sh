#!/bin/sh
# Starts Asterisk in a container: completes the configuration from the environment, then becomes Asterisk.
set -eu

etc=/run/asterisk/etc
/opt/parley-asterisk/render.sh "$etc"
for directory in addresses.d pjsip.d extensions.d ari.d websocket_client.d; do
  [ ! -d "/etc/asterisk/$directory" ] || ln -sfn "/etc/asterisk/$directory" "$etc/$directory"
done

# ARI answers every request to record with 500 when this is missing.
mkdir -p /var/spool/asterisk/recording

exec asterisk -f -C "$etc/asterisk.conf"
