//! Records that somebody opened before, named once more as far as they see them now: what a browser remembers is a number
//! and says nothing about rights.

use crate::{
    db::{Db, on_read},
    error::Result,
    within::{push_accounts, push_cases, push_opportunities, push_people},
};
use domain::{
    hit::{Hit, HitKind, MOST_RECALLED},
    policy::{self, Caller, Object, Rows, Scope},
};
use sqlx::QueryBuilder;

/// The name and the second line of records with some numbers, up to the numbers.
const fn head(kind: HitKind) -> &'static str {
    match kind {
        HitKind::Account => {
            "SELECT a.number, a.name, '' AS detail FROM account a WHERE a.deleted_at IS NULL AND a.number"
        }
        HitKind::Person => {
            "SELECT p.number, p.full_name, '' AS detail FROM person p WHERE p.deleted_at IS NULL AND p.number"
        }
        HitKind::Opportunity => {
            "SELECT o.number, o.name, '' AS detail FROM opportunity o WHERE o.deleted_at IS NULL AND o.number"
        }
        HitKind::Order => {
            "SELECT s.number, '' AS name, a.name AS detail FROM sales_order s JOIN account a ON a.id = s.account_id \
             WHERE s.deleted_at IS NULL AND a.deleted_at IS NULL AND s.number"
        }
        HitKind::Case => {
            "SELECT c.number, c.subject, '' AS detail FROM feedback_case c WHERE c.deleted_at IS NULL AND c.number"
        }
    }
}

impl Db {
    /// Those of some records that are there and that the caller sees, in the order they are asked for; at most
    /// [`MOST_RECALLED`].
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] when the database is too busy.
    pub async fn recalled(&self, caller: &Caller, wanted: &[(HitKind, i64)]) -> Result<Vec<Hit>> {
        let wanted = wanted.get(..MOST_RECALLED).unwrap_or(wanted);
        let mut found = Vec::new();
        for kind in HitKind::ALL.iter().copied() {
            let of_kind = wanted.iter().filter(|(named, _)| *named == kind);
            let numbers: Vec<i64> = of_kind.map(|(_, number)| *number).collect();
            let scope = policy::sight(caller, kind.object());
            if !numbers.is_empty() && *scope.rows() != Rows::None {
                found.extend(self.recalled_of(caller, &scope, kind, &numbers).await?);
            }
        }
        let place = |hit: &Hit| {
            wanted
                .iter()
                .position(|(kind, number)| *kind == hit.kind && kind.name_of(*number) == hit.number)
        };
        found.sort_by_key(place);
        Ok(found)
    }

    async fn recalled_of(
        &self,
        caller: &Caller,
        scope: &Scope,
        kind: HitKind,
        numbers: &[i64],
    ) -> Result<Vec<Hit>> {
        let rows: Vec<(i64, String, String)> = on_read!(self, |pool| {
            let mut query = QueryBuilder::<Dialect>::new(head(kind));
            query.push(" IN (");
            let mut list = query.separated(", ");
            for number in numbers {
                list.push_bind(*number);
            }
            query.push(")");
            match kind {
                HitKind::Account => push_accounts(&mut query, scope),
                HitKind::Person => push_people(&mut query, scope),
                HitKind::Opportunity => push_opportunities(&mut query, scope),
                // An order is seen with its customer.
                HitKind::Order => {
                    push_accounts(&mut query, &policy::sight(caller, Object::Account));
                }
                HitKind::Case => push_cases(&mut query, scope),
            }
            query.build_query_as().fetch_all(pool).await
        })?;
        let hit = |(number, name, detail): (i64, String, String)| {
            let number = kind.name_of(number);
            // What has no name is called by its number.
            let name = if name.is_empty() { number.clone() } else { name };
            Hit { kind, number, name, detail }
        };
        Ok(rows.into_iter().map(hit).collect())
    }
}
