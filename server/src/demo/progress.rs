//! How far a long command is, on the terminal: a bar that grows in place, or a line now and then
//! where the output goes to a file.

use std::{
    io::{self, Write},
    time::{Duration, Instant},
};

/// Characters of the bar.
const WIDTH: u64 = 30;
/// How often the bar is drawn anew.
const PAUSE: Duration = Duration::from_millis(200);

/// A bar towards `total`.
pub struct Progress<'a> {
    out: &'a mut dyn Write,
    in_place: bool,
    total: u64,
    began: Instant,
    drawn: Option<Instant>,
    tenths: u64,
}

impl<'a> Progress<'a> {
    /// Begins; `in_place` says that `out` is a terminal.
    pub fn new(out: &'a mut dyn Write, in_place: bool, total: u64) -> Self {
        Self { out, in_place, total: total.max(1), began: Instant::now(), drawn: None, tenths: 0 }
    }

    /// Says that `done` of the total is done.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn show(&mut self, done: u64) -> io::Result<()> {
        let whole = done >= self.total;
        if self.in_place {
            if !whole && self.drawn.is_some_and(|at| at.elapsed() < PAUSE) {
                return Ok(());
            }
            self.drawn = Some(Instant::now());
            write!(self.out, "\r  {}", self.line(done))?;
            if whole {
                writeln!(self.out)?;
            }
        } else {
            let tenths = done * 10 / self.total;
            if tenths == self.tenths {
                return Ok(());
            }
            self.tenths = tenths;
            writeln!(self.out, "  {}", self.line(done))?;
        }
        self.out.flush()
    }

    /// Time since the beginning.
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    fn line(&self, done: u64) -> String {
        let full = usize::try_from(WIDTH * done.min(self.total) / self.total).unwrap_or(0);
        let empty = usize::try_from(WIDTH).unwrap_or(0).saturating_sub(full);
        let seconds = self.began.elapsed().as_secs();
        format!(
            "[{}{}] {:>3} %  {done} of {}  {}:{:02}",
            "#".repeat(full),
            "-".repeat(empty),
            100 * done.min(self.total) / self.total,
            self.total,
            seconds / 60,
            seconds % 60
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_gets_a_line_for_every_tenth() {
        let mut out = Vec::new();
        let mut progress = Progress::new(&mut out, false, 1_000);
        for done in 0..=1_000 {
            progress.show(done).unwrap();
        }
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.lines().count(), 10);
        assert!(text.contains("[###---------------------------]  10 %  100 of 1000  0:00"));
        assert!(!text.contains('\r'));
    }

    #[test]
    fn a_terminal_gets_one_line_that_grows() {
        let mut out = Vec::new();
        Progress::new(&mut out, true, 0).show(1).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with('\r') && text.ends_with("100 %  1 of 1  0:00\n"), "{text}");
    }
}
