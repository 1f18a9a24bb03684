#!/bin/sh
# Installs Debian's Tesseract with German for text recognition when it is missing and we may; else
# says how. Never fails: without it everything but scans can be ingested.
set -u
if command -v tesseract >/dev/null && tesseract --list-langs 2>/dev/null | grep -qx deu; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    if apt-get update -qq -o Acquire::http::Timeout=10 -o Acquire::Retries=0 \
        && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
        --no-install-recommends tesseract-ocr tesseract-ocr-deu >/dev/null; then
        exit 0
    fi
fi
echo "Gescannte Unterlagen werden erst gelesen, wenn die Texterkennung eingerichtet ist:" \
    "sudo apt install tesseract-ocr tesseract-ocr-deu" >&2
exit 0
