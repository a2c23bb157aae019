//! Server function of home.

use crate::error::AppError;
use domain::{account::AccountSummary, audit::TakenOut, page::Count};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use domain::{
    list::{Filter, ListRequest, Sort, Tab},
    policy::{self, Caller, Detail, Object},
    time::DAY,
};
#[cfg(feature = "ssr")]
use store::Db;

/// How many there are of what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Companies the caller is in charge of.
    pub my_companies: Count,
    /// Individuals the caller is in charge of.
    pub my_individuals: Count,
    /// Companies.
    pub companies: Count,
    /// Individuals.
    pub individuals: Count,
    /// Contact persons.
    pub people: Count,
}

impl Figures {
    /// Customers the caller is in charge of, companies and individuals.
    #[must_use]
    pub fn mine(&self) -> Count {
        Count {
            number: self.my_companies.number.saturating_add(self.my_individuals.number),
            more: self.my_companies.more || self.my_individuals.more,
        }
    }

    /// Whether nobody was put in yet, of whichever kind.
    #[must_use]
    pub fn nothing_yet(&self) -> bool {
        [self.companies, self.individuals, self.people].iter().all(|count| count.number == 0)
    }
}

/// Everything home shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeScreen {
    /// The numbers on top.
    pub figures: Figures,
    /// The most valuable customers without contact for 30 days: the caller's, or all of them for
    /// whoever is in charge of none. `None` for who does not see last contacts.
    pub quiet: Option<Vec<AccountSummary>>,
    /// The customers that came last.
    pub newest: Vec<AccountSummary>,
    /// What others took out in the last seven days; for whoever reads the audit log.
    pub taken_out: TakenOut,
    /// How often somebody failed to sign in as the caller in the last seven days.
    pub failed_sign_ins: Count,
}

/// Rows of each list.
#[cfg(feature = "ssr")]
const ROWS: usize = 6;

/// Everything home shows, in one answer: whoever sees customers or persons alone is shown these.
#[server(input = GetUrl)]
pub async fn home() -> Result<HomeScreen, AppError> {
    let (db, caller) = crate::ssr::desk()?;
    crate::ssr::respond(read(&db, &caller).await)
}

#[cfg(feature = "ssr")]
async fn read(db: &Db, caller: &Caller) -> Result<HomeScreen, AppError> {
    let count = async |tab: Tab, filters: Vec<Filter>| {
        if policy::view(caller, tab.object()).is_err() {
            return Ok(Count::default());
        }
        let request = ListRequest { tab, filters, ..ListRequest::default() };
        db.list_count(caller, &request, false).await
    };
    let figures = Figures {
        my_companies: count(Tab::Companies, vec![Filter::Mine]).await?,
        my_individuals: count(Tab::Individuals, vec![Filter::Mine]).await?,
        companies: count(Tab::Companies, Vec::new()).await?,
        individuals: count(Tab::Individuals, Vec::new()).await?,
        people: count(Tab::People, Vec::new()).await?,
    };
    let sees = |detail| {
        policy::view(caller, Object::Account).is_ok()
            && caller.rights.details().reads(Object::Account, detail)
    };
    let mut whose = vec![Filter::Quiet];
    if figures.mine().number > 0 {
        whose.insert(0, Filter::Mine);
    }
    let order = if sees(Detail::Value) { Sort::Value } else { Sort::Created };
    let week = caller.now.plus(-7 * DAY);
    let reads_audit = policy::view(caller, Object::Audit).is_ok();
    Ok(HomeScreen {
        taken_out: if reads_audit {
            db.taken_out(caller, week).await?
        } else {
            TakenOut::default()
        },
        // Whoever looks as somebody else learns nothing about their account.
        failed_sign_ins: if caller.viewer.is_none() {
            db.failed_sign_ins(caller, week).await?.number
        } else {
            Count::default()
        },
        quiet: if sees(Detail::LastContact) {
            Some(first(db, caller, order, whose).await?)
        } else {
            None
        },
        newest: first(db, caller, Sort::Created, Vec::new()).await?,
        figures,
    })
}

/// The first customers in an order, companies and individuals together.
#[cfg(feature = "ssr")]
async fn first(
    db: &Db,
    caller: &Caller,
    sort: Sort,
    filters: Vec<Filter>,
) -> Result<Vec<AccountSummary>, AppError> {
    let mut rows = Vec::new();
    if policy::view(caller, Object::Account).is_err() {
        return Ok(rows);
    }
    for tab in [Tab::Companies, Tab::Individuals] {
        let request = ListRequest { tab, sort, filters: filters.clone(), ..ListRequest::default() };
        rows.extend(db.account_page(caller, &request).await?.rows);
    }
    rows.sort_by_key(|row| {
        let value = if sort == Sort::Value { row.value_minor } else { 0 };
        std::cmp::Reverse((value, row.number.0))
    });
    rows.truncate(ROWS);
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_sells_to_individuals_only_has_customers_too() {
        let some = Count { number: 3, more: false };
        assert!(Figures::default().nothing_yet());
        assert!(!Figures { individuals: some, ..Figures::default() }.nothing_yet());
        assert!(!Figures { people: some, ..Figures::default() }.nothing_yet());
        let figures = Figures { my_companies: some, my_individuals: some, ..Figures::default() };
        assert_eq!(figures.mine(), Count { number: 6, more: false });
    }
}
