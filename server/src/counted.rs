//! How many of something somebody has at once: each is counted from when it begins until it is dropped.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

/// How many each has now.
pub type Counts<K> = Arc<Mutex<HashMap<K, usize>>>;

/// One of somebody's, until it is dropped.
pub struct Counted<K: Eq + Hash> {
    counts: Counts<K>,
    who: K,
    /// Which of them it was when it began: 1 for the first.
    pub number: usize,
}

impl<K: Eq + Hash + Clone> Counted<K> {
    /// One more of `who`.
    pub fn new(counts: &Counts<K>, who: K) -> Self {
        let mut open = counts.lock().unwrap_or_else(PoisonError::into_inner);
        let number = open.entry(who.clone()).or_default();
        *number += 1;
        let number = *number;
        drop(open);
        Self { counts: counts.clone(), who, number }
    }
}

impl<K: Eq + Hash> Drop for Counted<K> {
    fn drop(&mut self) {
        let mut open = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = open.get_mut(&self.who) {
            *number -= 1;
            if *number == 0 {
                open.remove(&self.who);
            }
        }
    }
}
