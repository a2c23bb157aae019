//! A chunk of rows about orders: customers found or made, orders made of the rows that are their lines, stored ones
//! brought up to date, all of it kept.

use super::{
    ImportRow, LookedUp, OrderRow, chunk,
    image::{Image, encode},
    kept::{self, Kept},
    known::Reach,
    orders_known::{Known, look_up},
};
use crate::{
    accounts,
    bulk::{self, MadeAccount},
    db::Tx,
    error::Result,
    orders::bring::{self, Changed, NewOrder},
    rows::new_id,
};
use domain::{
    account::{AccountData, AccountDraft, AccountKind},
    failure::Failure,
    field::FieldError,
    id::{AccountId, AccountNumber, ImportId, OrderId, Version},
    import::{CellError, ImportCounts, OnDuplicate, RowResult, Target},
    money::Currency,
    order::{MOST_TOTAL, OrderColumn, OrderData, OrderLineDraft},
    policy::{self, Action, Caller, Grant, Object},
    product::MOST_LINES,
    text,
};
use std::collections::{BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// Most characters of a cell that a report repeats.
const REPORTED_CHARS: usize = 200;

/// Whose an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Buyer {
    Stored(AccountId, AccountNumber),
    /// One that a row of the chunk makes; its place among those.
    New(usize),
}

/// Which order a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    /// One that the row makes; its place among those made.
    New(usize),
    /// One that a row above makes, which this one is a further line of.
    Above(usize),
    /// One that an earlier chunk of the run made, which this one is a further line of.
    Begun(OrderId),
    /// One that was there before the run.
    Stored(OrderId),
}

/// A row with all that it names found.
#[derive(Clone, Debug)]
struct Settled {
    which: Which,
    buyer: Buyer,
    /// Whether the row makes its customer.
    makes_buyer: bool,
    remarks: Vec<CellError>,
}

/// An order as rows put it together.
#[derive(Clone, Debug)]
struct Making {
    buyer: Buyer,
    data: OrderData,
    lines: Vec<OrderLineDraft>,
    source_system: String,
    external_id: String,
}

/// How far an order is that lines are added to.
#[derive(Clone, Copy, Debug)]
struct Filling {
    currency: Currency,
    lines: usize,
    total: i64,
}

impl Filling {
    /// Takes one more line in, or says what stands against it.
    fn add(
        &mut self,
        row: &ImportRow,
        order: &OrderRow,
        line: &OrderLineDraft,
    ) -> Option<CellError> {
        let total = self.total.saturating_add(line.amount_minor);
        let (column, value, error) = if order.data.currency != self.currency {
            let value = order.data.currency.code().to_owned();
            (OrderColumn::Currency, value, FieldError::OtherRow)
        } else if self.lines >= MOST_LINES {
            let error = FieldError::TooMany { max: MOST_LINES };
            (OrderColumn::Product, order.product.clone(), error)
        } else if total > MOST_TOTAL {
            let error = FieldError::OutOfRange { min: 0, max: MOST_TOTAL };
            (OrderColumn::Amount, String::new(), error)
        } else {
            (self.lines, self.total) = (self.lines + 1, total);
            return None;
        };
        Some(remark(row, column, &value, error))
    }
}

/// What rows of a chunk come to.
#[derive(Debug, Default)]
struct Plan {
    /// By the places of the rows; what is wrong with one that is not taken.
    rows: Vec<std::result::Result<Settled, Vec<CellError>>>,
    buyers: Vec<AccountDraft>,
    orders: Vec<Making>,
    /// Lines for orders that earlier chunks made.
    added: Vec<(OrderId, OrderLineDraft)>,
    by_key: HashMap<String, usize>,
    by_core: HashMap<String, usize>,
    above: HashMap<String, usize>,
    filling: HashMap<usize, Filling>,
    begun: HashMap<OrderId, Filling>,
}

fn remark(row: &ImportRow, column: OrderColumn, value: &str, error: FieldError) -> CellError {
    let target = Target::Order(column);
    let column = row.columns.get(&target).cloned().unwrap_or_else(|| target.code());
    CellError { column, value: value.chars().take(REPORTED_CHARS).collect(), error }
}

/// Finds what the rows name. Customers that are not there are made where `makes_buyers` says so, else their rows are
/// refused; `begun` are orders that earlier chunks of the run made.
fn settle(rows: &[ImportRow], known: &Known, makes_buyers: bool, begun: &HashSet<Uuid>) -> Plan {
    let mut plan = Plan::default();
    for row in rows {
        let settled = match row.order.as_deref().filter(|_| !row.refused) {
            Some(order) => plan.settle(row, order, known, makes_buyers, begun),
            None => Err(Vec::new()),
        };
        plan.rows.push(settled);
    }
    plan
}

impl Plan {
    fn settle(
        &mut self,
        row: &ImportRow,
        order: &OrderRow,
        known: &Known,
        makes_buyers: bool,
        begun: &HashSet<Uuid>,
    ) -> std::result::Result<Settled, Vec<CellError>> {
        let mut remarks = Vec::new();
        if let Some(found) = known.order(order) {
            let buyer = Buyer::Stored(found.account_id, AccountNumber(0));
            if !begun.contains(&found.id.0) {
                let which = Which::Stored(found.id);
                return Ok(Settled { which, buyer, makes_buyer: false, remarks });
            }
            let line = line(row, order, known, &mut remarks)?;
            let filling = self.begun.entry(found.id).or_insert_with(|| Filling {
                currency: Currency::try_from(found.currency.clone()).unwrap_or_default(),
                lines: usize::try_from(found.line_count).unwrap_or(MOST_LINES),
                total: found.total_minor,
            });
            if let Some(error) = filling.add(row, order, &line) {
                return Err(vec![error]);
            }
            self.added.push((found.id, line));
            return Ok(Settled {
                which: Which::Begun(found.id),
                buyer,
                makes_buyer: false,
                remarks,
            });
        }
        let line = line(row, order, known, &mut remarks)?;
        if let Some(at) = self.above.get(&order.external_id).copied()
            && let (Some(making), Some(filling)) =
                (self.orders.get_mut(at), self.filling.get_mut(&at))
        {
            if let Some(error) = filling.add(row, order, &line) {
                return Err(vec![error]);
            }
            making.lines.push(line);
            let buyer = making.buyer;
            return Ok(Settled { which: Which::Above(at), buyer, makes_buyer: false, remarks });
        }
        let (buyer, makes_buyer) = self.buyer(row, order, known, makes_buyers)?;
        let at = self.orders.len();
        let (currency, total) = (order.data.currency, line.amount_minor);
        self.filling.insert(at, Filling { currency, lines: 1, total });
        self.above.insert(order.external_id.clone(), at);
        self.orders.push(Making {
            buyer,
            data: order.data.clone(),
            lines: vec![line],
            source_system: order.source_system.clone(),
            external_id: order.external_id.clone(),
        });
        Ok(Settled { which: Which::New(at), buyer, makes_buyer, remarks })
    }

    /// Who bought, and whether the row makes them.
    fn buyer(
        &mut self,
        row: &ImportRow,
        order: &OrderRow,
        known: &Known,
        makes_buyers: bool,
    ) -> std::result::Result<(Buyer, bool), Vec<CellError>> {
        let buyer = &order.buyer;
        if let Some(found) = known.buyer(order) {
            return Ok((Buyer::Stored(found.id, found.number), false));
        }
        let core = text::name_core(&buyer.name);
        let named = if buyer.id.is_empty() { self.by_core.get(&core) } else { None };
        if let Some(at) = self.by_key.get(&buyer.key).or(named) {
            return Ok((Buyer::New(*at), false));
        }
        // A number alone makes nobody.
        if !makes_buyers || buyer.shown.is_empty() {
            let (column, said) = if !buyer.name.is_empty() {
                (OrderColumn::Account, buyer.name.clone())
            } else if !buyer.id.is_empty() {
                (OrderColumn::AccountId, buyer.id.clone())
            } else {
                let number = buyer.number.map(|number| number.to_string());
                (OrderColumn::AccountNumber, number.unwrap_or_default())
            };
            return Err(vec![remark(row, column, &said, FieldError::Unknown)]);
        }
        let at = self.buyers.len();
        self.by_key.insert(buyer.key.clone(), at);
        if !buyer.name.is_empty() {
            self.by_core.entry(core).or_insert(at);
        }
        let kind = if buyer.is_person { AccountKind::Individual } else { AccountKind::Company };
        self.buyers.push(AccountDraft {
            data: AccountData { name: buyer.shown.clone(), kind, ..AccountData::default() },
            source_system: Some(order.source_system.clone()),
            external_id: Some(buyer.key.clone()),
            ..AccountDraft::default()
        });
        Ok((Buyer::New(at), true))
    }
}

/// What a row says was bought, under the name of the product that it means.
fn line(
    row: &ImportRow,
    order: &OrderRow,
    known: &Known,
    remarks: &mut Vec<CellError>,
) -> std::result::Result<OrderLineDraft, Vec<CellError>> {
    let found = if order.product.is_empty() { None } else { known.product(&order.product) };
    if let Some(found) = found.as_ref().filter(|found| !found.exact) {
        let read_as = FieldError::ReadAs { value: found.product.name.clone() };
        remarks.push(remark(row, OrderColumn::Product, &order.product, read_as));
    }
    let listed = found.as_ref().and_then(|found| {
        let currency = Currency::try_from(found.product.currency.clone()).ok()?;
        (currency == order.data.currency)
            .then(|| found.product.price_minor.saturating_mul(order.quantity))
    });
    let refuse = |error| Err(vec![remark(row, OrderColumn::Amount, "", error)]);
    let Some(amount_minor) = order.amount_minor.or(listed) else {
        return refuse(FieldError::Required);
    };
    if amount_minor > MOST_TOTAL {
        return refuse(FieldError::OutOfRange { min: 0, max: MOST_TOTAL });
    }
    Ok(OrderLineDraft {
        product: found.as_ref().map(|found| found.product.id),
        name: found.map_or_else(|| order.product.clone(), |found| found.product.name),
        quantity: order.quantity,
        amount_minor,
    })
}

/// The rights that rows about orders need, each for the lines of the trail it writes.
pub(super) struct Grants {
    make: Grant,
    edit: Grant,
    /// Absent for who makes no customers: their rows about unknown ones are refused.
    make_buyer: Option<Grant>,
}

impl Grants {
    pub(super) fn ask(caller: &Caller) -> Result<Self> {
        policy::check(caller, Action::Import, Object::Import)?;
        policy::view(caller, Object::Account)?;
        Ok(Self {
            make: policy::check(caller, Action::Create, Object::Order)?,
            edit: policy::check(caller, Action::Edit, Object::Order)?,
            make_buyer: match policy::check(caller, Action::Create, Object::Account) {
                Ok(grant) => Some(grant),
                Err(Failure::Denied { .. }) => None,
                Err(other) => return Err(other.into()),
            },
        })
    }

    pub(super) fn makes_buyers(&self) -> bool {
        self.make_buyer.is_some()
    }
}

/// Writes a chunk of rows about orders and keeps what became of each.
pub(super) async fn write(
    tx: &mut Tx,
    caller: &Caller,
    id: ImportId,
    mode: OnDuplicate,
    rows: &[ImportRow],
) -> Result<ImportCounts> {
    let grants = Grants::ask(caller)?;
    let known = look_up(&mut Reach::Write(tx), rows).await?;
    let orders = rows.iter().filter_map(|row| row.order.as_deref());
    let stored: BTreeSet<Uuid> =
        orders.filter_map(|order| Some(known.order(order)?.id.0)).collect();
    let stored: Vec<Uuid> = stored.into_iter().collect();
    let earlier = kept::earlier_records(tx, id, &stored).await?;
    let begun = earlier.iter().filter(|(_, made)| **made).map(|(id, _)| *id).collect();
    let mut plan = settle(rows, &known, grants.makes_buyers(), &begun);
    hold_buyers(tx, &plan).await?;
    let buyers = make_buyers(tx, caller, &grants, &known, &mut plan).await?;
    chunk::release(tx, "sales_order", &known.binned).await?;
    let made = make(tx, &grants, &plan, &buyers).await?;
    add(tx, &grants, &plan).await?;
    let spoken: HashSet<Uuid> = earlier.into_keys().collect();
    let changed = change(tx, &grants, mode, rows, &plan, spoken).await?;
    keep(tx, id, rows, &plan, &buyers, &made, changed).await
}

/// Holds the stored customers of the chunk. One that was merged into another since it was looked up is looked up again.
async fn hold_buyers(tx: &mut Tx, plan: &Plan) -> Result<()> {
    let buyer = |row: &Settled| match row.buyer {
        Buyer::Stored(id, _) => Some(id.0),
        Buyer::New(_) => None,
    };
    let named: BTreeSet<Uuid> = plan.rows.iter().flatten().filter_map(buyer).collect();
    if accounts::hold_there(tx, &named).await? == named { Ok(()) } else { Err(accounts::stale()) }
}

async fn make_buyers(
    tx: &mut Tx,
    caller: &Caller,
    grants: &Grants,
    known: &Known,
    plan: &mut Plan,
) -> Result<Vec<MadeAccount>> {
    let Some(grant) = grants.make_buyer.as_ref().filter(|_| !plan.buyers.is_empty()) else {
        return Ok(Vec::new());
    };
    for draft in &mut plan.buyers {
        draft.data.owner = policy::owner_of_new(caller, Object::Account, None)?;
    }
    let keys = plan.buyers.iter().filter_map(|draft| draft.external_id.as_deref()).collect();
    chunk::release(tx, "account", &known.binned_buyers(&keys)).await?;
    let norms = vec![Vec::new(); plan.buyers.len()];
    bulk::insert_read_accounts(tx, grant, &plan.buyers, &norms, true).await
}

/// The customer of a row or of an order.
fn account(buyer: Buyer, made: &[MadeAccount]) -> Option<(AccountId, AccountNumber)> {
    match buyer {
        Buyer::Stored(id, number) => Some((id, number)),
        Buyer::New(at) => made.get(at).map(|made| (made.id, made.number)),
    }
}

/// Makes the new orders; answers with their ids by their places.
async fn make(
    tx: &mut Tx,
    grants: &Grants,
    plan: &Plan,
    buyers: &[MadeAccount],
) -> Result<Vec<OrderId>> {
    let new = |making: &Making| {
        let (account, account_number) = account(making.buyer, buyers)?;
        Some(NewOrder {
            id: OrderId(new_id()),
            account,
            account_number,
            data: making.data.clone(),
            lines: making.lines.clone(),
            source_system: making.source_system.clone(),
            external_id: making.external_id.clone(),
        })
    };
    let new: Vec<NewOrder> = plan.orders.iter().filter_map(new).collect();
    bring::insert(tx, &grants.make, &new).await?;
    Ok(new.into_iter().map(|order| order.id).collect())
}

/// Adds the lines of orders that earlier chunks of the run made, all lines of one at once.
async fn add(tx: &mut Tx, grants: &Grants, plan: &Plan) -> Result<()> {
    let mut by_order: HashMap<OrderId, Vec<OrderLineDraft>> = HashMap::new();
    for (order, line) in &plan.added {
        by_order.entry(*order).or_default().push(line.clone());
    }
    // A chunk goes on with one order of the last, seldom with more.
    for (order, lines) in by_order {
        bring::add_lines(tx, &grants.edit, order, &lines).await?;
    }
    Ok(())
}

/// Brings stored orders up to date where the mode says so; answers with what changed by the places of the rows. The first
/// row about an order speaks.
async fn change(
    tx: &mut Tx,
    grants: &Grants,
    mode: OnDuplicate,
    rows: &[ImportRow],
    plan: &Plan,
    mut spoken: HashSet<Uuid>,
) -> Result<HashMap<usize, Vec<Changed>>> {
    let mut changed = HashMap::new();
    if mode != OnDuplicate::Overwrite {
        return Ok(changed);
    }
    for (at, (row, settled)) in rows.iter().zip(&plan.rows).enumerate() {
        let (Some(order), Ok(Settled { which: Which::Stored(id), .. })) =
            (row.order.as_deref(), settled)
        else {
            continue;
        };
        if spoken.insert(id.0) {
            let (said, fields) = (&order.data, &order.fields);
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
    plan: &Plan,
    buyers: &[MadeAccount],
    made: &[OrderId],
    mut changed: HashMap<usize, Vec<Changed>>,
) -> Result<ImportCounts> {
    let mut counts = ImportCounts { done: chunk::count(rows.len()), ..ImportCounts::default() };
    let mut all = Vec::with_capacity(rows.len());
    for (at, (row, settled)) in rows.iter().zip(&plan.rows).enumerate() {
        let change = changed.remove(&at).unwrap_or_default();
        let (record, result) = match settled.as_ref().map(|settled| settled.which) {
            Err(_) => (None, RowResult::Refused),
            Ok(Which::New(place)) => (made.get(place).copied(), RowResult::Created),
            Ok(Which::Above(place)) => (made.get(place).copied(), RowResult::Updated),
            Ok(Which::Begun(order)) => (Some(order), RowResult::Updated),
            Ok(Which::Stored(order)) if change.is_empty() => (Some(order), RowResult::Unchanged),
            Ok(Which::Stored(order)) => (Some(order), RowResult::Updated),
        };
        let remarks = match settled {
            Ok(settled) => &settled.remarks,
            Err(errors) => errors,
        };
        let errors: Vec<&CellError> = row.errors.iter().chain(remarks).collect();
        let mut kept = Kept::of_record(row.number, "order", record.map(|id| id.0));
        kept.made_record = result == RowResult::Created;
        if let Ok(settled) = settled {
            kept.account = account(settled.buyer, buyers).map(|(id, _)| id);
            kept.made_account = settled.makes_buyer;
            kept.account_version = Version(i64::from(settled.makes_buyer));
        }
        kept.image = Image { order: change, ..Image::default() }.to_json()?;
        kept.errors = if errors.is_empty() { String::new() } else { encode(&errors)? };
        kept.result = kept::counted(&mut counts, result, !errors.is_empty());
        all.push(kept);
    }
    kept::insert(tx, id, &all).await?;
    Ok(counts)
}

/// What a check says of a chunk: remarks on its rows, which of them are refused, and how many are about orders that are
/// there or are further lines of those above. `seen` are the orders that rows further up make.
pub(super) fn checked(
    rows: &mut [ImportRow],
    known: &Known,
    makes_buyers: bool,
    seen: &mut HashSet<String>,
) -> LookedUp {
    let plan = settle(rows, known, makes_buyers, &HashSet::new());
    let mut counts = LookedUp::default();
    for (row, settled) in rows.iter_mut().zip(plan.rows) {
        let Some(order) = row.order.as_deref().filter(|_| !row.refused) else { continue };
        match settled {
            Ok(Settled { which: Which::Stored(_), remarks, .. }) => {
                counts.there += 1;
                row.errors.extend(remarks);
            }
            Ok(settled) => {
                counts.adding += i64::from(!seen.insert(order.external_id.clone()));
                row.errors.extend(settled.remarks);
            }
            Err(errors) => {
                row.refused = true;
                row.errors.extend(errors);
            }
        }
    }
    counts
}
