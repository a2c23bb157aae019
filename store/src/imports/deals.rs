//! A chunk of rows about deals: found, made, changed, kept. What rows name beside is found, never made.

use super::{
    DealRow, ImportRow, chunk,
    deal_merge::{self, Change},
    deals_known::{Known, look_up},
    image::{Image, encode},
    kept::{self, Kept},
    known::Reach,
    may_change, update,
};
use crate::{
    accounts,
    db::Tx,
    error::Result,
    opportunities::bring::{self, Links, NewDeal, Placed},
    rows::new_id,
};
use domain::{
    account::NAME_CHARS,
    field::FieldError,
    id::{ActivityId, ImportId, OpportunityId},
    import::{CellError, ImportCounts, OnDuplicate, RowResult, Target},
    money::Currency,
    note::NoteBody,
    opportunity::{DealColumn, OpportunityData},
    policy::{self, Action, Caller, Grant, Object},
    product::{LineDraft, MOST_PRICE},
    time::{DAY, HOUR, Instant},
};
use std::collections::{BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// Most characters of a cell that a report repeats.
const REPORTED_CHARS: usize = 200;

/// Which deal a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// One that the row makes.
    New,
    /// One that a row above makes or names; its place.
    Above(usize),
    /// A stored one.
    Stored(OpportunityId),
}

/// A row with all that it names found.
#[derive(Clone, Debug)]
pub(super) struct Settled {
    pub which: Which,
    /// The fields, with customer and person.
    pub data: OpportunityData,
    pub links: Links,
    pub lines: Vec<LineDraft>,
    /// What goes onto the timeline of a new deal.
    pub note: Option<String>,
    pub remarks: Vec<CellError>,
}

/// The instant a day of a file stands for, as that of a last contact.
pub(super) fn noon(days: i64) -> Instant {
    Instant(days * DAY + 12 * HOUR)
}

fn header(row: &ImportRow, column: DealColumn) -> String {
    let target = Target::Deal(column);
    row.columns.get(&target).cloned().unwrap_or_else(|| target.code())
}

fn remark(row: &ImportRow, column: DealColumn, value: &str, error: FieldError) -> CellError {
    let value = value.chars().take(REPORTED_CHARS).collect();
    CellError { column: header(row, column), value, error }
}

/// Finds what the rows name; nothing for rows that are refused.
pub(super) fn settle(rows: &[ImportRow], known: &Known) -> Vec<Option<Settled>> {
    let mut above: HashMap<String, usize> = HashMap::new();
    let settle = |(at, row): (usize, &ImportRow)| {
        let deal = row.deal.as_deref().filter(|_| !row.refused)?;
        let which = match known.deal(deal).map(|found| found.id) {
            Some(id) => Which::Stored(id),
            None => match above.get(&deal.external_id) {
                Some(before) => Which::Above(*before),
                None => {
                    above.insert(deal.external_id.clone(), at);
                    Which::New
                }
            },
        };
        Some(settle_row(row, deal, which, known))
    };
    rows.iter().enumerate().map(settle).collect()
}

fn settle_row(row: &ImportRow, deal: &DealRow, which: Which, known: &Known) -> Settled {
    let mut data = deal.data.clone();
    let mut links = Links::default();
    let mut remarks = Vec::new();
    let mut kept: Vec<String> = row.note.iter().cloned().collect();
    // Only a new deal gets the note.
    let unknown = if which == Which::New { FieldError::Noted } else { FieldError::Unknown };
    let mut keep = |column, value: &str| {
        kept.push(format!("{}: {value}", header(row, column)));
        remarks.push(remark(row, column, value, unknown.clone()));
    };
    let account = known.account(deal);
    match account {
        Some(found) => {
            data.account = Some(found.number);
            links.account = Some(found.id);
        }
        None if !deal.account.is_empty() => keep(DealColumn::Account, &deal.account),
        None => {}
    }
    match account.and_then(|found| known.person(found.id, &deal.person)) {
        Some((id, number)) => {
            data.person = Some(number);
            links.person = Some(id);
        }
        None if !deal.person.is_empty() => keep(DealColumn::Person, &deal.person),
        None => {}
    }
    let mut lines = Vec::new();
    let mut mended = Vec::new();
    let mut names = Vec::new();
    for offer in &deal.offers {
        let Some(found) = known.product(&offer.product) else {
            keep(DealColumn::Products, &offer.product);
            names.push(offer.product.clone());
            continue;
        };
        if !found.exact {
            let read_as = FieldError::ReadAs { value: found.product.name.clone() };
            mended.push(remark(row, DealColumn::Products, &offer.product, read_as));
        }
        let listed = Currency::try_from(found.product.currency.clone()).ok();
        let listed =
            listed.filter(|known| *known == data.currency).map(|_| found.product.price_minor);
        // What a deal about one piece was closed at is what the piece was sold at.
        let sold = (deal.offers.len() == 1 && offer.quantity == 1 && data.value_minor > 0)
            .then_some(data.value_minor);
        let price = offer.price_minor.or(sold).filter(|price| (0..=MOST_PRICE).contains(price));
        names.push(found.product.name.clone());
        lines.push(LineDraft {
            product: found.product.id,
            quantity: offer.quantity,
            price_minor: price.or(listed).unwrap_or(0),
        });
    }
    remarks.extend(mended);
    if data.name.is_empty() {
        let account = account.map_or(deal.account.as_str(), |found| found.name.as_str());
        names.push(account.to_owned());
        names.retain(|name| !name.is_empty());
        let name = names.join(" – ");
        data.name = name.chars().take(NAME_CHARS).collect();
    }
    if data.name.is_empty() {
        data.name = deal.external_id.chars().take(NAME_CHARS).collect();
    }
    let note = kept.join("\n");
    let note = NoteBody::parse(&note).ok().map(|body| body.as_str().to_owned());
    Settled { which, data, links, lines, note, remarks }
}

/// The rights that rows about deals need, each for the lines of the trail it writes.
pub(super) struct Grants {
    make: Grant,
    edit: Grant,
}

impl Grants {
    pub(super) fn ask(caller: &Caller) -> Result<Self> {
        policy::check(caller, Action::Import, Object::Import)?;
        Ok(Self {
            make: policy::check(caller, Action::Create, Object::Opportunity)?,
            edit: policy::check(caller, Action::Edit, Object::Opportunity)?,
        })
    }
}

/// Writes a chunk of rows about deals and keeps what became of each.
pub(super) async fn write(
    tx: &mut Tx,
    caller: &Caller,
    id: ImportId,
    mode: OnDuplicate,
    rows: &[ImportRow],
) -> Result<ImportCounts> {
    let grants = Grants::ask(caller)?;
    let known = look_up(&mut Reach::Write(tx), rows).await?;
    let mut settled = settle(rows, &known);
    let places = bring::hold_stages(tx, stages(rows)).await?;
    hold_accounts(tx, &settled).await?;
    chunk::release(tx, "opportunity", &known.binned).await?;
    let made = make(tx, caller, &grants, rows, &mut settled, &places).await?;
    let changed = change(tx, &grants, id, mode, rows, &mut settled, &places).await?;
    write_notes(tx, &grants, &settled, &made).await?;
    keep(tx, id, rows, &settled, &made, changed).await
}

fn stages(rows: &[ImportRow]) -> BTreeSet<domain::id::StageId> {
    let deals = rows.iter().filter_map(|row| row.deal.as_deref());
    deals.flat_map(|deal| [deal.stage.stage, deal.stage.first]).collect()
}

/// Holds the customers of the chunk. One that was merged into another since it was looked up is looked up again.
async fn hold_accounts(tx: &mut Tx, settled: &[Option<Settled>]) -> Result<()> {
    let named: BTreeSet<Uuid> =
        settled.iter().flatten().filter_map(|row| Some(row.links.account?.0)).collect();
    if accounts::hold_there(tx, &named).await? == named { Ok(()) } else { Err(accounts::stale()) }
}

/// Makes the new deals; answers with their ids by the places of their rows.
async fn make(
    tx: &mut Tx,
    caller: &Caller,
    grants: &Grants,
    rows: &[ImportRow],
    settled: &mut [Option<Settled>],
    places: &Placed,
) -> Result<HashMap<usize, OpportunityId>> {
    let mut new = Vec::new();
    let mut made = HashMap::new();
    for (at, (row, settled)) in rows.iter().zip(settled).enumerate() {
        let (Some(deal), Some(settled)) = (row.deal.as_deref(), settled) else { continue };
        if settled.which != Which::New {
            continue;
        }
        let mut data = settled.data.clone();
        data.owner = policy::owner_of_new(caller, Object::Opportunity, data.owner)?;
        let stage = places.stage(deal.stage);
        let began = deal.began.map(|day| noon(day.days()));
        let closed = stage.kind != domain::pipeline::StageKind::Open;
        let closed_at = closed.then(|| {
            let day = deal.closed.map(|day| noon(day.days())).or(began);
            if deal.closed.is_none() {
                let error = FieldError::Required;
                settled.remarks.push(remark(row, DealColumn::Closed, "", error));
            }
            day.unwrap_or(caller.now).max(began.unwrap_or(Instant::NEVER))
        });
        if !closed && data.expected_close.is_none() {
            data.expected_close = deal.closed;
        }
        let id = OpportunityId(new_id());
        made.insert(at, id);
        new.push(NewDeal {
            id,
            data,
            links: settled.links,
            stage,
            began,
            closed_at,
            closing: deal.closing.clone().filter(|closing| closing.reason.fits(stage.kind)),
            lines: settled.lines.clone(),
            source_system: deal.source_system.clone(),
            external_id: deal.external_id.clone(),
        });
    }
    bring::insert(tx, &grants.make, &new).await?;
    Ok(made)
}

/// Changes stored deals as the mode says; answers with what was changed by the places of the rows.
async fn change(
    tx: &mut Tx,
    grants: &Grants,
    id: ImportId,
    mode: OnDuplicate,
    rows: &[ImportRow],
    settled: &mut [Option<Settled>],
    places: &Placed,
) -> Result<HashMap<usize, Change>> {
    let mut changed = HashMap::new();
    if !may_change(mode) {
        return Ok(changed);
    }
    let ids: Vec<Uuid> = settled
        .iter()
        .flatten()
        .filter_map(|row| match row.which {
            Which::Stored(id) => Some(id.0),
            Which::New | Which::Above(_) => None,
        })
        .collect();
    let earlier = kept::earlier_records(tx, id, &ids).await?;
    let mut spoken: HashSet<Uuid> = earlier.into_keys().collect();
    for (at, (row, settled)) in rows.iter().zip(settled).enumerate() {
        let (Some(deal), Some(settled)) = (row.deal.as_deref(), settled) else { continue };
        let Which::Stored(id) = settled.which else { continue };
        if !spoken.insert(id.0) {
            // Another row of the file has spoken.
            continue;
        }
        let hand = deal_merge::Hand { grant: &grants.edit, mode, places };
        if let Some(change) = hand.change(tx, row, deal, settled, id).await? {
            changed.insert(at, change);
        }
    }
    Ok(changed)
}

async fn write_notes(
    tx: &mut Tx,
    grants: &Grants,
    settled: &[Option<Settled>],
    made: &HashMap<usize, OpportunityId>,
) -> Result<()> {
    let note = |(at, row): (usize, &'_ Option<Settled>)| {
        let (body, subject) = (row.as_ref()?.note.clone()?, made.get(&at)?.0);
        Some((ActivityId(new_id()), subject, body))
    };
    let notes: Vec<_> = settled.iter().enumerate().filter_map(note).collect();
    let notes: Vec<update::NewNote<'_>> = notes
        .iter()
        .map(|(id, subject, body)| update::NewNote {
            id: *id,
            subject: *subject,
            subject_kind: "opportunity",
            body,
        })
        .collect();
    update::write_notes(tx, &grants.make, &notes).await
}

async fn keep(
    tx: &mut Tx,
    id: ImportId,
    rows: &[ImportRow],
    settled: &[Option<Settled>],
    made: &HashMap<usize, OpportunityId>,
    mut changed: HashMap<usize, Change>,
) -> Result<ImportCounts> {
    let mut counts = ImportCounts { done: chunk::count(rows.len()), ..ImportCounts::default() };
    let mut all = Vec::with_capacity(rows.len());
    for (at, (row, settled)) in rows.iter().zip(settled).enumerate() {
        let change = changed.remove(&at);
        let result = if settled.is_none() {
            RowResult::Refused
        } else if made.contains_key(&at) {
            RowResult::Created
        } else if change.is_some() {
            RowResult::Updated
        } else {
            RowResult::Unchanged
        };
        let remarks = settled.iter().flat_map(|settled| &settled.remarks);
        let errors: Vec<&CellError> = row.errors.iter().chain(remarks).collect();
        let record = settled.as_ref().and_then(|settled| match settled.which {
            Which::New => made.get(&at).copied(),
            Which::Above(before) => made.get(&before).copied(),
            Which::Stored(id) => Some(id),
        });
        let image = Image { deal: change.map(|change| change.image), ..Image::default() };
        let mut kept = Kept::of_record(row.number, "opportunity", record.map(|id| id.0));
        kept.made_record = made.contains_key(&at);
        kept.image = image.to_json()?;
        kept.errors = if errors.is_empty() { String::new() } else { encode(&errors)? };
        kept.result = kept::counted(&mut counts, result, !errors.is_empty());
        all.push(kept);
    }
    kept::insert(tx, id, &all).await?;
    Ok(counts)
}

/// What a check says of a chunk: remarks on its rows, and how many are about deals that are there, stored or further up.
pub(super) fn checked(rows: &mut [ImportRow], known: &Known, seen: &mut HashSet<String>) -> i64 {
    let settled = settle(rows, known);
    let mut there = 0;
    for (row, settled) in rows.iter_mut().zip(settled) {
        let (Some(settled), Some(deal)) = (settled, row.deal.as_deref()) else { continue };
        let again = !seen.insert(deal.external_id.clone());
        there += i64::from(again || settled.which != Which::New);
        row.errors.extend(settled.remarks);
    }
    there
}
