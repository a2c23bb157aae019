# Sourced: compiling the server and making the site. docs/building.md says what each profile costs and gives.
# shellcheck shell=bash

# folder_of PROFILE: cargo's folder for it.
folder_of() { if [ "$1" = dev ]; then printf 'debug'; else printf '%s' "$1"; fi; }

# need_room FOLDER MEGABYTES: what a first build takes; later ones need little.
need_room() {
  if [ -d "$1" ]; then need_disk "$1" 300 "compiling"; else need_disk "$1" "$2" "compiling"; fi
}

# build_server PROFILE: the server and the site builder.
build_server() {
  need_room "$TARGET/$(folder_of "$1")" 3000
  work "compiling the server ($1)" "$TARGET/logs/server.log" cargo build --locked --profile "$1" -p server -p xtask --bins
}

# build_wasm PROFILE: the part that runs in the browser.
build_wasm() {
  need_room "$TARGET/wasm32-unknown-unknown/$1" 1500
  work "compiling the browser part ($1)" "$TARGET/logs/wasm.log" \
    cargo build --locked --profile "$1" -p frontend --lib --target wasm32-unknown-unknown
}

# make_site WASM-PROFILE XTASK OUT: names, joins and packs what the browser downloads.
make_site() {
  work "making the site" "$TARGET/logs/site.log" "$2" site --profile "$1" --out "$3"
}
