//! What a store function answers instead of a value: a refusal for the person, or a failure of
//! ours whose cause is for the log only.

use domain::{
    failure::Failure,
    field::{FieldError, FormErrors},
};

/// Refusal or failure.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// For the person who asked.
    #[error("{0}")]
    Refused(#[from] Failure),
    /// The database is away, full or too busy; nothing was changed.
    #[error("the database is not available: {0}")]
    Unavailable(sqlx::Error),
    /// The database answered with an error that should not happen.
    #[error("the database refused: {0}")]
    Sql(sqlx::Error),
    /// A stored value cannot be read back.
    #[error("unreadable value in {0}")]
    Unreadable(&'static str),
}

impl StoreError {
    /// Whether the same call may work when it is made again at once: PostgreSQL ended one of two
    /// transactions that stood in each other's way (SQLSTATE 40001, 40P01).
    #[must_use]
    pub fn is_collision(&self) -> bool {
        let Self::Sql(sqlx::Error::Database(error)) = self else { return false };
        matches!(error.code().as_deref(), Some("40001" | "40P01"))
    }

    /// Whether a unique key stood in the way.
    pub(crate) fn is_taken(error: &sqlx::Error) -> bool {
        matches!(error, sqlx::Error::Database(error) if error.is_unique_violation())
    }

    /// One complaint about one field.
    pub(crate) fn field(name: &str, error: FieldError) -> Self {
        Self::Refused(Failure::field(name, error))
    }
}

/// Whether a code says that the database is away. SQLite: busy, locked, read-only, I/O error, full; the
/// lowest byte of an extended code is the plain one. PostgreSQL (five characters): shutting down, out of
/// disk, out of connections, lock or statement time-out.
fn is_away(code: &str) -> bool {
    match code.parse::<i32>() {
        Ok(number) if code.len() < 5 => matches!(number & 0xff, 5 | 6 | 8 | 10 | 13),
        _ => matches!(code, "57P01" | "57P02" | "57P03" | "53100" | "53300" | "55P03" | "57014"),
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let away = match &error {
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => true,
            sqlx::Error::Database(inner) => inner.code().is_some_and(|code| is_away(&code)),
            _ => false,
        };
        if away { Self::Unavailable(error) } else { Self::Sql(error) }
    }
}

impl From<FormErrors> for StoreError {
    fn from(errors: FormErrors) -> Self {
        Self::Refused(Failure::Invalid(errors))
    }
}

/// What store functions return.
pub(crate) type Result<T> = std::result::Result<T, StoreError>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extended_codes_of_sqlite_count_as_their_plain_ones() {
        for code in ["5", "261", "517", "773", "778", "1034", "4874", "13", "53100", "57014"] {
            assert!(is_away(code), "{code}");
        }
        for code in ["1", "11", "2067", "1555", "23505", "40001", "42601"] {
            assert!(!is_away(code), "{code}");
        }
    }
}
