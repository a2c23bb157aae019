//! The program `rapport`.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::main()
}
