//! A chunk of rows about cases: customers found, cases made, stored ones brought up to date, all of it kept. A customer that
//! is not there is nobody's to make here: their name is kept as what they are reached by.

use super::{
    CaseRow, ImportRow,
    cases_known::{Known, look_up},
    chunk,
    image::{Image, encode},
    kept::{self, Kept},
    known::Reach,
};
use crate::{
    accounts,
    cases::bring::{self, Changed, NewCase},
    db::Tx,
    error::Result,
    rows::new_id,
};
use domain::{
    account::NAME_CHARS,
    case::{CaseColumn, CaseData, MessageDraft, MessageKind},
    field::FieldError,
    id::{AccountId, AccountNumber, CaseId, ImportId},
    import::{CellError, ImportCounts, OnDuplicate, RowResult, Target},
    policy::{self, Action, Caller, Grant, Object},
};
use std::collections::{BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// Most characters of a cell that a report repeats.
const REPORTED_CHARS: usize = 200;

/// Which case a row is about.
#[derive(Clone, Debug, PartialEq)]
enum Which {
    /// One that the row makes, with these fields for this customer.
    New(Box<CaseData>, Option<AccountId>),
    /// One that a row above makes.
    Above,
    /// One that was there.
    Stored(CaseId),
}

/// A row with all that it names found.
#[derive(Clone, Debug, PartialEq)]
struct Settled {
    which: Which,
    remarks: Vec<CellError>,
}

/// Finds what the rows name; `seen` are the ids of rows further up. `None` for a row that is refused.
fn settle(rows: &[ImportRow], known: &Known, seen: &mut HashSet<String>) -> Vec<Option<Settled>> {
    rows.iter()
        .map(|row| {
            let case = row.case.as_deref().filter(|_| !row.refused)?;
            if let Some(found) = known.case(case) {
                return Some(Settled { which: Which::Stored(found.id), remarks: Vec::new() });
            }
            if !seen.insert(case.external_id.clone()) {
                return Some(Settled { which: Which::Above, remarks: Vec::new() });
            }
            let mut remarks = Vec::new();
            let mut data = case.data.clone();
            let account = known.account(case).map(|found| (found.id, found.number));
            if account.is_none() {
                keep_name(row, case, &mut data, &mut remarks);
            }
            data.account = account.map(|(_, number)| number);
            let which = Which::New(Box::new(data), account.map(|(id, _)| id));
            Some(Settled { which, remarks })
        })
        .collect()
}

/// Keeps who is no customer here among what they are reached by, and says so.
fn keep_name(row: &ImportRow, case: &CaseRow, data: &mut CaseData, remarks: &mut Vec<CellError>) {
    let number = case.account_number.map(|number: AccountNumber| number.to_string());
    let (column, name) = if case.account.is_empty() {
        (CaseColumn::AccountNumber, number.unwrap_or_default())
    } else {
        (CaseColumn::Account, case.account.clone())
    };
    if name.is_empty() {
        return;
    }
    let both =
        if data.contact.is_empty() { name.clone() } else { format!("{name}, {}", data.contact) };
    data.contact = both.chars().take(NAME_CHARS).collect();
    let target = Target::Case(column);
    remarks.push(CellError {
        column: row.columns.get(&target).cloned().unwrap_or_else(|| target.code()),
        value: name.chars().take(REPORTED_CHARS).collect(),
        error: FieldError::Noted,
    });
}

/// The rights that rows about cases need, each for the lines of the trail it writes.
pub(super) struct Grants {
    make: Grant,
    edit: Grant,
}

impl Grants {
    pub(super) fn ask(caller: &Caller) -> Result<Self> {
        policy::check(caller, Action::Import, Object::Import)?;
        policy::view(caller, Object::Account)?;
        Ok(Self {
            make: policy::check(caller, Action::Create, Object::Case)?,
            edit: policy::check(caller, Action::Edit, Object::Case)?,
        })
    }
}

/// Writes a chunk of rows about cases and keeps what became of each.
pub(super) async fn write(
    tx: &mut Tx,
    caller: &Caller,
    id: ImportId,
    mode: OnDuplicate,
    rows: &[ImportRow],
) -> Result<ImportCounts> {
    let grants = Grants::ask(caller)?;
    let known = look_up(&mut Reach::Write(tx), rows).await?;
    let settled = settle(rows, &known, &mut HashSet::new());
    hold_accounts(tx, &settled).await?;
    chunk::release(tx, "feedback_case", &known.binned).await?;
    let made = make(tx, caller, &grants, rows, &settled).await?;
    let changed = change(tx, &grants, id, mode, rows, &settled).await?;
    keep(tx, id, rows, &settled, &made, changed).await
}

/// Holds the customers of the chunk. One that was merged into another since it was looked up is looked up again.
async fn hold_accounts(tx: &mut Tx, settled: &[Option<Settled>]) -> Result<()> {
    let account = |row: &Settled| match &row.which {
        Which::New(_, account) => account.map(|id| id.0),
        Which::Above | Which::Stored(_) => None,
    };
    let named: BTreeSet<Uuid> = settled.iter().flatten().filter_map(account).collect();
    if accounts::hold_there(tx, &named).await? == named { Ok(()) } else { Err(accounts::stale()) }
}

/// Makes the new cases; answers with their ids by the places of their rows.
async fn make(
    tx: &mut Tx,
    caller: &Caller,
    grants: &Grants,
    rows: &[ImportRow],
    settled: &[Option<Settled>],
) -> Result<HashMap<usize, CaseId>> {
    let mut new = Vec::new();
    let mut made = HashMap::new();
    for (at, (row, settled)) in rows.iter().zip(settled).enumerate() {
        let (Some(case), Some(Settled { which: Which::New(data, account), .. })) =
            (row.case.as_deref(), settled)
        else {
            continue;
        };
        let mut data = CaseData::clone(data);
        data.owner = policy::owner_of_new(caller, Object::Case, data.owner)?;
        let id = CaseId(new_id());
        made.insert(at, id);
        let customer = (MessageKind::Customer, case.body.clone());
        let note = (MessageKind::Note, row.note.clone().unwrap_or_default());
        let said = [customer, note].into_iter().filter(|(_, body)| !body.is_empty());
        new.push(NewCase {
            id,
            data,
            account: *account,
            clock: case.clock,
            said: said.map(|(kind, body)| MessageDraft { kind, body }).collect(),
            source_system: case.source_system.clone(),
            external_id: case.external_id.clone(),
        });
    }
    bring::insert(tx, &grants.make, &new).await?;
    Ok(made)
}

/// Brings stored cases up to date where the mode says so; answers with what changed by the places of the rows. The first
/// row about a case speaks.
async fn change(
    tx: &mut Tx,
    grants: &Grants,
    id: ImportId,
    mode: OnDuplicate,
    rows: &[ImportRow],
    settled: &[Option<Settled>],
) -> Result<HashMap<usize, Vec<Changed>>> {
    let mut changed = HashMap::new();
    if mode != OnDuplicate::Overwrite {
        return Ok(changed);
    }
    let stored: Vec<Uuid> = settled
        .iter()
        .flatten()
        .filter_map(|row| match row.which {
            Which::Stored(id) => Some(id.0),
            Which::New(..) | Which::Above => None,
        })
        .collect();
    let earlier = kept::earlier_records(tx, id, &stored).await?;
    let mut spoken: HashSet<Uuid> = earlier.into_keys().collect();
    for (at, (row, settled)) in rows.iter().zip(settled).enumerate() {
        let (Some(case), Some(Settled { which: Which::Stored(id), .. })) =
            (row.case.as_deref(), settled)
        else {
            continue;
        };
        if spoken.insert(id.0) {
            let (said, fields) = (&case.data, &case.fields);
            let changes = bring::bring_up_to_date(tx, &grants.edit, *id, said, fields).await?;
            if !changes.is_empty() {
                changed.insert(at, changes);
            }
        }
    }
    Ok(changed)
}

async fn keep(
    tx: &mut Tx,
    id: ImportId,
    rows: &[ImportRow],
    settled: &[Option<Settled>],
    made: &HashMap<usize, CaseId>,
    mut changed: HashMap<usize, Vec<Changed>>,
) -> Result<ImportCounts> {
    let mut counts = ImportCounts { done: chunk::count(rows.len()), ..ImportCounts::default() };
    let mut by_key: HashMap<&str, CaseId> = HashMap::new();
    let mut all = Vec::with_capacity(rows.len());
    for (at, (row, settled)) in rows.iter().zip(settled).enumerate() {
        let change = changed.remove(&at).unwrap_or_default();
        let key = row.case.as_deref().map(|case| case.external_id.as_str()).unwrap_or_default();
        let (record, result) = match settled.as_ref().map(|settled| &settled.which) {
            None => (None, RowResult::Refused),
            Some(Which::New(..)) => (made.get(&at).copied(), RowResult::Created),
            Some(Which::Above) => (by_key.get(key).copied(), RowResult::Unchanged),
            Some(Which::Stored(case)) if change.is_empty() => (Some(*case), RowResult::Unchanged),
            Some(Which::Stored(case)) => (Some(*case), RowResult::Updated),
        };
        if let (Some(record), RowResult::Created) = (record, result) {
            by_key.insert(key, record);
        }
        let remarks = settled.iter().flat_map(|settled| &settled.remarks);
        let errors: Vec<&CellError> = row.errors.iter().chain(remarks).collect();
        let mut kept = Kept::of_record(row.number, "case", record.map(|id| id.0));
        kept.made_record = result == RowResult::Created;
        kept.image = Image { case: change, ..Image::default() }.to_json()?;
        kept.errors = if errors.is_empty() { String::new() } else { encode(&errors)? };
        kept.result = kept::counted(&mut counts, result, !errors.is_empty());
        all.push(kept);
    }
    kept::insert(tx, id, &all).await?;
    Ok(counts)
}

/// What a check says of a chunk: remarks on its rows, and how many are about cases that are there. `seen` are the ids of
/// the rows further up.
pub(super) fn checked(rows: &mut [ImportRow], known: &Known, seen: &mut HashSet<String>) -> i64 {
    let settled = settle(rows, known, seen);
    let mut there = 0;
    for (row, settled) in rows.iter_mut().zip(settled) {
        let Some(settled) = settled else { continue };
        there += i64::from(!matches!(settled.which, Which::New(..)));
        row.errors.extend(settled.remarks);
    }
    there
}
