//! Details that the caller does not see whole, or may not change: what a list may not be asked for, what may not be
//! written, and how one of them is revealed.

use crate::{
    accounts, addresses, audit, contact_points,
    db::{Db, Tx},
    error::{Result, StoreError},
    people, within,
};
use domain::{
    audit::{Event, FieldChange},
    failure::Failure,
    field::{FieldError, FormErrors},
    id::{AccountId, AddressId, UserId},
    list::ListRequest,
    note::Subject,
    policy::{self, Access, Action, Caller, Detail, DetailRules, LOOKED_AT, Object, Veiled},
    text,
};
use sqlx::{Database, Encode, QueryBuilder, Type};

/// Most characters of a reason.
const REASON_CHARS: usize = 200;

/// Refuses a list that is filtered or ordered by what the caller does not see: its rows would tell.
pub(crate) fn may_ask(caller: &Caller, object: Object, request: &ListRequest) -> Result<()> {
    let filters = request.filters.iter().filter_map(|filter| Detail::of_filter(*filter));
    let told = filters.chain(Detail::of_sort(request.sort));
    let hidden = |detail: Detail| !caller.rights.details().reads(object, detail);
    // Persons have neither levels nor values: such a filter or order says nothing about them.
    if told.filter(|detail| Detail::of(object).contains(detail)).any(hidden) {
        return Err(Failure::Denied { action: Action::View, object }.into());
    }
    Ok(())
}

/// Refuses fields of a record that `owner` is in charge of whose details the caller may not change, under their names.
pub(crate) fn must_edit(
    caller: &Caller,
    object: Object,
    owner: Option<UserId>,
    fields: impl Iterator<Item = (&'static str, Option<Detail>)>,
) -> Result<()> {
    must_be_open(&caller.details_of(owner), object, Access::Edit, fields)
}

/// The same for one detail of a record that is held by the writing transaction.
pub(crate) async fn must_edit_one(
    tx: &mut Tx,
    caller: &Caller,
    subject: Subject,
    field: (&'static str, Detail),
) -> Result<()> {
    let object = subject.object();
    let owner = if caller.rights.details().ask_whose(object) {
        within::owner(tx.connection(), subject).await?.ok_or(Failure::Gone)?.0
    } else {
        None
    };
    let (name, detail) = field;
    must_edit(caller, object, owner, [(name, Some(detail))].into_iter())
}

/// Ends a condition about records named `table`, so that only those are left whose `detail` the caller sees as it is:
/// found by what is kept back, a record would tell it.
pub(crate) fn push_read<D>(
    statement: &mut QueryBuilder<D>,
    caller: &Caller,
    table: &str,
    object: Object,
    detail: Detail,
) where
    D: Database,
    for<'q> UserId: Encode<'q, D> + Type<D>,
{
    let rule = caller.rights.details().rule(object, detail);
    match [false, true].map(|own| rule.on(own) >= Access::Read) {
        [true, _] => {}
        [false, true] => {
            statement.push(" AND ").push(table).push(".owner_id = ").push_bind(caller.user);
        }
        [false, false] => {
            statement.push(" AND 1 = 0");
        }
    }
}

/// Refuses details of a new record that its maker would not see any part of. What is seen is filled in by whoever
/// makes the record, also where only others change it later.
pub(crate) fn must_know(
    caller: &Caller,
    object: Object,
    filled: impl Iterator<Item = (&'static str, Option<Detail>)>,
) -> Result<()> {
    must_be_open(caller.rights.details(), object, Access::Masked, filled)
}

fn must_be_open(
    details: &DetailRules,
    object: Object,
    least: Access,
    fields: impl Iterator<Item = (&'static str, Option<Detail>)>,
) -> Result<()> {
    let closed = |detail| details.access(object, detail) < least;
    let refused = fields
        .filter(|(_, detail)| detail.is_some_and(closed))
        .map(|(name, _)| (name.to_owned(), FieldError::NotYours))
        .collect();
    Ok(FormErrors(refused).into_result(())?)
}

impl Db {
    /// A detail whole that the caller otherwise sees in part. Who looked at what, and why, stands in the trail.
    ///
    /// # Errors
    /// [`Failure::Denied`] without the right; [`Failure::Gone`], also for a detail that is hidden; a complaint about
    /// `reason` when one is asked for and none was given.
    pub async fn reveal(
        &self,
        caller: &Caller,
        subject: Subject,
        veiled: Veiled,
        reason: &str,
    ) -> Result<String> {
        let object = subject.object();
        let grant = policy::check(caller, Action::Reveal, object)?;
        let reason = text::line(reason, REASON_CHARS)
            .map_err(|error| StoreError::field("reason", error))?
            .unwrap_or_default();
        if caller.rights.asks_reason() && reason.is_empty() {
            return Err(StoreError::field("reason", FieldError::Required));
        }
        let mut tx = self.begin().await?;
        let (version, credit_code) = match subject {
            Subject::Account(id) => {
                let row = accounts::live(&mut tx, &grant, id).await?;
                (row.version, Some(row.credit_code))
            }
            Subject::Person(id) => (people::live(&mut tx, &grant, id).await?.version, None),
            Subject::Opportunity(_) | Subject::Case(_) => return Err(Failure::Gone.into()),
        };
        let (name, detail, value) = match (veiled, subject) {
            (Veiled::Contact(id), _) => {
                let points = contact_points::of(tx.connection(), subject.id()).await?;
                let point = points.into_iter().find(|point| point.id == id).ok_or(Failure::Gone)?;
                let name = format!("contact.{}", point.kind.code());
                (name, Detail::of_contact(point.kind), point.raw)
            }
            (Veiled::Address(id), Subject::Account(account)) => {
                let address = address(&mut tx, account, id).await?;
                ("address".to_owned(), Detail::Address, address)
            }
            (Veiled::CreditCode, _) => {
                let code = credit_code.ok_or(Failure::Gone)?;
                ("credit_code".to_owned(), Detail::CreditCode, code)
            }
            (
                Veiled::Address(_),
                Subject::Person(_) | Subject::Opportunity(_) | Subject::Case(_),
            ) => {
                return Err(Failure::Gone.into());
            }
        };
        if caller.rights.details().access(object, detail) == Access::Hidden {
            // As one that is not there: that it is there is hidden too.
            return Err(Failure::Gone.into());
        }
        // Not the value: whoever reads the trail sees no more of it than before.
        let fields =
            [FieldChange { field: LOOKED_AT.to_owned(), before: String::new(), after: name }]
                .into_iter()
                .chain((!reason.is_empty()).then(|| FieldChange {
                    field: "reason".to_owned(),
                    before: String::new(),
                    after: reason,
                }))
                .collect::<Vec<_>>();
        audit::append(&mut tx, &grant, subject.id(), Event::Revealed, version, &fields).await?;
        tx.commit().await?;
        Ok(value)
    }
}

async fn address(tx: &mut Tx, account: AccountId, id: AddressId) -> Result<String> {
    let all = addresses::of(tx.connection(), account).await?;
    let found = all.into_iter().find(|address| address.id == id).ok_or(Failure::Gone)?;
    Ok(found.data.one_line())
}
