# Sourced: finds or installs one Rust toolchain for server and browser, and exports what cargo needs to use it.
# One toolchain for both, or the two share no compiled dependency. docs/building.md tells the order tried.
# shellcheck shell=bash

RUST_NEEDED=94 # 1.94, the workspace's rust-version
WASM=wasm32-unknown-unknown

# new_enough: the rustc that cargo would use now is 1.RUST_NEEDED or later.
new_enough() {
  local version
  version=$(cd "$ROOT" && rustc --version 2>/dev/null) || return 1
  version=${version#rustc 1.}
  [ "${version%%.*}" -ge "$RUST_NEEDED" ] 2>/dev/null
}

sysroot() { (cd "$ROOT" && rustc --print sysroot 2>/dev/null); }

# has_wasm: it can compile for the browser.
has_wasm() {
  local lib
  lib=$(sysroot)/lib/rustlib/$WASM/lib
  [ -n "$(find "$lib" -maxdepth 1 -name 'libstd-*.rlib' 2>/dev/null | head -n 1)" ]
}

usable() { command -v cargo >/dev/null 2>&1 && command -v rustc >/dev/null 2>&1 && new_enough && has_wasm; }

# try_toolchain NAME: uses a toolchain known to rustup when it is usable, else leaves things as they were.
try_toolchain() {
  local before=${RUSTUP_TOOLCHAIN-}
  export RUSTUP_TOOLCHAIN=$1
  usable && return 0
  if [ -n "$before" ]; then export RUSTUP_TOOLCHAIN=$before; else unset RUSTUP_TOOLCHAIN; fi
  return 1
}

linked() { [[ $(rustup toolchain list 2>/dev/null) == *rapport-debian* ]]; }

# Debian's packages rustc-web, cargo-web and rust-web-src belong together and install beside rustup's toolchains.
install_debian_rust() {
  local version wanted=(rustc-web cargo-web rust-web-src)
  if command -v apt-get >/dev/null 2>&1 && ! may_install && ! all_installed "${wanted[@]}"; then
    stop "no Rust 1.$RUST_NEEDED or later with the $WASM target was found, and $(id -un) may not install packages." \
      "Install it for yourself from https://rustup.rs, then: rustup target add $WASM" \
      "Or ask an administrator for: apt-get install --no-install-recommends ${wanted[*]}"
  fi
  if ! command -v apt-get >/dev/null 2>&1 || ! first_offered rustc-web >/dev/null; then
    stop "no Rust 1.$RUST_NEEDED or later with the $WASM target was found, and none can be installed from here." \
      "Install it from https://rustup.rs, or renew it with: rustup update stable" "Then: rustup target add $WASM"
  fi
  need_packages "the Rust toolchain" 1500 "${wanted[@]}"
  version=$(/usr/bin/rustc --version)
  version=${version#rustc 1.}
  [ "${version%%.*}" -ge "$RUST_NEEDED" ] || stop "the package rustc-web brings Rust 1.$version, 1.$RUST_NEEDED is needed." \
    "Install Rust from https://rustup.rs, then: rustup target add $WASM"
}

# The source package carries the standard library with its vendored dependencies: built once, offline, in a minute.
build_wasm_std() {
  local folder=$1
  mkdir -p "$folder"
  printf '[package]\nname = "std_for_wasm"\nversion = "0.0.0"\nedition = "2021"\n[lib]\npath = "lib.rs"\n[workspace]\n' >"$folder/Cargo.toml"
  printf '#![no_std]\n' >"$folder/lib.rs"
  cd "$folder"
  # RUSTC_BOOTSTRAP is for this one step: build-std is not stable.
  local command=(env -u RUSTUP_TOOLCHAIN -u CARGO_TARGET_DIR RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc /usr/bin/cargo build
    -Z build-std=std,panic_abort --target $WASM --release --target-dir "$folder/target")
  "${command[@]}" --offline --config 'source.crates-io.replace-with="vendored"' \
    --config 'source.vendored.directory="/usr/lib/rustlib/src/rust/library/vendor"' || "${command[@]}"
  rm -f "$folder/target/$WASM/release/deps/"libstd_for_wasm-*
}

install_wasm_std() {
  local lib=/usr/lib/rustlib/$WASM/lib folder release
  may_install || stop "the standard library for the browser must be copied to $lib, and $(id -un) may not write there." \
    "Start once as root, or install Rust from https://rustup.rs and: rustup target add $WASM"
  [ ! -d "$lib" ] || as_root rm -rf "$lib"
  need_disk "$TARGET" 500 "building the standard library for the browser"
  release=$(/usr/bin/rustc --version | tr -c 'A-Za-z0-9.\n' '-')
  folder=$TARGET/wasm-std/$release
  work "building Rust's standard library for the browser, once" "$TARGET/logs/wasm-std.log" build_wasm_std "$folder"
  as_root mkdir -p "$lib"
  as_root cp "$folder/target/$WASM/release/deps/"*.rlib "$lib/"
  rm -rf "$folder"
}

debian_toolchain() {
  install_debian_rust
  if command -v rustup >/dev/null 2>&1; then
    linked || rustup toolchain link rapport-debian /usr >/dev/null 2>&1 ||
      stop "rustup did not take Debian's toolchain under the name rapport-debian." \
        "See what it says: rustup toolchain link rapport-debian /usr" "Then start again."
    export RUSTUP_TOOLCHAIN=rapport-debian
  else
    # A rustup-less cargo elsewhere on the path must not win over the packaged one.
    export PATH=/usr/bin:$PATH
  fi
  # Libraries of an older package cannot be read by the new compiler.
  if ! has_wasm || ! compiles_for_wasm; then install_wasm_std; fi
}

# compiles_for_wasm: the standard library was made by this very compiler.
compiles_for_wasm() {
  local folder status=0
  # A folder of its own: rustc renames over whatever it is told to write, devices included.
  folder=$(mktemp -d)
  printf '' | rustc --crate-name probe --crate-type rlib --emit metadata --target $WASM --out-dir "$folder" - >/dev/null 2>&1 || status=1
  rm -rf "$folder"
  return $status
}

# find_linker: rustup's toolchains bring their own; Debian's needs LLVM's.
find_linker() {
  local linker version
  [ -z "${CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER:-}" ] || return 0
  [ -z "$(find "$(sysroot)/lib/rustlib" -path '*/bin/rust-lld' 2>/dev/null | head -n 1)" ] || return 0
  for version in 19 22 21 20 18 17 16; do
    linker=/usr/lib/llvm-$version/bin/wasm-ld
    if [ -x "$linker" ]; then
      export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=$linker
      return 0
    fi
  done
  linker=$(find "${RUSTUP_HOME:-$HOME/.rustup}/toolchains" -path '*/bin/rust-lld' 2>/dev/null | sort | tail -n 1 || true)
  [ -n "$linker" ] || linker=$(command -v wasm-ld || true)
  if [ -z "$linker" ]; then
    local package
    package=$(first_offered lld-19 lld-22 lld) || package=lld-19
    need_packages "the linker for the browser part" 300 "$package"
    linker=$(find /usr/lib/llvm-*/bin -name wasm-ld 2>/dev/null | sort | tail -n 1 || true)
  fi
  export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=$linker
}

# need_rust: after it, `cargo` builds for server and browser.
need_rust() {
  command -v cargo >/dev/null 2>&1 || [ ! -x "${CARGO_HOME:-$HOME/.cargo}/bin/cargo" ] || export PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
  # A compiler for C: SQLite is compiled from its own source.
  command -v cc >/dev/null 2>&1 || need_packages "a C compiler" 400 gcc libc6-dev
  # Without them cargo cannot tell who answers it.
  [ -n "${SSL_CERT_FILE:-}" ] || [ -e /etc/ssl/cert.pem ] || [ -e /etc/ssl/certs/ca-certificates.crt ] ||
    [ ! -e /etc/debian_version ] || need_packages "the certificates of the web's authorities" 20 ca-certificates
  if [ -n "${RUSTUP_TOOLCHAIN:-}" ] && usable; then
    :
  elif command -v rustup >/dev/null 2>&1 && linked && try_toolchain rapport-debian && compiles_for_wasm; then
    :
  elif usable && compiles_for_wasm; then
    :
  elif new_enough && add_wasm_target; then
    :
  else
    debian_toolchain
  fi
  find_linker
  say "Rust: $(cd "$ROOT" && rustc --version)${RUSTUP_TOOLCHAIN:+, toolchain $RUSTUP_TOOLCHAIN}"
}

# Rustup's own servers are not reachable everywhere: one bounded try.
add_wasm_target() {
  command -v rustup >/dev/null 2>&1 || return 1
  say "adding the $WASM target to the Rust toolchain"
  mkdir -p "$TARGET/logs"
  (cd "$ROOT" && timeout 60 rustup target add $WASM) >"$TARGET/logs/rustup.log" 2>&1 && usable
}

# need_lints: rustfmt and clippy of the same toolchain.
need_lints() {
  if cargo fmt --version >/dev/null 2>&1 && cargo clippy --version >/dev/null 2>&1; then return 0; fi
  if [ "$(command -v rustc)" = /usr/bin/rustc ] || [ "${RUSTUP_TOOLCHAIN:-}" = rapport-debian ]; then
    need_packages "rustfmt and clippy" 150 rustfmt-web rust-web-clippy
  else
    mkdir -p "$TARGET/logs"
    timeout 120 rustup component add rustfmt clippy >"$TARGET/logs/rustup.log" 2>&1 ||
      stop "rustfmt and clippy are missing and could not be added." "Try: rustup component add rustfmt clippy"
  fi
}
