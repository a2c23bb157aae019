//! What whoever merges looks at before, as far as they see it, and which merges into a record they may take back.

use super::{
    image::{From, Image},
    reach::none_later,
};
use crate::{
    db::{Connection, Db, on_connection},
    error::{Result, StoreError},
    held::Known,
    within::{self, Known as Covered},
};
use const_format::concatcp;
use domain::{
    account::FieldEdit,
    case::{CaseRequest, CaseState},
    contact::ContactPoint,
    failure::Failure,
    id::{AccountId, AccountNumber, MergeId, PersonId, PersonNumber, UserId, Version},
    merge::MergeKind,
    merge::{Goes, MOST_MERGED, MergeSheet, SPLIT_DAYS, SeenRecord, Side, SplitOffer},
    note::Subject,
    opportunity::DealRequest,
    order::OrderRequest,
    page::Count,
    policy::{self, Action, Caller, Object, Scope},
    time::{DAY, Instant},
};
use sqlx::QueryBuilder;

const NOTES: &str = "SELECT COUNT(*) FROM activity WHERE subject_id = $1 AND deleted_at IS NULL";
const PEOPLE: &str = "SELECT COUNT(*) FROM account_person ap JOIN person p ON p.id = ap.person_id \
     AND p.deleted_at IS NULL WHERE ap.account_id = ";
const OFFERS: &str = concatcp!(
    "SELECT l.id, l.merged_at, l.image FROM merge_log l WHERE l.survivor_id = $1 AND l.split_at IS NULL AND l.image <> '' \
     AND l.merged_at >= $2",
    none_later!(),
    " ORDER BY l.merged_at DESC LIMIT 20"
);
const ACCOUNT_OWNERS: &str =
    "SELECT a.id, a.owner_id FROM account a WHERE a.deleted_at IS NULL AND a.id";

/// A record as the caller sees it, whichever kind it is.
struct Seen {
    subject: Subject,
    version: Version,
    number: String,
    name: String,
    updated_at: Instant,
    owner: Option<UserId>,
    known: Known,
    contacts: Vec<ContactPoint>,
}

fn every_case() -> CaseRequest {
    CaseRequest { state: CaseState::All, ..CaseRequest::default() }
}

/// How many there are, for who sees any; none for whoever does not.
fn if_seen(count: Result<Count>) -> Result<i64> {
    match count {
        Ok(count) => Ok(count.number),
        Err(StoreError::Refused(Failure::Denied { .. })) => Ok(0),
        Err(other) => Err(other),
    }
}

impl Db {
    /// The records that are to become one, by their numbers, as far as the caller sees them. The number of one that went
    /// into another stands for that one.
    ///
    /// # Errors
    /// [`Failure::Denied`] without the right to merge each of them; [`Failure::Gone`] for more than [`MOST_MERGED`],
    /// none, one that is not there or not for the caller to see, and customers beside persons.
    pub async fn merge_sheet(&self, caller: &Caller, numbers: &[&str]) -> Result<MergeSheet> {
        let is_person = |number: &&str| number.trim_start().starts_with(['P', 'p']);
        let kind = match numbers.first() {
            Some(first) if is_person(first) => MergeKind::People,
            _ => MergeKind::Accounts,
        };
        let merge = policy::look(caller, Action::Merge, kind.object())?;
        if numbers.is_empty() || numbers.len() > MOST_MERGED {
            return Err(Failure::Gone.into());
        }
        let mut sides: Vec<Side> = Vec::with_capacity(numbers.len());
        for number in numbers {
            let side = match kind {
                MergeKind::Accounts => self.account_side(caller, number).await?,
                MergeKind::People => self.person_side(caller, number).await?,
            };
            // Two numbers of one record name one.
            if sides.iter().all(|other| other.seen.id != side.seen.id) {
                sides.push(side);
            }
        }
        // Only now: who does not see a record is not told that it may not be merged.
        if sides.iter().any(|side| !side.may_stay && !side.goes.to_same) {
            return Err(merge.refusal(true).into());
        }
        Ok(MergeSheet { kind, sides })
    }

    async fn account_side(&self, caller: &Caller, number: &str) -> Result<Side> {
        let number: AccountNumber = number.parse().map_err(|()| Failure::Gone)?;
        let account = self.account(caller, number).await?;
        // Asked for by the number of one that went into it, it counts by its own.
        let number = account.number;
        let people: i64 = if let Ok(scope) = policy::view(caller, Object::Person) {
            let mut reading = self.reading().await?;
            on_connection!(reading.connection(), |connection| {
                let mut statement = QueryBuilder::<Dialect>::new(PEOPLE);
                statement.push_bind(account.id);
                within::push_people(&mut statement, &scope);
                statement.build_query_scalar().fetch_one(connection).await
            })?
        } else {
            0
        };
        let seen = Seen {
            subject: Subject::Account(account.id),
            version: account.version,
            number: account.number.to_string(),
            name: account.data.name.clone(),
            updated_at: account.updated_at,
            owner: account.data.owner,
            known: Known::Account(account.data),
            contacts: account.contacts,
        };
        let side = self.side(caller, seen).await?;
        let deals = DealRequest { state: None, account: Some(number), ..DealRequest::default() };
        let orders = OrderRequest { account: Some(number), ..OrderRequest::default() };
        let cases = CaseRequest { account: Some(number), ..every_case() };
        Ok(Side {
            addresses: account.addresses,
            tags: account.tags,
            links: people,
            deals: if_seen(self.opportunity_count(caller, &deals, true).await)?,
            orders: if_seen(self.order_count(caller, &orders, true).await)?,
            cases: if_seen(self.case_count(caller, &cases, true).await)?,
            ..side
        })
    }

    async fn person_side(&self, caller: &Caller, number: &str) -> Result<Side> {
        let number: PersonNumber = number.parse().map_err(|()| Failure::Gone)?;
        let person = self.person(caller, number).await?;
        let number = person.number;
        let links = i64::try_from(person.accounts.len()).unwrap_or(i64::MAX);
        let seen = Seen {
            subject: Subject::Person(person.id),
            version: person.version,
            number: person.number.to_string(),
            name: person.data.full_name.clone(),
            updated_at: person.updated_at,
            owner: person.data.owner,
            known: Known::Person(person.data),
            contacts: person.contacts,
        };
        let cases = CaseRequest { person: Some(number), ..every_case() };
        let cases = if_seen(self.case_count(caller, &cases, true).await)?;
        let deals = DealRequest { state: None, person: Some(number), ..DealRequest::default() };
        let deals = if_seen(self.opportunity_count(caller, &deals, true).await)?;
        Ok(Side { links, cases, deals, ..self.side(caller, seen).await? })
    }

    /// What both kinds of records have, with what the caller may do with it.
    async fn side(&self, caller: &Caller, seen: Seen) -> Result<Side> {
        let Seen { subject, owner, known, .. } = seen;
        let decimals = caller.house.decimals;
        let mut reading = self.reading().await?;
        let mut covered = Covered::default();
        let rights = [Action::Merge, Action::Edit, Action::Delete, Action::Assign, Action::Reveal];
        let mut may = rights.map(|action| (action, false));
        for (action, may) in &mut may {
            if let Ok(grant) = policy::look(caller, *action, subject.object()) {
                let scope = grant.scope();
                *may = covered.covers(reading.connection(), &scope, subject, owner).await?;
            }
        }
        let [merge, edit, delete, assign, reveal] = may.map(|(_, may)| may);
        let opens = caller.rights.details().ask_whose(subject.object());
        let notes: Option<i64> = if policy::view(caller, Object::Activity).is_ok() {
            on_connection!(reading.connection(), |connection| {
                sqlx::query_scalar(NOTES).bind(subject.id()).fetch_optional(connection).await
            })?
        } else {
            None
        };
        let value = |(field, _): &(&str, _)| FieldEdit {
            field: (*field).to_owned(),
            value: known.get(field, decimals),
        };
        Ok(Side {
            seen: SeenRecord { id: subject.id(), version: seen.version },
            number: seen.number,
            name: seen.name,
            updated_at: seen.updated_at,
            may_stay: merge && edit,
            owner,
            goes: Goes {
                to_same: merge && delete,
                to_others: merge && delete && assign,
                to_caller: merge && delete && assign && (reveal || !opens),
            },
            values: known.fields().iter().map(value).collect(),
            contacts: seen.contacts,
            addresses: Vec::new(),
            tags: Vec::new(),
            links: 0,
            notes,
            deals: 0,
            orders: 0,
            cases: 0,
        })
    }

    /// The merges into a record that the caller may take back, the latest first.
    ///
    /// # Errors
    /// [`Failure::Gone`] for a record that is not there, in the bin, or not for the caller.
    pub async fn splits_of(&self, caller: &Caller, record: Subject) -> Result<Vec<SplitOffer>> {
        let object = record.object();
        let scope = policy::view(caller, object)?;
        let mut reading = self.reading().await?;
        let owner = within::must_cover(&mut reading, &scope, record).await?;
        let rights =
            [Action::Merge, Action::Edit].map(|action| policy::look(caller, action, object));
        let [Ok(merge), Ok(edit)] = rights else { return Ok(Vec::new()) };
        let mut covered = Covered::new(&scope, true);
        for grant in [&merge, &edit] {
            if !covered.covers(reading.connection(), &grant.scope(), record, owner).await? {
                return Ok(Vec::new());
            }
        }
        let since = caller.now.plus(-SPLIT_DAYS * DAY);
        let merges: Vec<(MergeId, Instant, String)> =
            on_connection!(reading.connection(), |connection| {
                sqlx::query_as(OFFERS).bind(record.id()).bind(since).fetch_all(connection).await
            })?;
        let mut offers = Vec::with_capacity(merges.len());
        for (id, at, image) in merges {
            let image = Image::parse(&image)?;
            let mut may = true;
            for from in &image.from {
                may =
                    may && comes_within(reading.connection(), &merge.scope(), object, from).await?;
            }
            if may {
                offers.push(SplitOffer { merge: id, at });
            }
        }
        Ok(offers)
    }
}

/// Whether a record that went into another would be within the scope if it came back: it itself or, for a person, one of
/// the customers they worked for.
async fn comes_within(
    mut held: Connection<'_>,
    scope: &Scope,
    object: Object,
    from: &From,
) -> Result<bool> {
    let record = match object {
        Object::Person => Subject::Person(PersonId(from.id)),
        _ => Subject::Account(AccountId(from.id)),
    };
    let Some((owner, _)) = within::owner(held.again(), record).await? else { return Ok(false) };
    if within::covers(held.again(), scope, record, owner).await? {
        return Ok(true);
    }
    if object != Object::Person || from.jobs.is_empty() {
        return Ok(false);
    }
    let customers: Vec<(AccountId, Option<UserId>)> = on_connection!(held, |connection| {
        let mut statement = QueryBuilder::<Dialect>::new(ACCOUNT_OWNERS);
        within::push_ids(&mut statement, from.jobs.iter().map(|(account, _)| *account));
        statement.build_query_as().fetch_all(connection).await
    })?;
    Ok(customers.into_iter().any(|(id, owner)| scope.covers(Subject::Account(id), owner)))
}
