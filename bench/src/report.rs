//! The page of figures, docs/performance.md: what was measured beside what is to be reached.

use crate::{flood::figures::Figures, load::Figure, result::Run, work::Work};
use std::fmt::Write;

const HEAD: &str = "# Performance\n\n\
    Written by `bench`; do not edit. Every figure is from the machine and the build profile named beside it, \
    with server, database and the asking side on the same cores. **Processor time of the server** (user and system, \
    PostgreSQL's processes included) is what counts: times on the clock depend on what else the machine does, and a \
    little of it the processor time does too, so each is measured three times, spread over the run, and the middle one stands here. \
    Each answer is looked at: rows, names and numbers must be there, an error page is not an answer.\n\n";

const ENDS: &str = "## How it is measured\n\n\
    - The customers are invented by `rapport demo --seed 1`: two thirds Chinese, a quarter individuals, about as many \
    contact persons and as many notes.\n\
    - Every page is asked for over HTTP by a signed-in user, rights checked, rendered as HTML with its data for the \
    browser, by kept-alive connections; `create` is the search for look-alikes and the creation, two requests.\n\
    - Beside every 100,000 customers stand 100,000 deals (5,000 of them open), 1,000,000 activities and 200,000 cases, and one \
    customer has 5,000 entries on the timeline; these are written straight into the tables.\n\
    - After a second of warming up each kind of work is measured for some seconds at every number of connections. \
    Processor time is read from `/proc` before and after and divided by the pieces of work.\n\
    - Beside it, in the same run: one bare statement through sqlx for each kind of work, four at once, just before it; and an axum \
    that answers `hello`. What each may take at most as a multiple of the two together is its target divided by what a bare axum \
    with SQLite took on the machine that the targets were set on: a multiple says the same on a quick and on a slow machine. \
    There rows came as JSON, which is not in our floor, so ours is the stricter measure; PostgreSQL is held to the same multiples.\n\
    - `--explain` prints time and plan of every read of the store.\n";

/// The page.
pub fn page(runs: &[Run], floods: &[Figures]) -> String {
    let mut out = String::from(HEAD);
    for engine in ["SQLite", "PostgreSQL"] {
        let of: Vec<&Run> = runs.iter().filter(|run| run.engine == engine).collect();
        if !of.is_empty() {
            section(&mut out, engine, &of);
        }
    }
    for flood in floods {
        out.push_str(&flood.table());
    }
    out.push_str(ENDS);
    out
}

/// A line. Writing to a string cannot fail.
macro_rules! line {
    ($out:expr) => { $out.push('\n') };
    ($out:expr, $($part:tt)*) => {{
        let _ = writeln!($out, $($part)*);
    }};
}

fn section(out: &mut String, engine: &str, runs: &[&Run]) {
    line!(out, "## {engine}\n");
    if let Some(run) = runs.last() {
        line!(out, "{}.\n", run.machine);
    }
    targets(out, runs);
    for run in runs {
        details(out, run);
    }
    policy(out, runs);
    floor(out, runs);
    reads(out, runs);
}

fn targets(out: &mut String, runs: &[&Run]) {
    let mut head = String::from("| Server CPU per request, 16 connections | To reach |");
    let mut rule = String::from("| --- | --- |");
    for run in runs {
        head.push_str(&format!(" {} customers |", thousands(run.customers)));
        rule.push_str(" --- |");
    }
    line!(out, "{head} Growth |\n{rule} --- |");
    for work in Work::ALL {
        let figures: Vec<Option<&Figure>> =
            runs.iter().map(|run| run.figure(work.name(), 16)).collect();
        let target = work.target_ms().map_or_else(|| "-".to_owned(), |ms| format!("{ms:.1} ms"));
        let cells: Vec<String> = figures
            .iter()
            .map(|figure| {
                figure.map_or_else(
                    || "-".to_owned(),
                    |f| format!("{:.2} ms{}", f.all_cpu_ms(), verdict(f, *work)),
                )
            })
            .collect();
        let growth = match (figures.first().copied().flatten(), figures.last().copied().flatten()) {
            (Some(first), Some(last)) if figures.len() > 1 => {
                format!("x {:.2}", last.all_cpu_ms() / first.all_cpu_ms().max(0.001))
            }
            _ => "-".to_owned(),
        };
        line!(out, "| {} | {target} | {} | {growth} |", work.name(), cells.join(" | "));
    }
    let row = |out: &mut String, name: &str, target: &str, cell: &dyn Fn(&Run) -> String| {
        let cells: Vec<String> = runs.iter().map(|run| cell(run)).collect();
        line!(out, "| {name} | {target} | {} | |", cells.join(" | "));
    };
    row(out, "start to first answer", "500 ms", &|run| format!("{:.0} ms", run.start_ms));
    row(out, "memory after start", "", &|run| mib(run.memory_at_start_kb));
    row(out, "memory after all the work", "100 MiB", &|run| mib(run.memory_after_kb));
    row(out, "memory, most there was", "100 MiB", &|run| mib(run.peak_memory_kb));
    row(out, "import of 100,000 rows", "30 s", &|run| {
        run.import.as_ref().map_or_else(
            || "-".to_owned(),
            |import| format!("{:.1} s ({:.1} s of CPU)", import.seconds, import.cpu_seconds),
        )
    });
    row(out, "inventing the customers", "", &|run| {
        run.fill_seconds.map_or_else(|| "-".to_owned(), |seconds| format!("{seconds:.0} s"))
    });
    line!(out);
}

/// Says so where a figure is above its target or came with errors.
fn verdict(figure: &Figure, work: Work) -> String {
    let mut words = String::new();
    if work.target_ms().is_some_and(|target| figure.all_cpu_ms() > target) {
        words.push_str(" (above)");
    }
    if figure.errors > 0 {
        words.push_str(&format!(" ({} errors)", figure.errors));
    }
    words
}

fn details(out: &mut String, run: &Run) {
    line!(
        out,
        "### {} customers\n\nSearch with {} hits; the frequent word has {}.\n",
        thousands(run.customers),
        run.common_hits,
        thousands(run.frequent_hits.unsigned_abs())
    );
    line!(
        out,
        "| Work | Connections | p50 | p95 | Per second | Server CPU | Database CPU | Errors |"
    );
    line!(out, "| --- | --- | --- | --- | --- | --- | --- | --- |");
    for f in run.figures.iter().chain(&run.hello) {
        line!(
            out,
            "| {} | {} | {:.2} ms | {:.2} ms | {:.0} | {:.3} ms | {:.3} ms | {} |",
            f.work,
            f.connections,
            f.p50_ms,
            f.p95_ms,
            f.per_second,
            f.cpu_ms,
            f.database_cpu_ms,
            f.errors
        );
    }
    line!(out);
}

/// Most that a list may take for the lead of a team, as a multiple of the same list without limits.
const POLICY_MOST: f64 = 1.2;

/// Lists of the lead of a team beside the same lists of somebody who sees everything.
fn policy(out: &mut String, runs: &[&Run]) {
    line!(out, "### What limits of sight cost\n");
    line!(
        out,
        "The lead of a team that is in charge of half of the customers, beside an administrator; at most x {POLICY_MOST:.1}, by \
         the p95 at 16 connections.\n"
    );
    line!(
        out,
        "| Customers | Work | Connections | p95, all | p95, of a team | Ratio | Ratio of CPU |"
    );
    line!(out, "| --- | --- | --- | --- | --- | --- | --- |");
    for run in runs {
        for work in Work::ALL {
            let Some(twin) = work.without_limits() else { continue };
            for team in run.figures.iter().filter(|figure| figure.work == work.name()) {
                let connections = team.connections;
                let Some(all) = run.figure(twin.name(), connections) else { continue };
                let ratio = team.p95_ms / all.p95_ms.max(0.001);
                let above = if connections == 16 && ratio > POLICY_MOST { " (above)" } else { "" };
                line!(
                    out,
                    "| {} | {} | {connections} | {:.2} ms | {:.2} ms | x {ratio:.2}{above} | x {:.2} |",
                    thousands(run.customers),
                    twin.name(),
                    all.p95_ms,
                    team.p95_ms,
                    team.all_cpu_ms() / all.all_cpu_ms().max(0.001),
                );
            }
        }
    }
    line!(out);
}

/// Ratios to the floor: the bare statement and the bare answer. They say the same on a quick and on a slow machine.
fn floor(out: &mut String, runs: &[&Run]) {
    line!(out, "### Beside the floor\n");
    line!(
        out,
        "| Customers | Work | Server CPU | Bare statement, CPU | Bare axum, CPU | Ratio to both together | To reach |"
    );
    line!(out, "| --- | --- | --- | --- | --- | --- | --- |");
    for run in runs {
        let hello = run.hello.iter().find(|f| f.connections == 16).map_or(0.0, |f| f.cpu_ms);
        for work in Work::ALL {
            let Some(figure) = run.figure(work.name(), 16) else { continue };
            let Some(bare) = figure.bare_cpu_ms else { continue };
            let ratio = figure.all_cpu_ms() / (bare + hello).max(0.001);
            let most = work.most_times_the_floor();
            let target = most.map_or_else(|| "-".to_owned(), |most| format!("x {most:.1}"));
            let above = if most.is_some_and(|most| ratio > most) { " (above)" } else { "" };
            line!(
                out,
                "| {} | {} | {:.3} ms | {bare:.3} ms | {hello:.3} ms | x {ratio:.1}{above} | {target} |",
                thousands(run.customers),
                work.name(),
                figure.all_cpu_ms(),
            );
        }
    }
    line!(out);
}

/// Reads of the store side by side.
fn reads(out: &mut String, runs: &[&Run]) {
    let Some(first) = runs.first() else { return };
    line!(
        out,
        "### Reads of the store, without a server\n\nProcessor time, PostgreSQL's included, microseconds.\n"
    );
    let heads: Vec<String> = runs.iter().map(|run| thousands(run.customers)).collect();
    line!(out, "| Read | {} |", heads.join(" | "));
    line!(out, "| --- |{}", " --- |".repeat(runs.len()));
    for (place, read) in first.reads.iter().enumerate() {
        let cells: Vec<String> = runs
            .iter()
            .map(|run| {
                run.reads.get(place).map_or_else(String::new, |read| format!("{:.0}", read.cpu_us))
            })
            .collect();
        line!(out, "| {} | {} |", read.name, cells.join(" | "));
    }
    line!(out);
}

fn mib(kb: u64) -> String {
    format!("{} MiB", kb / 1_024)
}

/// A number with its thousands apart.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable() {
        assert_eq!(thousands(1_000_000), "1,000,000");
        assert_eq!((thousands(0), thousands(999)), ("0".to_owned(), "999".to_owned()));
    }
}
