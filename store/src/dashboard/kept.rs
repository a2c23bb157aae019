//! Figures kept in memory until a line of the audit log says that what they are counted from may have changed. To count a
//! million activities takes a good part of a second; to see that nothing happened to them takes one look at the log.

use super::scores::AnswersSoFar;
use crate::{
    audit,
    db::{Db, Reading},
    error::Result,
};
use domain::{
    dashboard::{
        ActivityFigures, CaseFigures, CustomerFigures, DashboardRequest, DealFigures, ScoreFigures,
    },
    date::Date,
    money::Currency,
    policy::{Object, Rows},
    time::{Instant, ZoneOffsets},
};
use std::{
    collections::VecDeque,
    ops::RangeInclusive,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

/// Answers of a part that are kept: so many managers may look at figures of their own.
const MOST_KEPT: usize = 64;

/// What a part of a dashboard was asked for: equal questions have equal answers as long as nothing changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Question {
    /// Which records the reader sees.
    pub rows: Vec<Rows>,
    pub request: DashboardRequest,
    pub zone: ZoneOffsets,
    pub today: Date,
    pub house: Currency,
    /// How far answers to surveys had come, where it is about them: they leave no line in the log.
    pub answers: Option<AnswersSoFar>,
}

/// An answer with what it holds for.
#[derive(Debug)]
struct Kept<T> {
    /// It regards every line of the audit log up to this one.
    up_to: i64,
    /// It holds at these instants.
    holds: RangeInclusive<Instant>,
    figures: T,
}

/// One question, held by whoever counts while others who ask the same wait for the answer.
type Place<T> = Arc<tokio::sync::Mutex<Option<Kept<T>>>>;

/// The answers of one part of dashboards, the one asked for last at the end.
#[derive(Debug)]
pub(super) struct Shelf<T>(Mutex<VecDeque<(Question, Place<T>)>>);

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Shelf<T> {
    fn place(&self, question: Question) -> Place<T> {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = places.iter().position(|(other, _)| *other == question);
        let (question, place) =
            known.and_then(|at| places.remove(at)).unwrap_or_else(|| (question, Place::default()));
        if places.len() >= MOST_KEPT {
            places.pop_front();
        }
        places.push_back((question, Arc::clone(&place)));
        place
    }
}

/// A part of dashboards: figures that are counted from the same kinds of records.
pub(super) trait Part: Clone + Sized {
    /// Where its answers are kept.
    fn shelf(kept: &KeptFigures) -> &Shelf<Self>;
    /// The last line of the log that may have changed them.
    fn changed(kept: &KeptFigures) -> &AtomicI64;
    /// Whether a line about such a record leaves them as they are. What nobody thought of changes them.
    fn regardless_of(object: Object) -> bool;
}

/// The answers of this process, and how far it read the audit log for them.
#[derive(Debug, Default)]
pub struct KeptFigures {
    read_up_to: tokio::sync::Mutex<Option<i64>>,
    deals: (Shelf<DealFigures>, AtomicI64),
    customers: (Shelf<CustomerFigures>, AtomicI64),
    activities: (Shelf<ActivityFigures>, AtomicI64),
    cases: (Shelf<CaseFigures>, AtomicI64),
    scores: (Shelf<ScoreFigures>, AtomicI64),
}

/// Says where a part is kept and what it does not depend on.
macro_rules! part {
    ($figures:ty, $field:ident, $($object:ident)|+) => {
        impl Part for $figures {
            fn shelf(kept: &KeptFigures) -> &Shelf<Self> {
                &kept.$field.0
            }

            fn changed(kept: &KeptFigures) -> &AtomicI64 {
                &kept.$field.1
            }

            fn regardless_of(object: Object) -> bool {
                matches!(object, $(Object::$object)|+)
            }
        }
    };
}

part!(DealFigures, deals, Account | Person | Activity | Order | Case | Survey);
part!(
    CustomerFigures,
    customers,
    Person | Activity | Opportunity | Order | Case | Survey | Product
);
part!(ActivityFigures, activities, Order | Survey | Product);
part!(CaseFigures, cases, Person | Activity | Opportunity | Order | Survey | Product);
part!(ScoreFigures, scores, Person | Activity | Opportunity | Order | Case | Product);

impl KeptFigures {
    /// Reads the log on; answers its last line, which every answer from now on regards.
    pub(super) async fn read_on(&self, db: &Db) -> Result<i64> {
        let mut read_up_to = self.read_up_to.lock().await;
        let end = audit::end(db).await?;
        // Nothing is kept before the log is read for the first time.
        if let Some(after) = *read_up_to
            && after < end
        {
            for object in audit::objects_changed(db, after, end).await? {
                self.changed(object, end);
            }
        }
        *read_up_to = Some(end);
        Ok(end)
    }

    /// Lines up to `end` are about such a record; about something unknown, when it is nothing.
    fn changed(&self, object: Option<Object>, end: i64) {
        fn tell<T: Part>(kept: &KeptFigures, object: Option<Object>, end: i64) {
            if !object.is_some_and(T::regardless_of) {
                T::changed(kept).store(end, Ordering::Release);
            }
        }
        tell::<DealFigures>(self, object, end);
        tell::<CustomerFigures>(self, object, end);
        tell::<ActivityFigures>(self, object, end);
        tell::<ScoreFigures>(self, object, end);
        tell::<CaseFigures>(self, object, end);
    }

    /// The figures of a part: those kept, if they hold now, or counted. `end` is what [`Self::read_on`] answered before, so
    /// that what happens meanwhile may be in the figures and is taken for a change once more; `count` answers when its
    /// figures hold, too.
    pub(super) async fn of<T: Part>(
        &self,
        db: &Db,
        question: Question,
        (end, now): (i64, Instant),
        count: impl AsyncFnOnce(&mut Reading) -> Result<(T, RangeInclusive<Instant>)>,
    ) -> Result<T> {
        let place = T::shelf(self).place(question);
        let mut place = place.lock().await;
        let changed = T::changed(self).load(Ordering::Acquire);
        if let Some(kept) = &*place
            && kept.up_to >= changed
            && kept.holds.contains(&now)
        {
            return Ok(kept.figures.clone());
        }
        *place = None;
        let (figures, holds) = count(&mut db.reading().await?).await?;
        *place = Some(Kept { up_to: end, holds, figures: figures.clone() });
        Ok(figures)
    }
}
