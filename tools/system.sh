#!/usr/bin/env bash
# What the browser tests need from the system: Chromium, a Chinese font, PDF tools, gettext is not needed.
# Installs with apt where it may; otherwise says plainly what is missing. GUANHAO_REQUIRE_CHROMIUM=1 makes that an error.
set -u
missing=()
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || missing+=(chromium)
fc-list :lang=zh 2>/dev/null | grep -q . || missing+=(fonts-noto-cjk)
command -v pdftotext >/dev/null || missing+=(poppler-utils)
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing ${missing[*]} …"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null && exit 0
fi
echo "Missing on this machine: ${missing[*]}. Install with: sudo apt install ${missing[*]}"
[ "${GUANHAO_REQUIRE_CHROMIUM:-0}" = 1 ] && exit 1
echo "Browser tests will be skipped."
exit 0
