# Sourced: system packages, asked for only when something is missing.
# shellcheck shell=bash

# as_root COMMAND..: as administrator, without asking twice.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

# may_install: whether this user can install packages at all.
may_install() {
  [ "$(id -u)" -eq 0 ] && return 0
  command -v sudo >/dev/null 2>&1 || return 1
  # With a terminal sudo may ask for the password; without one it must not need it.
  [ -t 0 ] || sudo -n true 2>/dev/null
}

# installed PACKAGE
installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# all_installed PACKAGE..
all_installed() {
  local package
  for package in "$@"; do installed "$package" || return 1; done
}

# offered PACKAGE: the package lists know it.
offered() { [[ $(apt-cache policy "$1" 2>/dev/null) == *'Candidate: '[!\(]* ]]; }

# The package lists are fetched at most once per command, and only when they are missing or a day old.
# Who may not install packages may not fetch lists either, and is told so by need_packages.
fresh_lists() {
  [ -n "${RAPPORT_LISTS_FRESH:-}" ] && return 0
  may_install || return 0
  if [ -z "$(find /var/lib/apt/lists -maxdepth 1 -name '*_Packages*' -mtime -1 2>/dev/null | head -n 1)" ]; then
    fetch_lists
  fi
}

fetch_lists() {
  work "fetching the package lists" "$TARGET/logs/apt-update.log" apt_update
  export RAPPORT_LISTS_FRESH=1
}

APT=(apt-get -q -y -o Acquire::http::Timeout=30 -o Acquire::Retries=2 -o DPkg::Lock::Timeout=120)

apt_update() { as_root timeout 300 "${APT[@]}" -o APT::Update::Error-Mode=any update; }

apt_install() { as_root env DEBIAN_FRONTEND=noninteractive timeout 1200 "${APT[@]}" --no-install-recommends install "$@"; }

# Lists of the same day may still name versions that the mirror has replaced.
apt_install_anew() {
  if [ -n "${RAPPORT_LISTS_FRESH:-}" ]; then
    apt_install "$@"
  else
    apt_install "$@" || { apt_update && apt_install "$@"; }
  fi
}

# need_packages WHAT-FOR MEGABYTES PACKAGE..: installs those that are missing.
need_packages() {
  local purpose=$1 megabytes=$2 missing=() package
  shift 2
  if ! command -v apt-get >/dev/null 2>&1; then
    stop "missing: $purpose; and this system has no apt-get to install it with." \
      "On Debian it would be: $*. Install the same with your system's package manager, then start again."
  fi
  for package in "$@"; do installed "$package" || missing+=("$package"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  may_install || stop "missing: $purpose; and $(id -un) may not install packages." \
    "Ask an administrator for: apt-get install --no-install-recommends ${missing[*]}" "Then start again."
  need_disk /usr "$megabytes" "$purpose"
  fresh_lists
  for package in "${missing[@]}"; do
    offered "$package" || [ -n "${RAPPORT_LISTS_FRESH:-}" ] || fetch_lists
    offered "$package" || stop "the package sources of this system do not offer $package, needed for $purpose." \
      "On Debian 12 the sources need 'main' of bookworm and bookworm-security." "Otherwise install $purpose by hand, then start again."
  done
  work "installing $purpose: ${missing[*]}" "$TARGET/logs/apt-install.log" apt_install_anew "${missing[@]}"
}

# first_offered PACKAGE..: prints the first that the package sources have.
first_offered() {
  local package
  fresh_lists >&2
  for package in "$@"; do
    if offered "$package"; then
      printf '%s\n' "$package"
      return 0
    fi
  done
  return 1
}
