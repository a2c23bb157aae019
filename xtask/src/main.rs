//! Builds what the browser downloads and checks the house rules that no compiler knows.
//! Must not know the screens, the database or the server's code.

mod arguments;
mod browser;
mod budget;
mod check;
mod common_passwords;
mod compress;
mod files;
mod lighten;
mod site;
mod sprite;
mod style;

use std::io::Write;
use std::process::ExitCode;

use arguments::Arguments;

/// What every command answers: the sentence for the person who typed it, when it did not work.
type Outcome<T = ()> = Result<T, String>;

const HELP: &str = "\
xtask builds the site and checks the house rules. ./run and ./test call it; by hand: cargo run -p xtask -- COMMAND

  site     [--profile wasm-release] [--out target/site]   wasm, glue, style and public files, hashed and compressed
  style    [--out target/style/main.css]                  the joined style sheet alone, for `cargo leptos watch`
  budget   [--site target/site]                           sizes of the site; fails above the budget
  check    [RULE..]                                       house rules: architecture catalogues contrast dependencies icons manual sources
  sprite   [--from end2end/node_modules/lucide-static/icons]   public/icons.svg out of style/icons.txt
  common-passwords --from FILE                            domain/src/common_passwords.bin out of a list of leaked passwords
";

fn main() -> ExitCode {
    let arguments = Arguments::from_process();
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            // Nothing is left to do when even that cannot be written.
            let _ = writeln!(std::io::stderr(), "{sentence}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut arguments: Arguments) -> Outcome {
    match arguments.command.as_str() {
        "site" => site::command(arguments),
        "style" => style::command(arguments),
        "budget" => budget::command(arguments),
        "check" => check::command(arguments),
        "sprite" => sprite::command(arguments),
        "common-passwords" => common_passwords::command(arguments),
        "help" | "--help" | "-h" | "" => {
            arguments.rest.clear();
            say(HELP)
        }
        other => Err(format!("xtask has no command '{other}'.\n\n{HELP}")),
    }
}

/// One line (or more) for the person at the terminal.
fn say(text: &str) -> Outcome {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", text.trim_end())
        .map_err(|error| format!("cannot write to the terminal: {error}"))
}
