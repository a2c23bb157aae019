//! Server functions of customers and persons: caller, parse, one store call.
//! All are public endpoints; the store asks the policy again for every one of them.

use crate::error::AppError;
use domain::{
    account::{Account, AccountForm, AccountSummary, FieldEdit},
    address::{AddressData, AddressForm},
    contact::ContactKind,
    duplicate::{Candidate, Probe},
    id::{
        AccountId, AccountNumber, ActivityId, AddressId, ContactPointId, OperationId, PersonId,
        PersonNumber, Version,
    },
    list::Filter,
    merge::SplitOffer,
    note::{Subject, Timeline, TimelinePlace},
    page::{Count, Cursor, Page},
    person::{Person, PersonForm, PersonSummary},
    policy::Veiled,
    removed::Removed,
    share::RecordRights,
};
use leptos::{
    prelude::*,
    server_fn::codec::{GetUrl, Json},
};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::ssr::{desk, respond, zone};
#[cfg(feature = "ssr")]
use domain::{failure::Failure, list::ListRequest, policy::Caller};

/// A page of a list, whatever its rows are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ListPage {
    /// Customers.
    Accounts(Page<AccountSummary>),
    /// Persons.
    People(Page<PersonSummary>),
}

impl ListPage {
    /// Whether it has no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Accounts(page) => page.rows.is_empty(),
            Self::People(page) => page.rows.is_empty(),
        }
    }

    /// How many rows there are when this, the first page, has all of them.
    #[must_use]
    pub fn whole(&self) -> Option<Count> {
        let rows = match self {
            Self::Accounts(page) => page.rows.len(),
            Self::People(page) => page.rows.len(),
        };
        let number = i64::try_from(rows).ok()?;
        self.next().is_none().then_some(Count { number, more: false })
    }

    /// Where the next page starts.
    #[must_use]
    pub fn next(&self) -> Option<&Cursor> {
        match self {
            Self::Accounts(page) => page.next.as_ref(),
            Self::People(page) => page.next.as_ref(),
        }
    }
}

/// One thing that narrows a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Condition {
    /// What was typed into the search box.
    Search,
    /// The tag.
    Tag,
    /// A quick filter.
    Filter(Filter),
}

/// What to drop from an empty list, and what it shows then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looser {
    /// What to drop.
    pub condition: Condition,
    /// How many are found without it.
    pub count: Count,
    /// Query of the list's URL without it.
    pub query: String,
}

/// Everything the page of a customer shows first, in one answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountScreen {
    /// The customer.
    pub account: Account,
    /// Its contact persons.
    pub people: Vec<PersonSummary>,
    /// The newest part of its timeline.
    pub timeline: Timeline,
    /// What may be done with it.
    pub rights: RecordRights,
    /// Merges into it that may be taken back.
    pub splits: Vec<SplitOffer>,
}

/// Everything the page of a person shows first, in one answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonScreen {
    /// The person.
    pub person: Person,
    /// The newest part of the timeline.
    pub timeline: Timeline,
    /// What may be done with the person.
    pub rights: RecordRights,
    /// Merges into it that may be taken back.
    pub splits: Vec<SplitOffer>,
}

/// Reads the query of a list's URL.
#[cfg(feature = "ssr")]
async fn request(caller: &Caller, query: &str) -> Result<ListRequest, AppError> {
    let pairs = crate::ssr::pairs(query);
    let request = ListRequest::from_query(|key| pairs.get_str(key));
    if request.created.is_none() {
        return Ok(request);
    }
    Ok(ListRequest { zone: zone(caller).await?, ..request })
}

/// A page of customers; `query` is the query of the list's URL.
#[server(input = GetUrl)]
pub async fn list_accounts(query: String) -> Result<Page<AccountSummary>, AppError> {
    let (db, caller) = desk()?;
    let answer = async { Ok(db.account_page(&caller, &request(&caller, &query).await?).await?) };
    respond(answer.await)
}

/// A page of persons; `query` is the query of the list's URL.
#[server(input = GetUrl)]
pub async fn list_people(query: String) -> Result<Page<PersonSummary>, AppError> {
    let (db, caller) = desk()?;
    let answer = async { Ok(db.person_page(&caller, &request(&caller, &query).await?).await?) };
    respond(answer.await)
}

/// Which condition to drop when nothing fits all of them: the one without which most are found.
#[server(input = GetUrl)]
pub async fn loosen_list(query: String) -> Result<Option<Looser>, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let asked = ListRequest { after: None, ..request(&caller, &query).await? };
        let mut best: Option<Looser> = None;
        for (condition, without) in one_less(&asked) {
            let count = db.list_count(&caller, &without, false).await?;
            if count.number > best.as_ref().map_or(0, |best| best.count.number) {
                let query = crate::frame::address::query(without.to_query());
                best = Some(Looser { condition, count, query });
            }
        }
        Ok(best)
    };
    respond(answer.await)
}

/// The request with each of its conditions left out once.
#[cfg(feature = "ssr")]
fn one_less(asked: &ListRequest) -> Vec<(Condition, ListRequest)> {
    let mut all = Vec::new();
    for filter in &asked.filters {
        let mut without = asked.clone();
        without.filters.retain(|other| other != filter);
        all.push((Condition::Filter(*filter), without));
    }
    if !asked.tag.is_empty() {
        all.push((Condition::Tag, ListRequest { tag: String::new(), ..asked.clone() }));
    }
    if !asked.search.is_empty() {
        all.push((Condition::Search, ListRequest { search: String::new(), ..asked.clone() }));
    }
    all
}

/// How many rows the list of a URL has; without `exact` the count stops at a cap.
#[server(input = GetUrl)]
pub async fn count_list(query: String, exact: bool) -> Result<Count, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let request = request(&caller, &query).await?;
        Ok(db.list_count(&caller, &request, exact).await?)
    };
    respond(answer.await)
}

/// The page of a customer, by number (`C-1042`).
#[server(input = GetUrl)]
pub async fn open_account(number: String) -> Result<AccountScreen, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let number: AccountNumber = number.parse().map_err(|()| Failure::Gone)?;
        let account = db.account(&caller, number).await?;
        let people = db.people_of(&caller, account.id).await?;
        let subject = Subject::Account(account.id);
        let timeline = db.timeline(&caller, subject, None).await?;
        let rights = db.record_rights(&caller, subject).await?;
        let splits = db.splits_of(&caller, subject).await?;
        Ok(AccountScreen { account, people, timeline, rights, splits })
    };
    respond(answer.await)
}

/// The page of a person, by number (`P-7`).
#[server(input = GetUrl)]
pub async fn open_person(number: String) -> Result<PersonScreen, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let number: PersonNumber = number.parse().map_err(|()| Failure::Gone)?;
        let person = db.person(&caller, number).await?;
        let subject = Subject::Person(person.id);
        let timeline = db.timeline(&caller, subject, None).await?;
        let rights = db.record_rights(&caller, subject).await?;
        let splits = db.splits_of(&caller, subject).await?;
        Ok(PersonScreen { person, timeline, rights, splits })
    };
    respond(answer.await)
}

/// Older entries of a timeline, or the newest when `after` is `None`.
#[server(input = Json)]
pub async fn read_timeline(
    subject: Subject,
    after: Option<TimelinePlace>,
) -> Result<Timeline, AppError> {
    let (db, caller) = desk()?;
    respond(db.timeline(&caller, subject, after).await.map_err(AppError::from))
}

/// Makes a customer; answers with its number and leads to its page, or with `then` = `again` to
/// an empty form. The same operation sent again makes no second one.
#[server]
pub async fn create_account(
    operation: OperationId,
    form: AccountForm,
    #[server(default)] then: String,
) -> Result<AccountNumber, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let draft = form.parse(caller.house.decimals).map_err(Failure::Invalid)?;
        let number = store::retry(|| db.create_account(&caller, operation, &draft)).await?;
        leptos_axum::redirect(&if then == "again" {
            let kind = draft.data.kind.code();
            format!("/customers/new?kind={kind}&saved={number}")
        } else {
            format!("/customers/{number}")
        });
        Ok(number)
    };
    let answer = answer.await;
    crate::form::back::with_typed::<CreateAccount>("/customers/new", &form, &answer);
    respond(answer)
}

/// Makes a person; answers with its number and leads on as [`create_account`] does.
#[server]
pub async fn create_person(
    operation: OperationId,
    form: PersonForm,
    #[server(default)] then: String,
) -> Result<PersonNumber, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let draft = form.parse().map_err(Failure::Invalid)?;
        let number = store::retry(|| db.create_person(&caller, operation, &draft)).await?;
        leptos_axum::redirect(&match (then.as_str(), draft.account) {
            ("again", Some(account)) => {
                format!("/people/new?account={account}&saved={number}")
            }
            ("again", None) => format!("/people/new?saved={number}"),
            _ => format!("/people/{number}"),
        });
        Ok(number)
    };
    let answer = answer.await;
    crate::form::back::with_typed::<CreatePerson>("/people/new", &form, &answer);
    respond(answer)
}

/// Changes fields of a customer; answers with the customer as it is then. A version more than
/// one above `seen` says that others changed other fields meanwhile.
#[server(input = Json)]
pub async fn edit_account(
    number: AccountNumber,
    id: AccountId,
    seen: Version,
    edits: Vec<FieldEdit>,
) -> Result<Account, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        store::retry(|| db.edit_account(&caller, id, seen, &edits)).await?;
        Ok(db.account(&caller, number).await?)
    };
    respond(answer.await)
}

/// Changes fields of a person; answers with the person as it is then.
#[server(input = Json)]
pub async fn edit_person(
    number: PersonNumber,
    id: PersonId,
    seen: Version,
    edits: Vec<FieldEdit>,
) -> Result<Person, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        store::retry(|| db.edit_person(&caller, id, seen, &edits)).await?;
        Ok(db.person(&caller, number).await?)
    };
    respond(answer.await)
}

/// Adds (`point` is `None`), changes or, with an empty `raw`, removes a phone, e-mail or the
/// like. `expected` is what stood there. The same operation sent again answers as it did first.
#[server(input = Json)]
pub async fn set_contact(
    operation: OperationId,
    subject: Subject,
    point: Option<ContactPointId>,
    kind: ContactKind,
    raw: String,
    expected: String,
) -> Result<Version, AppError> {
    let (db, caller) = desk()?;
    let answer =
        store::retry(|| db.set_contact(&caller, operation, subject, point, kind, &raw, &expected))
            .await;
    respond(answer.map_err(AppError::from))
}

/// Adds, changes or, with an empty form, removes an address. `expected` is what stood there. The same
/// operation sent again answers as it did first.
#[server(input = Json)]
pub async fn set_address(
    operation: OperationId,
    account: AccountId,
    address: Option<AddressId>,
    form: AddressForm,
    expected: AddressData,
) -> Result<Version, AppError> {
    let (db, caller) = desk()?;
    let answer =
        store::retry(|| db.set_address(&caller, operation, account, address, &form, &expected))
            .await;
    respond(answer.map_err(AppError::from))
}

/// A detail whole that the caller otherwise sees in part; who looked, and why, stands in the trail.
#[server(input = Json)]
pub async fn reveal(subject: Subject, veiled: Veiled, reason: String) -> Result<String, AppError> {
    let (db, caller) = desk()?;
    let answer = store::retry(|| db.reveal(&caller, subject, veiled, &reason)).await;
    respond(answer.map_err(AppError::from))
}

/// Undoes the removal of a contact, an address or a job: it comes back with its place and marks.
#[server(input = Json)]
pub async fn put_back(removed: Removed) -> Result<Version, AppError> {
    let (db, caller) = desk()?;
    respond(store::retry(|| db.put_back(&caller, &removed)).await.map_err(AppError::from))
}

/// Puts tags on a customer and takes others off.
#[server(input = Json)]
pub async fn set_tags(
    account: AccountId,
    add: Vec<String>,
    remove: Vec<String>,
) -> Result<Version, AppError> {
    let (db, caller) = desk()?;
    let answer = store::retry(|| db.set_tags(&caller, account, &add, &remove)).await;
    respond(answer.map_err(AppError::from))
}

/// Tags that begin like what was typed.
#[server(input = GetUrl)]
pub async fn tags_like(typed: String) -> Result<Vec<String>, AppError> {
    let (db, caller) = desk()?;
    respond(db.tags_like(&caller, &typed).await.map_err(AppError::from))
}

/// Says that a person works for a customer.
#[server(input = Json)]
pub async fn join_account(
    person: PersonId,
    account: AccountNumber,
    role: Option<domain::person::PersonRole>,
) -> Result<Version, AppError> {
    let (db, caller) = desk()?;
    let answer = store::retry(|| db.join_account(&caller, person, account, role)).await;
    respond(answer.map_err(AppError::from))
}

/// The same from the customer's side, with the person's number as people know it.
#[server(input = Json)]
pub async fn link_person(
    person: PersonNumber,
    account: AccountNumber,
) -> Result<Version, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let person = db.person(&caller, person).await?.id;
        Ok(store::retry(|| db.join_account(&caller, person, account, None)).await?)
    };
    respond(answer.await)
}

/// Says that a person no longer works for a customer.
#[server(input = Json)]
pub async fn leave_account(person: PersonId, account: AccountNumber) -> Result<Version, AppError> {
    let (db, caller) = desk()?;
    let answer = store::retry(|| db.leave_account(&caller, person, account)).await;
    respond(answer.map_err(AppError::from))
}

/// Writes a note. The same operation sent again writes no second one.
#[server]
pub async fn add_note(
    operation: OperationId,
    subject_kind: String,
    subject_id: uuid::Uuid,
    body: String,
) -> Result<ActivityId, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let subject = Subject::of_code(&subject_kind, subject_id).ok_or(Failure::Gone)?;
        let body = domain::note::NoteBody::parse(&body).map_err(Failure::Invalid)?;
        Ok(store::retry(|| db.add_note(&caller, operation, subject, &body)).await?)
    };
    respond(answer.await)
}

/// Rewrites one's own note.
#[server(input = Json)]
pub async fn rewrite_note(
    id: ActivityId,
    seen: Version,
    body: String,
) -> Result<Version, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let body = domain::note::NoteBody::parse(&body).map_err(Failure::Invalid)?;
        Ok(store::retry(|| db.rewrite_note(&caller, id, seen, &body)).await?)
    };
    respond(answer.await)
}

/// Keeps a note at the top, or lets it go.
#[server(input = Json)]
pub async fn pin_note(id: ActivityId, pinned: bool) -> Result<Version, AppError> {
    let (db, caller) = desk()?;
    respond(store::retry(|| db.pin_note(&caller, id, pinned)).await.map_err(AppError::from))
}

/// Takes a note off the timeline, or with `deleted` false puts it back.
#[server(input = Json)]
pub async fn delete_activity(id: ActivityId, deleted: bool) -> Result<(), AppError> {
    let (db, caller) = desk()?;
    respond(store::retry(|| db.delete_activity(&caller, id, deleted)).await.map_err(AppError::from))
}

/// Puts customers into the bin; answers how many.
#[server(input = Json)]
pub async fn delete_accounts(ids: Vec<AccountId>) -> Result<u64, AppError> {
    let (db, caller) = desk()?;
    respond(store::retry(|| db.delete_accounts(&caller, &ids)).await.map_err(AppError::from))
}

/// Takes customers out of the bin; answers how many.
#[server(input = Json)]
pub async fn restore_accounts(ids: Vec<AccountId>) -> Result<u64, AppError> {
    let (db, caller) = desk()?;
    respond(store::retry(|| db.restore_accounts(&caller, &ids)).await.map_err(AppError::from))
}

/// Puts persons into the bin; answers how many.
#[server(input = Json)]
pub async fn delete_people(ids: Vec<PersonId>) -> Result<u64, AppError> {
    let (db, caller) = desk()?;
    respond(store::retry(|| db.delete_people(&caller, &ids)).await.map_err(AppError::from))
}

/// Takes persons out of the bin; answers how many.
#[server(input = Json)]
pub async fn restore_people(ids: Vec<PersonId>) -> Result<u64, AppError> {
    let (db, caller) = desk()?;
    respond(store::retry(|| db.restore_people(&caller, &ids)).await.map_err(AppError::from))
}

/// Records that look like what is being typed.
#[server(input = Json)]
pub async fn find_duplicates(probe: Probe) -> Result<Vec<Candidate>, AppError> {
    let (db, caller) = desk()?;
    respond(db.duplicates(&caller, &probe).await.map_err(AppError::from))
}
