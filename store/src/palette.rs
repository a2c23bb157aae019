//! The palette: the best hits among records of all kinds, of each as far as the caller sees it.

use crate::{
    cases::search::CaseSearch,
    db::Db,
    dialect::Group,
    error::Result,
    lists::TagFilter,
    opportunities::search::OpportunitySearch,
    search::Searched,
    search_of_customers::{AccountSearch, PersonSearch},
};
use domain::{
    account::AccountSummary,
    hit::{Hit, HitKind, Wanted},
    list::{ListRequest, Tab},
    person::PersonSummary,
    policy::{self, Caller, Rows, Scope},
    search::Document,
};
use sqlx_macros::FromRow;

/// Most hits of one kind; companies and individuals are two.
const HITS: u16 = 8;

/// A record of a kind that has nothing but a name and somebody it is about.
#[derive(Debug, FromRow)]
pub(crate) struct FoundRow {
    number: i64,
    name: String,
    name_fold: String,
    detail: String,
}

impl FoundRow {
    /// By what names are ordered, and the number.
    pub(crate) fn key(&self) -> (&str, i64) {
        (&self.name_fold, self.number)
    }

    fn hit(self, kind: HitKind) -> Hit {
        Hit { kind, number: kind.name_of(self.number), name: self.name, detail: self.detail }
    }
}

/// What a record is found by whose name is all that it is found by.
pub(crate) fn document_of_name(name: &str, group: Group) -> Document {
    let mut document = Document::default();
    document.name(name);
    document.under(group.letter())
}

fn account_hit(row: AccountSummary) -> Hit {
    Hit {
        kind: HitKind::Account,
        number: row.number.to_string(),
        name: row.name,
        detail: row.industry,
    }
}

fn person_hit(row: PersonSummary) -> Hit {
    let company = row.account.map(|(_, name)| name).unwrap_or_default();
    let known: Vec<String> =
        [row.title, company].into_iter().filter(|part| !part.is_empty()).collect();
    Hit {
        kind: HitKind::Person,
        number: row.number.to_string(),
        name: row.full_name,
        detail: known.join(" · "),
    }
}

impl Db {
    /// The best hits among records of these kinds, kind by kind. Of a kind that the caller does not see there are none.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] when the database is too busy.
    pub async fn palette(
        &self,
        caller: &Caller,
        typed: &str,
        kinds: &[HitKind],
    ) -> Result<Vec<Hit>> {
        let wanted = Wanted::read(typed);
        let mut hits = Vec::new();
        for kind in HitKind::ALL.iter().copied().filter(|kind| kinds.contains(kind)) {
            let scope = policy::sight(caller, kind.object());
            if *scope.rows() == Rows::None {
                continue;
            }
            let number = wanted.numbers.iter().find(|(named, _)| *named == kind);
            let numbered = match number {
                Some((_, number)) => self.numbered_hit(caller, &scope, kind, *number).await?,
                None => None,
            };
            let mut by_words = Vec::new();
            if wanted.by_words {
                let rows = HITS - u16::from(numbered.is_some());
                by_words = self.named_hits(caller, &scope, kind, typed, rows).await?;
            }
            if let Some(first) = numbered {
                by_words.retain(|hit| hit.number != first.number);
                hits.push(first);
            }
            hits.append(&mut by_words);
        }
        Ok(hits)
    }

    /// The record of a kind with a number.
    async fn numbered_hit(
        &self,
        caller: &Caller,
        scope: &Scope,
        kind: HitKind,
        number: i64,
    ) -> Result<Option<Hit>> {
        Ok(match kind {
            HitKind::Account => {
                self.account_by_number(scope, caller, number).await?.map(account_hit)
            }
            HitKind::Person => {
                let request = ListRequest { tab: Tab::People, ..ListRequest::default() };
                let people = PersonSearch { scope, caller, request: &request };
                let row = self.hit_by_number(&people, number).await?;
                row.map(|row| person_hit(row.summary(caller)))
            }
            HitKind::Opportunity => {
                let deals = OpportunitySearch { scope, caller };
                self.hit_by_number(&deals, number).await?.map(|row| row.hit(kind))
            }
            HitKind::Order => {
                let customer = self.customer_of_order(caller, number).await?;
                customer.map(|detail| {
                    let number = kind.name_of(number);
                    Hit { kind, name: number.clone(), number, detail }
                })
            }
            HitKind::Case => {
                let cases = CaseSearch { scope, caller };
                self.hit_by_number(&cases, number).await?.map(|row| row.hit(kind))
            }
        })
    }

    /// The best hits of a kind by what was typed.
    async fn named_hits(
        &self,
        caller: &Caller,
        scope: &Scope,
        kind: HitKind,
        typed: &str,
        rows: u16,
    ) -> Result<Vec<Hit>> {
        let mut hits = Vec::new();
        match kind {
            HitKind::Account => {
                for tab in [Tab::Companies, Tab::Individuals] {
                    let request = ListRequest { tab, ..ListRequest::default() };
                    let tag = TagFilter::None;
                    let customers = AccountSearch { scope, caller, request: &request, tag };
                    for row in self.found(caller, typed, &customers, rows).await? {
                        hits.push(account_hit(row.summary(caller)?));
                    }
                }
            }
            HitKind::Person => {
                let request = ListRequest { tab: Tab::People, ..ListRequest::default() };
                let people = PersonSearch { scope, caller, request: &request };
                let found = self.found(caller, typed, &people, rows).await?.into_iter();
                hits.extend(found.map(|row| person_hit(row.summary(caller))));
            }
            HitKind::Opportunity => {
                let deals = OpportunitySearch { scope, caller };
                let found = self.found(caller, typed, &deals, rows).await?.into_iter();
                hits.extend(found.map(|row| row.hit(kind)));
            }
            HitKind::Order => {}
            HitKind::Case => {
                let cases = CaseSearch { scope, caller };
                let found = self.found(caller, typed, &cases, rows).await?.into_iter();
                hits.extend(found.map(|row| row.hit(kind)));
            }
        }
        Ok(hits)
    }

    async fn found<S: Searched + Sync>(
        &self,
        caller: &Caller,
        typed: &str,
        kind: &S,
        rows: u16,
    ) -> Result<Vec<S::Row>> {
        match self.query(caller, typed, kind.group()).await? {
            Some(query) => Ok(self.hits(kind, &query, None, rows).await?.rows),
            None => Ok(Vec::new()),
        }
    }
}
