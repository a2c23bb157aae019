//! Server function of home.

use crate::error::AppError;
use domain::{account::AccountSummary, page::Count};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use domain::list::{Filter, ListRequest, Sort, Tab};

/// How many there are of what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Companies the caller is in charge of.
    pub mine: Count,
    /// Companies.
    pub companies: Count,
    /// Individuals.
    pub individuals: Count,
    /// Contact persons.
    pub people: Count,
}

/// Everything home shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeScreen {
    /// The numbers on top.
    pub figures: Figures,
    /// The most valuable companies without contact for 30 days: the caller's, or all of them for
    /// whoever is in charge of none.
    pub quiet: Vec<AccountSummary>,
    /// The companies that came last.
    pub newest: Vec<AccountSummary>,
}

/// Rows of each list.
#[cfg(feature = "ssr")]
const ROWS: usize = 6;

/// Everything home shows, in one answer.
#[server(input = GetUrl)]
pub async fn home() -> Result<HomeScreen, AppError> {
    let (db, caller) = crate::ssr::desk()?;
    let all = ListRequest::default;
    let only = |filters: Vec<Filter>| ListRequest { filters, ..all() };
    let of = |tab| ListRequest { tab, ..all() };
    let answer = async {
        let count = async |request: ListRequest| db.list_count(&caller, &request, false).await;
        let figures = Figures {
            mine: count(only(vec![Filter::Mine])).await?,
            companies: count(all()).await?,
            individuals: count(of(Tab::Individuals)).await?,
            people: count(of(Tab::People)).await?,
        };
        let first = async |request: ListRequest| {
            let page = db.account_page(&caller, &request).await?;
            Ok::<_, AppError>(page.rows.into_iter().take(ROWS).collect::<Vec<_>>())
        };
        let whose = if figures.mine.number > 0 {
            vec![Filter::Mine, Filter::Quiet]
        } else {
            vec![Filter::Quiet]
        };
        let quiet = ListRequest { sort: Sort::Value, ..only(whose) };
        let newest = ListRequest { sort: Sort::Created, ..all() };
        Ok(HomeScreen { figures, quiet: first(quiet).await?, newest: first(newest).await? })
    };
    crate::ssr::respond(answer.await)
}
