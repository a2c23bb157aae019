//! How frequent words are in PostgreSQL's full-text index, as its planner knows: a search asks the index for the
//! rare ones, and looks for the others in the records these are in.

use crate::{
    dialect::{Group, Index, Lexeme},
    error::Result,
};
use sqlx::PgConnection;
use sqlx_macros::FromRow;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How long statistics are used that were read once. They only decide how a search is made, not what it finds.
const FRESH: Duration = Duration::from_mins(5);

/// The statistics of each index as they were read last, for all requests of this process.
#[derive(Debug, Default)]
pub struct WordShares(Mutex<BTreeMap<Index, (Instant, Arc<Shares>)>>);

/// Which share of the records of one index holds a word, 0 to 1, for the words that the planner knows as frequent.
#[derive(Debug, Default)]
pub(crate) struct Shares(BTreeMap<String, f64>);

#[derive(FromRow)]
struct Statistics {
    words: Vec<String>,
    shares: Vec<f64>,
}

/// Behind the words come the least, the greatest and the empty share (PostgreSQL's manual, `pg_stats`).
const STATISTICS: &str = "SELECT most_common_elems::text::text[] AS words, most_common_elem_freqs::float8[] AS shares \
     FROM pg_stats WHERE schemaname = current_schema() AND tablename = $1 AND attname = 'document' \
     AND most_common_elems IS NOT NULL";

impl WordShares {
    /// Forgets what was read: the next search reads it anew.
    pub(crate) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The shares in the index of `group`.
    pub(crate) async fn of(
        &self,
        connection: &mut PgConnection,
        group: Group,
    ) -> Result<Arc<Shares>> {
        if let Some((read, shares)) =
            self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&group.index())
            && read.elapsed() < FRESH
        {
            return Ok(Arc::clone(shares));
        }
        let known: Option<Statistics> =
            sqlx::query_as(STATISTICS).bind(group.table()).fetch_optional(connection).await?;
        let shares = known.map(|known| known.words.into_iter().zip(known.shares).collect());
        let shares = Arc::new(Shares(shares.unwrap_or_default()));
        let read = (Instant::now(), Arc::clone(&shares));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(group.index(), read);
        Ok(shares)
    }
}

impl Shares {
    /// The share of a word, or of all words that begin with it; 0 for what is not known to be frequent.
    fn of_word(&self, word: &Lexeme) -> f64 {
        if !word.is_beginning {
            return self.0.get(&word.text).copied().unwrap_or_default();
        }
        let behind = self.0.range(word.text.clone()..);
        let begun = behind.take_while(|(known, _)| known.starts_with(&word.text));
        begun.map(|(_, share)| share).sum::<f64>().min(1.0)
    }

    /// Most records that can hold all words, as a share.
    pub(crate) fn of_all(&self, words: &[Lexeme]) -> f64 {
        words.iter().map(|word| self.of_word(word)).fold(1.0, f64::min)
    }

    /// The rare ones of the words, when there are frequent ones beside them.
    pub(crate) fn rare<'w>(&self, words: &'w [Lexeme]) -> Vec<&'w Lexeme> {
        /// Records up to which looking into each is cheaper than asking the index for another word: one in five
        /// hundred.
        const RARE: f64 = 0.002;
        let rare: Vec<&Lexeme> = words.iter().filter(|word| self.of_word(word) < RARE).collect();
        if rare.len() == words.len() { Vec::new() } else { rare }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::Words;
    use domain::search::Query;

    fn lexemes(typed: &str, words: Words) -> Vec<Lexeme> {
        Group::Companies.lexemes(&Query::parse(typed).unwrap(), words)
    }

    #[test]
    fn rare_words_are_looked_up_and_frequent_ones_checked() {
        let known = [("cgmbh", 0.02), ("csteel", 0.3), ("csteels", 0.1), ("cvalves", 0.001)];
        let shares =
            Shares(known.into_iter().map(|(word, share)| (word.to_owned(), share)).collect());
        let rare = |typed: &str| -> Vec<String> {
            let words = lexemes(typed, Words::Any);
            shares.rare(&words).into_iter().map(|word| word.text.clone()).collect()
        };
        assert_eq!(rare("zumwald valves gmbh"), ["czumwald", "cvalves"]);
        assert_eq!(rare("info@zumwald.gmbh"), ["cinfo", "czumwald"]);
        assert!(rare("zumwald valves").is_empty(), "all are rare: the index is asked for all");
        assert!(rare("steel gmbh").is_empty(), "none is rare");
        let share = |typed: &str, words: Words| shares.of_all(&lexemes(typed, words));
        assert!((share("steel", Words::Any) - 0.4).abs() < 1e-9);
        assert!((share("steel", Words::Whole) - 0.3).abs() < 1e-9);
        assert!((share("steel gmb", Words::Any) - 0.02).abs() < 1e-9);
        assert!(share("steel gmb", Words::Whole) < 1e-9);
    }
}
