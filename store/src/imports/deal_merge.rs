//! A stored deal as it becomes by a row of a file, and back again when the run is taken back.

use super::{
    DealRow, ImportRow,
    deals::{Settled, noon},
    image::DealImage,
};
use crate::{
    db::Tx,
    error::Result,
    opportunities::bring::{self, Becoming, Placed, Stand, Standing},
    products,
};
use domain::{
    field::FieldError,
    id::OpportunityId,
    import::{CellError, OnDuplicate, Target},
    opportunity::{OpportunityData, OpportunityField},
    pipeline::StageKind,
    policy::Grant,
    time::Instant,
};

/// A change that was written.
#[derive(Debug)]
pub(super) struct Change {
    pub image: DealImage,
}

/// How stored deals are changed.
pub(super) struct Hand<'a> {
    pub grant: &'a Grant,
    pub mode: OnDuplicate,
    pub places: &'a Placed,
}

/// Fields without customer and person, which are known by id, the currency before the value that is in it.
const FIELDS: [OpportunityField; 8] = [
    OpportunityField::Name,
    OpportunityField::Currency,
    OpportunityField::Value,
    OpportunityField::ExpectedClose,
    OpportunityField::NextStep,
    OpportunityField::NextStepOn,
    OpportunityField::Source,
    OpportunityField::Owner,
];

impl Hand<'_> {
    /// Merges a row into a stored deal; nothing where it says nothing new, or the deal is not for the caller to change.
    pub(super) async fn change(
        &self,
        tx: &mut Tx,
        row: &ImportRow,
        deal: &DealRow,
        settled: &mut Settled,
        id: OpportunityId,
    ) -> Result<Option<Change>> {
        let Some(before) = bring::standing(tx, id).await? else { return Ok(None) };
        if !before.is_reached(self.grant) {
            let column = Target::ExternalId;
            settled.remarks.push(CellError {
                column: row.columns.get(&column).cloned().unwrap_or_else(|| column.code()),
                value: String::new(),
                error: FieldError::NotYours,
            });
            return Ok(None);
        }
        let mut after = Becoming {
            data: before.data.clone(),
            links: before.links,
            stand: before.stand.clone(),
            lines: before.lines.clone(),
        };
        let overwrites = self.mode == OnDuplicate::Overwrite;
        self.fields(&mut after.data, row, deal, settled);
        if settled.links.account.is_some() && (overwrites || after.links.account.is_none()) {
            after.links.account = settled.links.account;
            after.data.account = settled.data.account;
        }
        // Somebody of another customer is nobody to talk to about this deal.
        let same_customer = settled.links.account == after.links.account;
        if settled.links.person.is_some()
            && same_customer
            && (overwrites || after.links.person.is_none())
        {
            after.links.person = settled.links.person;
            after.data.person = settled.data.person;
        }
        // Prices of another currency are no prices of this one.
        let same_currency = settled.data.currency == after.data.currency;
        if same_currency && !settled.lines.is_empty() && (overwrites || after.lines.is_empty()) {
            after.lines.clone_from(&settled.lines);
        }
        if overwrites && deal.names_stage {
            self.stand(&mut after.stand, deal);
        }
        let is_open = after.stand.state == StageKind::Open;
        if is_open && !deal.fields.contains(&OpportunityField::ExpectedClose) {
            let open = overwrites || after.data.expected_close.is_none();
            after.data.expected_close = deal.closed.filter(|_| open).or(after.data.expected_close);
        }
        let image = DealImage::of(&before, &after);
        if image == DealImage::default() {
            return Ok(None);
        }
        bring::turn(tx, self.grant, &before, &after, false).await?;
        Ok(Some(Change { image }))
    }

    fn fields(
        &self,
        after: &mut OpportunityData,
        row: &ImportRow,
        deal: &DealRow,
        settled: &mut Settled,
    ) {
        let said = &settled.data;
        let overwrites = self.mode == OnDuplicate::Overwrite;
        for field in FIELDS.into_iter().filter(|field| deal.fields.contains(field)) {
            let (stands, value) = (after.get(field), said.get(field));
            if value.is_empty() || value == stands {
                continue;
            }
            if field == OpportunityField::Owner && row.leaves_owner {
                let column = row.columns.get(&Target::OwnerName).cloned();
                settled.remarks.push(CellError {
                    column: column.unwrap_or_else(|| Target::OwnerName.code()),
                    value: String::new(),
                    error: FieldError::NotYours,
                });
                continue;
            }
            // An amount of another currency is no amount of this one.
            let fits = field != OpportunityField::Value || after.currency == said.currency;
            if fits && (overwrites || stands.is_empty()) {
                // What `get` wrote, `set` reads.
                let _ = after.set(field, &value);
            }
        }
    }

    /// Where the row says that a deal stands. One that is closed in the same way stays where it is.
    fn stand(&self, stand: &mut Stand, deal: &DealRow) {
        let wanted = self.places.stage(deal.stage);
        let closes = wanted.kind != StageKind::Open;
        let closed = deal.closed.map(|day| noon(day.days()));
        let closing = deal.closing.clone().filter(|c| closes && c.reason.fits(wanted.kind));
        if closes && stand.state == wanted.kind {
            if closing.is_some() {
                stand.closing = closing;
            }
            let day = |at: Instant| at.0.div_euclid(domain::time::DAY);
            if let Some(closed) = closed.filter(|at| day(*at) != day(stand.closed_at)) {
                stand.closed_at = closed;
            }
            return;
        }
        if stand.stage == wanted.stage {
            return;
        }
        let began = deal.began.map(|day| noon(day.days()));
        let at = if closes { closed } else { began };
        // Nobody comes into a stage before into the one before it.
        let since = at.filter(|at| *at >= stand.since).unwrap_or(self.grant.now());
        stand.pipeline = wanted.pipeline;
        stand.stage = wanted.stage;
        stand.state = wanted.kind;
        stand.since = since;
        stand.closed_at = if closes { closed.unwrap_or(since) } else { Instant::NEVER };
        // What it was closed for in another way says nothing about this one.
        stand.closing = closing;
    }
}

impl DealImage {
    /// What is different.
    fn of(before: &Standing, after: &Becoming) -> Self {
        let fields =
            FIELDS.iter().map(|field| (field, before.data.get(*field), after.data.get(*field)));
        let fields = fields.filter(|(_, was, is)| was != is);
        let differ = |was, is| (was != is).then_some((was, is));
        Self {
            fields: fields.map(|(field, was, is)| (field.code().to_owned(), was, is)).collect(),
            account: differ(before.links.account, after.links.account),
            person: (before.links.person != after.links.person)
                .then_some((before.links.person, after.links.person)),
            stand: (before.stand != after.stand)
                .then(|| (before.stand.clone(), after.stand.clone())),
            lines: (before.lines != after.lines)
                .then(|| (before.lines.clone(), after.lines.clone())),
        }
    }

    /// Gives a deal back what it had, as far as it still says what the file said.
    pub(super) async fn take_back(
        &self,
        tx: &mut Tx,
        grant: &Grant,
        id: OpportunityId,
    ) -> Result<()> {
        let before = bring::standing(tx, id).await?;
        let Some(before) = before.filter(|before| before.is_reached(grant)) else { return Ok(()) };
        let mut after = Becoming {
            data: before.data.clone(),
            links: before.links,
            stand: before.stand.clone(),
            lines: before.lines.clone(),
        };
        for (name, was, is) in &self.fields {
            let Ok(field) = OpportunityField::parse(name) else { continue };
            if after.data.get(field) == *is {
                let _ = after.data.set(field, was);
            }
        }
        if let Some((was, _)) = self.account.filter(|(_, is)| after.links.account == *is) {
            let now = bring::account_now(tx, was).await?;
            (after.links.account, after.data.account) = now.unzip();
        }
        if let Some((was, _)) = self.person.filter(|(_, is)| after.links.person == *is) {
            let now = bring::person_now(tx, was).await?;
            (after.links.person, after.data.person) = now.unzip();
        }
        let mut back = false;
        if let Some((was, is)) = &self.stand
            && after.stand == *is
        {
            back = was.stage != is.stage;
            after.stand = was.clone();
        }
        if let Some((was, is)) = &self.lines
            && after.lines == *is
        {
            // A product that is gone cannot be on offer again.
            let there = products::there(tx, was.iter().map(|line| line.product)).await?;
            after.lines =
                was.iter().filter(|line| there.contains(&line.product)).copied().collect();
        }
        if Self::of(&before, &after) == Self::default() {
            return Ok(());
        }
        bring::turn(tx, grant, &before, &after, back).await
    }
}
