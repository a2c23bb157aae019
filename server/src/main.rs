//! The program `rapport`.

use std::process::ExitCode;

/// A page is made of tens of thousands of small pieces: this allocator saves a third of the time the system's
/// takes (docs/decisions.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    server::main()
}
