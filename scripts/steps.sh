# Sourced by ./test: the steps, in an order that finds cheap faults first and compiles each thing once.
# All native steps name the same crates and targets (EVERYTHING), because another selection is another set of features,
# and another set of features compiles the dependencies again.
# shellcheck shell=bash

EVERYTHING=(--locked --workspace --all-targets)
BROWSER=(--locked -p frontend --lib --target wasm32-unknown-unknown)
STEPS=(scripts format lint lint-browser docs build rules tests doctests site budget styles end2end)

about() {
  case $1 in
    scripts) echo "the functions of scripts/, and that every script parses" ;;
    format) echo "rustfmt has nothing to change" ;;
    lint) echo "clippy, warnings denied: all crates, all targets" ;;
    lint-browser) echo "clippy for what runs in the browser" ;;
    docs) echo "rustdoc, warnings denied" ;;
    build) echo "server, site builder and all tests, development profile" ;;
    rules) echo "house rules: map of the project, texts, contrast, dependencies, icons, links, manual, sources" ;;
    tests) echo "unit, property, store and HTTP tests, on SQLite and PostgreSQL" ;;
    doctests) echo "the examples in the documentation" ;;
    site) echo "the browser part as for a release, and the site made of it" ;;
    budget) echo "sizes of what the browser downloads" ;;
    styles) echo "every style sheet parses" ;;
    end2end) echo "journeys in headless Chromium, phone, tablet and desktop" ;;
    *) return 1 ;;
  esac
}

# Which steps need a database server.
wants_postgres() { case $1 in tests | end2end) return 0 ;; *) return 1 ;; esac; }

step_scripts() { "$ROOT/scripts/self-test"; }

step_format() { cargo fmt --all --check; }

step_lint() { cargo clippy "${EVERYTHING[@]}" -- -D warnings; }

step_lint-browser() { cargo clippy "${BROWSER[@]}" -- -D warnings; }

step_docs() { RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps; }

step_build() { cargo build "${EVERYTHING[@]}"; }

step_rules() {
  # Alone, the whole workspace need not be built for it.
  if [[ " ${chosen[*]} " == *' build '* ]]; then
    "$TARGET/debug/xtask" check
  else
    cargo run -q --locked -p xtask -- check
  fi
}

step_tests() {
  # A twin on PostgreSQL that has no server fails instead of passing.
  export RAPPORT_TEST_STRICT=1
  if cargo nextest --version >/dev/null 2>&1; then
    # One more than there are cores: tests of the server wait for it, for the disk and for PostgreSQL.
    NEXTEST_TEST_THREADS=$(($(nproc) + 1)) cargo nextest run "${EVERYTHING[@]}" --no-fail-fast
  else
    cargo test "${EVERYTHING[@]}" --no-fail-fast
  fi
}

step_doctests() { cargo test --locked --workspace --doc; }

step_site() {
  step_build
  cargo build "${BROWSER[@]}" --profile wasm-release
  "$TARGET/debug/xtask" site --profile wasm-release --out "$TARGET/site"
}

step_budget() {
  step_site
  "$TARGET/debug/xtask" budget --site "$TARGET/site"
}

step_styles() {
  "$ROOT/scripts/end2end-packages"
  "$ROOT/scripts/css-lint"
}

step_end2end() {
  step_site
  RAPPORT_BIN=$TARGET/debug/rapport RAPPORT_SITE=$TARGET/site "$ROOT/scripts/end2end"
}
