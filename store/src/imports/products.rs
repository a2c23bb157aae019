//! A chunk of rows about products: found by code or name, made, changed, kept.

use super::{
    ImportRow, ProductRow, chunk,
    deals_known::{products as look_up, squeezed},
    image::{Image, encode},
    kept::{self, Kept},
    known::Reach,
    may_change,
};
use crate::{
    db::Tx,
    error::Result,
    products::{self, Known},
};
use domain::{
    field::FieldError,
    id::{ImportId, ProductId},
    import::{CellError, ImportCounts, OnDuplicate, RowResult, Target},
    policy::{self, Action, Caller, Object},
    product::{CODE_CHARS, ProductData, ProductField},
    text,
};
use std::collections::{BTreeSet, HashMap, HashSet};

/// What a row calls its product: by its code, or by its name where it gives none. Two codes are two products, whatever
/// they are called.
fn called(row: &ProductRow) -> String {
    let coded = row.fields.contains(&ProductField::Code);
    squeezed(if coded { &row.data.code } else { &row.data.name })
}

/// A new product as it is stored: where its row gives no code, with one that no other has, however alike they begin.
fn new(known: &HashMap<String, Known>, row: &ProductRow) -> ProductData {
    let mut data = row.data.clone();
    if !row.fields.contains(&ProductField::Code) {
        let mut next = 2_u32;
        while known.contains_key(&squeezed(&data.code)) {
            let ending = format!("-{next}");
            let most = CODE_CHARS.saturating_sub(ending.len());
            data.code = row.data.code.chars().take(most).chain(ending.chars()).collect();
            next = next.saturating_add(1);
        }
    }
    data
}

/// Says that a row was read as the product that is written in another way.
fn mended(row: &ImportRow, product: &ProductRow, known: &str) -> Option<CellError> {
    let said = &product.data.name;
    let alike = squeezed(said) == squeezed(known) && text::fold(said) != text::fold(known);
    let target = Target::Product(ProductField::Name);
    alike.then(|| CellError {
        column: row.columns.get(&target).cloned().unwrap_or_else(|| target.code()),
        value: said.clone(),
        error: FieldError::ReadAs { value: known.to_owned() },
    })
}

/// Writes a chunk of rows about products and keeps what became of each.
pub(super) async fn write(
    tx: &mut Tx,
    caller: &Caller,
    id: ImportId,
    mode: OnDuplicate,
    rows: &[ImportRow],
) -> Result<ImportCounts> {
    let make = policy::check(caller, Action::Create, Object::Product)?;
    let edit = policy::check(caller, Action::Edit, Object::Product)?;
    let mut known = look_up(&mut Reach::Write(tx)).await?;
    let named = rows.iter().filter_map(|row| known.get(&called(row.product.as_deref()?)));
    let ids: BTreeSet<_> = named.map(|product| product.id.0).collect();
    let ids: Vec<_> = ids.into_iter().collect();
    let earlier = kept::earlier_records(tx, id, &ids).await?;
    let mut spoken: HashSet<ProductId> = HashSet::new();
    let mut counts = ImportCounts { done: chunk::count(rows.len()), ..ImportCounts::default() };
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let mut errors: Vec<CellError> = row.errors.clone();
        let mut kept = Kept::of_record(row.number, "product", None);
        let mut result = RowResult::Unchanged;
        match row.product.as_deref().filter(|_| !row.refused) {
            None => result = RowResult::Refused,
            Some(product) => match known.get(&called(product)).cloned() {
                None => {
                    let made = products::insert(tx, &make, &new(&known, product)).await?;
                    spoken.insert(made.id);
                    for mark in [&made.code, &made.name] {
                        known.entry(squeezed(mark)).or_insert_with(|| made.clone());
                    }
                    (kept.record, kept.made_record) = (Some(made.id.0), true);
                    result = RowResult::Created;
                }
                Some(there) => {
                    kept.record = Some(there.id.0);
                    errors.extend(mended(row, product, &there.name));
                    let first = spoken.insert(there.id) && !earlier.contains_key(&there.id.0);
                    if may_change(mode) && first {
                        let before = there.data()?;
                        let after = merged(&before, product, mode);
                        let changes = products::change(tx, &edit, &there, &before, &after).await?;
                        if !changes.is_empty() {
                            result = RowResult::Updated;
                        }
                        let image = Image { product: changes, ..Image::default() };
                        kept.image = image.to_json()?;
                    }
                }
            },
        }
        kept.errors = if errors.is_empty() { String::new() } else { encode(&errors)? };
        kept.result = kept::counted(&mut counts, result, !errors.is_empty());
        all.push(kept);
    }
    kept::insert(tx, id, &all).await?;
    Ok(counts)
}

/// What a stored product becomes by a row. A name that is written in another way stays as it is here.
fn merged(before: &ProductData, row: &ProductRow, mode: OnDuplicate) -> ProductData {
    let mut after = before.clone();
    for field in
        [ProductField::Name, ProductField::Currency, ProductField::Price, ProductField::Archived]
    {
        if !row.fields.contains(&field) {
            continue;
        }
        let open = match field {
            ProductField::Name => squeezed(&before.name) != squeezed(&row.data.name),
            ProductField::Price => after.currency == row.data.currency,
            _ => true,
        };
        let empty = field == ProductField::Price && before.price_minor == 0;
        if open && (mode == OnDuplicate::Overwrite || empty) {
            // What `get` wrote, `set` reads.
            let _ = after.set(field, &row.data.get(field));
        }
    }
    after
}

/// What a check says of a chunk: remarks on its rows, and how many are about products that are there, stored or further
/// up.
pub(super) fn checked(
    rows: &mut [ImportRow],
    known: &HashMap<String, Known>,
    above: &mut HashMap<String, String>,
) -> i64 {
    let mut there = 0;
    for row in rows.iter_mut().filter(|row| !row.refused) {
        let Some(product) = row.product.as_deref() else { continue };
        let name = match known.get(&called(product)) {
            Some(stored) => Some(stored.name.clone()),
            None => above.insert(called(product), product.data.name.clone()),
        };
        let Some(name) = name else { continue };
        there += 1;
        let remark = mended(row, product, &name);
        row.errors.extend(remark);
    }
    there
}
