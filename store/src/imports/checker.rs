//! What would become of rows, by the rules of a run and without writing.

use super::{
    About, ImportRow, cases, cases_known,
    chunk::settle,
    deals, deals_known,
    gather::{self, Remarks},
    in_charge,
    known::Reach,
    orders, orders_known,
    plan::{Planner, Ref, RowPlan},
    products,
};
use crate::{db::Db, error::Result};
use domain::{
    account::AccountDraft,
    import::OnDuplicate,
    person::PersonDraft,
    policy::{self, Action, Caller, Object},
};
use std::collections::{HashMap, HashSet};

/// A record that rows of the file would make, and its contacts as compared.
type Making<D> = (D, Vec<String>);

/// What a check says of the rows of a chunk: how many are there already.
#[derive(Debug)]
pub struct Checker {
    planner: Planner,
    mode: OnDuplicate,
    accounts: Vec<Making<AccountDraft>>,
    people: Vec<Making<PersonDraft>>,
    /// Deals of the rows so far, by their ids.
    deals: HashSet<String>,
    /// Orders of the rows so far, by their ids.
    orders: HashSet<String>,
    /// Cases of the rows so far, by their ids.
    cases: HashSet<String>,
    /// Names of the products of the rows so far, by what they are found by.
    products: HashMap<String, String>,
}

/// Rows of a chunk that make no record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LookedUp {
    /// There already, stored or further up in the same file.
    pub there: i64,
    /// Found further up in the same file, and adding to it.
    pub adding: i64,
}

impl Checker {
    /// A check of a file whose duplicates are treated as `mode` says.
    #[must_use]
    pub fn new(mode: OnDuplicate) -> Self {
        Self {
            planner: Planner::default(),
            mode,
            accounts: Vec::new(),
            people: Vec::new(),
            deals: HashSet::new(),
            orders: HashSet::new(),
            cases: HashSet::new(),
            products: HashMap::new(),
        }
    }

    /// Looks up a chunk without writing, and remarks on its rows what contradicts rows above.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`].
    pub async fn look_up(
        &mut self,
        db: &Db,
        caller: &Caller,
        rows: &mut [ImportRow],
    ) -> Result<LookedUp> {
        policy::check(caller, Action::Import, Object::Import)?;
        in_charge::keep_owners(caller, rows);
        match About::of(rows) {
            About::Customers => {}
            About::Deals => {
                deals::Grants::ask(caller)?;
                let known = deals_known::look_up(&mut Reach::Read(db), rows).await?;
                let there = deals::checked(rows, &known, &mut self.deals);
                return Ok(LookedUp { there, adding: 0 });
            }
            About::Orders => {
                let makes_buyers = orders::Grants::ask(caller)?.makes_buyers();
                let known = orders_known::look_up(&mut Reach::Read(db), rows).await?;
                return Ok(orders::checked(rows, &known, makes_buyers, &mut self.orders));
            }
            About::Cases => {
                cases::Grants::ask(caller)?;
                let known = cases_known::look_up(&mut Reach::Read(db), rows).await?;
                let there = cases::checked(rows, &known, &mut self.cases);
                return Ok(LookedUp { there, adding: 0 });
            }
            About::Products => {
                policy::check(caller, Action::Create, Object::Product)?;
                let known = deals_known::products(&mut Reach::Read(db)).await?;
                let there = products::checked(rows, &known, &mut self.products);
                return Ok(LookedUp { there, adding: 0 });
            }
        }
        self.planner.next_chunk();
        let plans = settle(&mut self.planner, &mut Reach::Read(db), rows, self.mode).await?;
        let mut counts = LookedUp::default();
        for (row, plan) in rows.iter_mut().zip(&plans) {
            let adding = self.gather(row, plan, caller.house.decimals);
            if row.refused || plan.makes_account || plan.makes_person {
                continue;
            }
            if adding {
                counts.adding += 1;
            } else {
                counts.there += 1;
            }
        }
        Ok(counts)
    }

    /// Puts a row to those above that name the same records; answers whether it adds to them.
    fn gather(&mut self, row: &mut ImportRow, plan: &RowPlan, decimals: u8) -> bool {
        let mut remarks = Remarks::on(row);
        let mut adding = false;
        if let (Some(Ref::New(at)), Some(draft)) = (plan.account, &row.account) {
            if plan.makes_account {
                self.accounts.push((draft.clone(), row.account_norms.clone()));
            } else if let Some((made, norms)) = self.accounts.get_mut(at) {
                adding |= gather::into_account(made, norms, draft, decimals, &mut remarks);
            }
        }
        if let (Some(Ref::New(at)), Some(draft)) = (plan.person, &row.person) {
            if plan.makes_person {
                self.people.push((draft.clone(), row.person_norms.clone()));
            } else if let Some((made, norms)) = self.people.get_mut(at) {
                adding |= gather::into_person(made, norms, draft, &mut remarks);
            }
        }
        let found = remarks.errors;
        row.errors.extend(found);
        adding
    }
}
