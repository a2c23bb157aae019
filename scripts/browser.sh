# Sourced: what the tests in a browser need: Chromium, fonts that have Chinese characters, Node and the packages of end2end/.
# shellcheck shell=bash

need_node() {
  if command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1; then
    [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 18 ] ||
      stop "Node 18 or later is needed, this is $(node --version)." "Install a newer one (Debian 12: apt-get install nodejs npm)."
    return 0
  fi
  need_packages "Node and npm for the tests in a browser" 600 nodejs npm
}

need_chromium() {
  if [ -z "${RAPPORT_CHROMIUM:-}" ]; then
    RAPPORT_CHROMIUM=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
  fi
  if [ -z "$RAPPORT_CHROMIUM" ]; then
    need_packages "Chromium" 900 chromium
    RAPPORT_CHROMIUM=$(command -v chromium)
  fi
  export RAPPORT_CHROMIUM
  # Without such a font the browser draws a box for every Chinese character.
  if [ -z "$(find /usr/share/fonts /usr/local/share/fonts "$HOME/.fonts" "$HOME/.local/share/fonts" \
    \( -iname '*cjk*' -o -iname '*wqy*' -o -iname '*sourcehan*' -o -iname '*notosanssc*' \) -type f 2>/dev/null | head -n 1)" ]; then
    need_packages "a font with Chinese characters" 60 "$(first_offered fonts-wqy-microhei fonts-noto-cjk || echo fonts-wqy-microhei)"
  fi
}

# need_node_packages: those of end2end/package-lock.json, fetched again only when that file has changed.
need_node_packages() {
  local lock=$ROOT/end2end/package-lock.json modules=$ROOT/end2end/node_modules
  [ -f "$lock" ] || stop "end2end/package-lock.json is missing." "It belongs to the project: git checkout end2end/package-lock.json"
  need_node
  cmp -s "$lock" "$modules/.rapport-lock" && return 0
  need_disk "$ROOT" 300 "the packages of end2end/"
  work "fetching the packages of end2end/" "$TARGET/logs/npm.log" \
    env PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm --prefix "$ROOT/end2end" ci --no-audit --no-fund --no-update-notifier
  cp "$lock" "$modules/.rapport-lock"
}
