//! Measures the server against generated customers: time and processor time of each kind of work,
//! memory, start and import; beside each the bare query and a bare answer from the same machine. By `flood` it sends
//! answers to surveys instead, a part of them hostile, while somebody works.

mod bare;
mod client;
mod file;
mod flood;
mod grown;
mod hello;
mod lead;
mod load;
mod options;
mod place;
mod plans;
mod program;
mod reads;
mod report;
mod result;
mod sample;
mod times;
mod work;

use clap::Parser;
use options::{Options, Task};
use std::{io::Write, process::ExitCode, time::Duration};

/// What went wrong, for the terminal.
type Fault = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            // Nobody is left to tell when this fails.
            let _ = writeln!(std::io::stderr(), "bench: {fault}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<(), Fault> {
    if let Some(listen) = options.hello {
        return hello::serve(listen).await;
    }
    let mut out = std::io::stdout();
    if let Some(Task::Flood(flood)) = &options.task {
        return flood::run(&options, flood, &mut out).await;
    }
    if options.explain {
        for customers in &options.customers {
            let place = options.place(*customers).await?;
            reads::explain(&place, *customers, &mut out).await?;
        }
        return Ok(());
    }
    if !options.report_only {
        let program = program::Program::find(options.program.clone())?;
        for customers in &options.customers {
            let place = options.place(*customers).await?;
            let measured = measure(&options, &program, &place, *customers, &mut out).await?;
            measured.keep(&options.data)?;
        }
    }
    let all = result::Run::all(&options.data)?;
    let floods = flood::figures::Figures::all(&options.data)?;
    let text = report::page(&all, &floods);
    std::fs::write(&options.out, &text)
        .map_err(|error| format!("cannot write {}: {error}", options.out.display()))?;
    writeln!(out, "Written to {}", options.out.display())?;
    Ok(())
}

/// One database: filled, served, asked.
async fn measure(
    options: &Options,
    program: &program::Program,
    place: &place::Place,
    customers: u64,
    out: &mut dyn Write,
) -> Result<result::Run, Fault> {
    writeln!(out, "== {} customers on {}", customers, place.engine())?;
    let fill = program.fill(place, customers, out).await?;
    grown::grow(place, customers, out).await?;
    let sample = sample::Sample::draw(place, customers).await?;
    writeln!(
        out,
        "search words: {} ({} hits), {} ({} hits)",
        sample.fragment.0, sample.fragment.1, sample.frequent.0, sample.frequent.1
    )?;
    let reads = reads::measure(place, customers, out).await?;
    let bare = bare::Bare::open(place).await?;
    program.set_password(place)?;
    let lead_cookie = lead::sign_in(place).await?;
    let mut server = program.serve(place, &["--no-rate-limits"]).await?;
    let memory_at_start = server.memory_kb()?;
    let site = work::Site::sign_in(server.address(), sample, lead_cookie).await?;
    let site = std::sync::Arc::new(site);
    let mut rounds = Vec::new();
    for _ in 0..options.rounds {
        let mut round = Vec::new();
        for kind in work::Work::ALL {
            let length = Duration::from_secs_f64(options.seconds.clamp(0.5, 3.0));
            let bare_cpu_ms = bare.cpu_ms(*kind, &site.sample, length).await?;
            for connections in &options.connections {
                let figure =
                    load::measure(&site, &server, *kind, *connections, options.seconds).await?;
                writeln!(out, "{figure}")?;
                round.push(load::Figure { bare_cpu_ms, ..figure });
            }
        }
        rounds.push(round);
    }
    let figures = load::middle(rounds);
    let memory_after = server.memory_kb()?;
    let peak = server.peak_memory_kb()?;
    let start_ms = server.start_ms();
    server.stop()?;
    let hello = hello::figures(&options.connections, options.seconds).await?;
    for figure in &hello {
        writeln!(out, "{figure}")?;
    }
    let import =
        if options.import { Some(file::import(program, options, out).await?) } else { None };
    Ok(result::Run {
        engine: place.engine().to_owned(),
        customers,
        figures,
        hello,
        reads,
        start_ms,
        memory_at_start_kb: memory_at_start,
        memory_after_kb: memory_after,
        peak_memory_kb: peak,
        fill_seconds: fill,
        import,
        common_hits: site.sample.fragment.1,
        frequent_hits: site.sample.frequent.1,
        machine: format!("{}, build profile `{}`", result::machine(), program.profile()),
    })
}
