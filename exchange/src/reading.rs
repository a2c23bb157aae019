//! Rows of a file, read chunk by chunk on a thread of their own while others are written.

use crate::{
    guarded::GuardedTable,
    run::{Parser, RunError},
    table::ReadError,
};
use domain::failure::Failure;
use store::{CHUNK_ROWS, ImportRow};
use tokio::{
    sync::mpsc,
    task::{JoinError, JoinHandle},
};

/// Chunks that are read ahead while one is written.
const AHEAD: usize = 3;

/// Rows of one chunk, or why there are no more.
type Chunk = Result<Vec<ImportRow>, ReadError>;

/// Rows that are being read on a thread of their own.
pub(crate) struct Reading {
    chunks: mpsc::Receiver<Chunk>,
    work: Option<JoinHandle<()>>,
}

impl Reading {
    /// Reads ahead by `work`, which ends when nobody takes its chunks any more.
    fn of(work: impl FnOnce(mpsc::Sender<Chunk>) + Send + 'static) -> Self {
        let (sender, chunks) = mpsc::channel(AHEAD);
        Self { chunks, work: Some(tokio::task::spawn_blocking(move || work(sender))) }
    }

    /// The next chunk; `None` once the file is read to its end. A reader that broke off is no end.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<ImportRow>>, RunError> {
        if let Some(chunk) = self.chunks.recv().await {
            return Ok(Some(chunk?));
        }
        match self.work.take() {
            Some(work) => work.await.map(|()| None).map_err(|error| broken(&error).into()),
            None => Ok(None),
        }
    }
}

/// A thread that broke off, as a failure of ours.
pub(crate) fn broken(error: &JoinError) -> Failure {
    tracing::error!(%error, "reading a file failed");
    Failure::Internal { reference: String::new() }
}

/// Reads a table on a thread of its own, a few chunks ahead of whoever takes them. The first
/// `skip` rows are read for their ids only.
pub(crate) fn chunks(table: GuardedTable, mut parser: Parser, skip: i64) -> Reading {
    Reading::of(move |sender| {
        let rows = match table.open() {
            Ok(table) => table.rows,
            Err(error) => return drop(sender.blocking_send(Err(error))),
        };
        let mut chunk = Vec::with_capacity(CHUNK_ROWS);
        for (place, row) in (0_i64..).zip(rows) {
            match row {
                Ok(row) => {
                    let row = parser.read(&row);
                    if place >= skip {
                        chunk.push(row);
                    }
                }
                Err(error) => return drop(sender.blocking_send(Err(error))),
            }
            if chunk.len() == CHUNK_ROWS {
                let full = std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK_ROWS));
                if sender.blocking_send(Ok(full)).is_err() {
                    return;
                }
            }
        }
        if !chunk.is_empty() {
            // Nobody waits for it when the run was stopped.
            drop(sender.blocking_send(Ok(chunk)));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_reader_that_breaks_off_is_no_end_of_the_file() {
        let mut reading = Reading::of(|sender| {
            drop(sender.blocking_send(Ok(vec![ImportRow::default()])));
            panic!("a row nobody foresaw");
        });
        assert!(matches!(reading.next().await, Ok(Some(rows)) if rows.len() == 1));
        let ended = reading.next().await;
        assert!(matches!(ended, Err(RunError::Failure(Failure::Internal { .. }))));
        let mut reading = Reading::of(drop);
        assert!(matches!(reading.next().await, Ok(None)));
    }
}
