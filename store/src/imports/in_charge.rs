//! Whom a file may put in charge: who may not give every record to anybody leaves those in charge who are, and is in
//! charge of what is new.

use super::{About, ImportRow};
use domain::{
    account::AccountField,
    field::FieldError,
    import::{CellError, Target},
    opportunity::OpportunityField,
    person::PersonField,
    policy::{Action, Caller, Object, Reach},
};

/// Whether a file of the caller's may name whom it likes.
pub(super) fn gives(caller: &Caller, about: About) -> bool {
    let all = |object| caller.rights.reach(Action::Assign, object) == Reach::All;
    match about {
        About::Customers => all(Object::Account) && all(Object::Person),
        About::Deals => all(Object::Opportunity),
        About::Cases => all(Object::Case),
        About::Orders | About::Products => true,
    }
}

/// Takes from the rows whom the caller may not put in charge, with a remark on each, and marks them so that records
/// that are there keep their owners.
pub(super) fn keep_owners(caller: &Caller, rows: &mut [ImportRow]) {
    if gives(caller, About::of(rows)) {
        return;
    }
    for row in rows {
        row.leaves_owner = true;
        let mut taken = false;
        if let Some(account) = &mut row.account
            && account.data.owner.is_some_and(|owner| owner != caller.user)
        {
            account.data.owner = None;
            row.account_fields.retain(|field| *field != AccountField::Owner);
            taken = true;
        }
        if let Some(person) = &mut row.person
            && person.data.owner.is_some_and(|owner| owner != caller.user)
        {
            person.data.owner = None;
            row.person_fields.retain(|field| *field != PersonField::Owner);
            taken = true;
        }
        if let Some(deal) = &mut row.deal
            && deal.data.owner.is_some_and(|owner| owner != caller.user)
        {
            deal.data.owner = None;
            deal.fields.retain(|field| *field != OpportunityField::Owner);
            taken = true;
        }
        if let Some(case) = &mut row.case
            && case.data.owner.is_some_and(|owner| owner != caller.user)
        {
            case.data.owner = None;
            taken = true;
        }
        if taken {
            let column = row.columns.get(&Target::OwnerName).cloned();
            row.errors.push(CellError {
                column: column.unwrap_or_else(|| Target::OwnerName.code()),
                value: String::new(),
                error: FieldError::NotYours,
            });
        }
    }
}
