//! What the rows of a chunk name, looked up: deals, customers, persons and products. A check reads, a run looks inside
//! its transaction.

use super::{
    DealRow, ImportRow,
    known::{Reach, on_reach, push_list},
    named_accounts::{self, FoundAccount, Named, NamedAccounts},
};
use crate::{
    db::{on_read, on_tx},
    error::Result,
    products,
};
use domain::{
    id::{AccountId, OpportunityId, OpportunityNumber, PersonId, PersonNumber},
    text,
    time::Instant,
};
use sqlx::QueryBuilder;
use sqlx_macros::FromRow;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// A stored deal that a row may be about.
#[derive(Clone, Debug, FromRow)]
pub(super) struct FoundDeal {
    pub id: OpportunityId,
    pub number: OpportunityNumber,
    pub name: String,
    pub external_id: Option<String>,
    pub deleted_at: Option<Instant>,
}

#[derive(Clone, Debug, FromRow)]
struct FoundPerson {
    id: PersonId,
    number: PersonNumber,
    name: String,
    account_id: AccountId,
}

/// A product by one of the ways it is written.
#[derive(Clone, Debug)]
pub(super) struct FoundProduct {
    pub product: products::Known,
    /// Whether it is written as it is here.
    pub exact: bool,
}

/// All that the rows of a chunk name.
#[derive(Debug, Default)]
pub(super) struct Known {
    by_key: HashMap<String, FoundDeal>,
    by_number: HashMap<i64, FoundDeal>,
    accounts: NamedAccounts,
    people: HashMap<(AccountId, String), (PersonId, PersonNumber)>,
    products: HashMap<String, products::Known>,
    /// Deals in the bin whose id a new one takes over.
    pub binned: Vec<Uuid>,
}

const DEAL: &str = "SELECT id, number, name, external_id, deleted_at FROM opportunity WHERE ";
const PEOPLE: &str = "SELECT p.id, p.number, p.name_fold AS name, ap.account_id FROM account_person ap \
     JOIN person p ON p.id = ap.person_id WHERE p.deleted_at IS NULL AND ap.account_id IN ";

/// A code or a name without blanks and case: in how many ways it is written does not matter.
pub(super) fn squeezed(name: &str) -> String {
    text::fold(name).replace(' ', "")
}

/// Products by code and by name; of two that are written alike, the one in use.
pub(super) async fn products(reach: &mut Reach<'_>) -> Result<HashMap<String, products::Known>> {
    let all: Vec<products::Known> =
        on_reach!(reach, |executor| sqlx::query_as(products::KNOWN).fetch_all(executor).await)?;
    let mut marks = HashMap::new();
    for by_name in [false, true] {
        for product in &all {
            let mark = squeezed(if by_name { &product.name } else { &product.code });
            marks.entry(mark).or_insert_with(|| product.clone());
        }
    }
    Ok(marks)
}

/// Looks up what the rows name.
pub(super) async fn look_up(reach: &mut Reach<'_>, rows: &[ImportRow]) -> Result<Known> {
    let mut known = Known::default();
    let deals: Vec<&DealRow> = rows.iter().filter_map(|row| row.deal.as_deref()).collect();
    look_up_deals(reach, &deals, &mut known).await?;
    let system = deals.first().map(|deal| deal.source_system.as_str()).unwrap_or_default();
    let named = |deal: &&DealRow| Named {
        name: deal.account.clone(),
        number: deal.account_number,
        // What is no name may be the id that the system of the file gave the customer.
        key: deal.account.clone(),
    };
    let named: Vec<Named> = deals.iter().map(named).collect();
    known.accounts = named_accounts::look_up(reach, system, &named).await?;
    look_up_people(reach, &deals, &mut known).await?;
    if deals.iter().any(|deal| !deal.offers.is_empty()) {
        known.products = products(reach).await?;
    }
    Ok(known)
}

async fn look_up_deals(reach: &mut Reach<'_>, deals: &[&DealRow], known: &mut Known) -> Result<()> {
    let keys: BTreeSet<String> = deals.iter().map(|deal| deal.external_id.clone()).collect();
    let system = deals.first().map(|deal| deal.source_system.clone()).unwrap_or_default();
    if !keys.is_empty() {
        let found: Vec<FoundDeal> = on_reach!(reach, |executor| {
            let mut query = QueryBuilder::<Dialect>::new(DEAL);
            query.push("source_system = ").push_bind(system).push(" AND external_id IN ");
            push_list!(query, &keys);
            query.build_query_as().fetch_all(executor).await
        })?;
        for deal in found {
            if deal.deleted_at.is_some() {
                known.binned.push(deal.id.0);
            } else if let Some(key) = deal.external_id.clone() {
                known.by_key.insert(key, deal);
            }
        }
    }
    let numbers: BTreeSet<i64> = deals.iter().filter_map(|deal| Some(deal.number?.0)).collect();
    if !numbers.is_empty() {
        let found: Vec<FoundDeal> = on_reach!(reach, |executor| {
            let mut query = QueryBuilder::<Dialect>::new(DEAL);
            query.push("deleted_at IS NULL AND number IN ");
            push_list!(query, &numbers);
            query.build_query_as().fetch_all(executor).await
        })?;
        known.by_number = found.into_iter().map(|deal| (deal.number.0, deal)).collect();
    }
    Ok(())
}

async fn look_up_people(
    reach: &mut Reach<'_>,
    deals: &[&DealRow],
    known: &mut Known,
) -> Result<()> {
    let named = || deals.iter().filter(|deal| !deal.person.is_empty());
    let names: BTreeSet<String> = named().map(|deal| text::fold(&deal.person)).collect();
    let places: BTreeSet<AccountId> =
        named().filter_map(|deal| known.account(deal)).map(|account| account.id).collect();
    if names.is_empty() || places.is_empty() {
        return Ok(());
    }
    let found: Vec<FoundPerson> = on_reach!(reach, |executor| {
        let mut query = QueryBuilder::<Dialect>::new(PEOPLE);
        push_list!(query, &places);
        query.push(" AND p.name_fold IN ");
        push_list!(query, &names);
        query.push(" ORDER BY p.number");
        query.build_query_as().fetch_all(executor).await
    })?;
    for person in found {
        let place = (person.account_id, person.name);
        known.people.entry(place).or_insert((person.id, person.number));
    }
    Ok(())
}

impl Known {
    /// The stored deal a row is about: by its number where the name says so, too, or by its id in the system of the
    /// file.
    pub(super) fn deal(&self, row: &DealRow) -> Option<&FoundDeal> {
        let numbered = row.number.and_then(|number| self.by_number.get(&number.0));
        let is_it = |found: &&FoundDeal| text::fold(&found.name) == text::fold(&row.data.name);
        numbered.filter(is_it).or_else(|| self.by_key.get(&row.external_id))
    }

    /// The customer a row names. A number counts where the name does not speak against it: the file may come from
    /// another installation.
    pub(super) fn account(&self, row: &DealRow) -> Option<&FoundAccount> {
        self.accounts
            .numbered(row.account_number, &row.account)
            .or_else(|| self.accounts.named(&row.account))
            .or_else(|| self.accounts.keyed(&row.account))
    }

    /// Somebody of that name who works for the customer.
    pub(super) fn person(
        &self,
        account: AccountId,
        name: &str,
    ) -> Option<(PersonId, PersonNumber)> {
        self.people.get(&(account, text::fold(name))).copied()
    }

    /// The product of a code or a name, also written in another way.
    pub(super) fn product(&self, named: &str) -> Option<FoundProduct> {
        product(&self.products, named)
    }
}

/// One of some products by a code or a name, also written in another way.
pub(super) fn product(
    products: &HashMap<String, products::Known>,
    named: &str,
) -> Option<FoundProduct> {
    let product = products.get(&squeezed(named))?.clone();
    let fold = text::fold(named);
    let exact = [&product.code, &product.name].iter().any(|known| text::fold(known) == fold);
    Some(FoundProduct { product, exact })
}
