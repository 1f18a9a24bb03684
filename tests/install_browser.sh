#!/bin/sh
# Installs Debian's chromium for the browser tests when it is missing and we may; else says how.
set -eu
if [ -x /usr/bin/chromium ]; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core
else
    echo "Für die Browser-Tests fehlt Chromium: sudo apt-get install chromium" >&2
fi
