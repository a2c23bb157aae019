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

# first_command NAME..: prints where the first of these commands is that there is.
first_command() {
  local name
  for name in "$@"; do
    command -v "$name" && return 0
  done
  return 1
}

# may_add PACKAGE: whether this user can install it and the package sources have it.
may_add() { command -v apt-get >/dev/null 2>&1 && may_install && first_offered "$1" >/dev/null; }

# need_chromium: without its windows, as Debian packages it, where that can be had: pages are the same and the journeys take
# two thirds of the time. Otherwise the one that is there.
need_chromium() {
  [ -n "${RAPPORT_CHROMIUM:-}" ] || RAPPORT_CHROMIUM=$(first_command chromium-headless-shell || true)
  if [ -z "$RAPPORT_CHROMIUM" ]; then
    RAPPORT_CHROMIUM=$(first_command chromium chromium-browser google-chrome || true)
    if [ -z "$RAPPORT_CHROMIUM" ] || may_add chromium-headless-shell; then
      local package
      package=$(first_offered chromium-headless-shell chromium || echo chromium)
      # Where a browser is, another is not worth an error.
      if [ -z "$RAPPORT_CHROMIUM" ]; then
        need_packages "Chromium" 900 "$package"
      else
        (need_packages "Chromium without windows" 400 "$package") || say "  .. $RAPPORT_CHROMIUM does, too, and takes longer"
      fi
      RAPPORT_CHROMIUM=$(first_command chromium-headless-shell "${RAPPORT_CHROMIUM:-chromium}")
    fi
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
