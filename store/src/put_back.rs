//! Undoing a removal: what was taken off a record comes back with its place and its marks.

use crate::{accounts, addresses, audit, contact_points, db::Db, details, error::Result, people};
use domain::{
    audit::{Event, FieldChange},
    failure::Failure,
    id::Version,
    note::Subject,
    policy::{self, Action, Caller, Detail, Object},
    removed::Removed,
};

impl Db {
    /// Puts back what was removed.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`]; [`domain::failure::Failure::Gone`] for a record that is
    /// not there, or when it was put back already; [`domain::failure::Failure::Invalid`] when there
    /// is no room any more.
    pub async fn put_back(&self, caller: &Caller, removed: &Removed) -> Result<Version> {
        let (grant, id) = match removed {
            Removed::Contact { of, .. } => {
                (policy::check(caller, Action::Edit, of.object())?, of.id())
            }
            Removed::Address { of, .. } => {
                (policy::check(caller, Action::Edit, Object::Account)?, of.0)
            }
            // Joining a customer takes more than a share, see [`Db::join_account`].
            Removed::Job { of, .. } => {
                (policy::check(caller, Action::Edit, Object::Person)?.without_shares(), of.0)
            }
        };
        let mut tx = self.begin().await?;
        let version = match removed {
            Removed::Contact { of: Subject::Account(account), .. }
            | Removed::Address { of: account, .. } => {
                accounts::touch(&mut tx, &grant, *account).await?
            }
            Removed::Contact { of: Subject::Person(person), .. }
            | Removed::Job { of: person, .. } => people::touch(&mut tx, &grant, *person).await?,
            Removed::Contact { of: Subject::Opportunity(_) | Subject::Case(_), .. } => {
                return Err(Failure::Gone.into());
            }
        };
        let detail = match removed {
            Removed::Contact { of, point, .. } => Some((*of, Detail::of_contact(point.kind))),
            Removed::Address { of, .. } => Some((Subject::Account(*of), Detail::Address)),
            Removed::Job { .. } => None,
        };
        if let Some((subject, detail)) = detail {
            details::must_edit_one(&mut tx, caller, subject, ("contact", detail)).await?;
        }
        let (field, after) = match removed {
            Removed::Contact { of, point, place } => {
                let region = &caller.house.region;
                contact_points::put_back(&mut tx, &grant, *of, point, *place, region).await?;
                (format!("contact.{}", point.kind.code()), point.raw.clone())
            }
            Removed::Address { of, address, place } => {
                addresses::put_back(&mut tx, *of, address, *place).await?;
                ("address".to_owned(), address.data.one_line())
            }
            Removed::Job { of, job } => {
                let accounts = policy::check(caller, Action::Edit, Object::Account)?;
                people::rejoin(&mut tx, &accounts, *of, job).await?;
                ("account".to_owned(), job.number.to_string())
            }
        };
        let change = FieldChange { field, before: String::new(), after };
        audit::append(&mut tx, &grant, id, Event::Changed, version, &[change]).await?;
        tx.commit().await?;
        Ok(version)
    }
}
